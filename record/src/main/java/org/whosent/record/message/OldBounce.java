package org.whosent.record.message;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bounces that are no RFC 3464 reports: qmail's, Exim's and Sendmail's text, Exchange's with the
 * headers at the end of its text, Domino's, Yahoo's and what else servers and gateways write. They
 * are told by who sends them and by the message that they return; that message is found like any
 * other that is attached or quoted, so no vendor's wording is needed to find it. Stateless.
 */
final class OldBounce {
  private static final Pattern SENDER =
      Pattern.compile(
          "(?i)mailer-?daemon|mail[ ._-]?(?:delivery|system)|\\bpostmaster\\b|mailadm|\\bMTA\\b");
  private static final Pattern SUBJECT =
      Pattern.compile(
          "(?i)undeliver|unzustellbar|non[ -]?remis|no se puede entregar|returned"
              + " mail|return(?:ed)? to sender|deliver(?:y|ed)?"
              + " (?:status|fail|error|notification|has failed|problem|report)|failure"
              + " notice|failed? (?:mail|delivery|to deliver)|mail (?:delivery|could not)|could not"
              + " be delivered|message not delivered|nondeliverable|delivery failure|mail system"
              + " error|unable to deliver|user unknown|delayed mail|warning: could not send");
  private static final Pattern RECIPIENT =
      Pattern.compile(
          "^[ \\t]{0,20}(?:(?:To|Recipient|RCPT To|Failed recipient):[ \\t]{0,9})?"
              + "<?([^\\s<>,;:\"()]{1,64}@[^\\s<>,;:\"()]{1,255})>?[:]?(?:[ \\t].{0,200})?$");
  private static final int MAX_LINES = 200;
  private static final int MAX_RECIPIENTS = 100;

  private OldBounce() {}

  /** True when the message returns one, and comes from a mail system. */
  static boolean isOne(OpenedMessage message, List<ReportedMessage> inside) {
    if (inside.isEmpty()) {
      return false;
    }
    Headers headers = message.headers();
    if (headers.has("X-Failed-Recipients")) {
      return true;
    }
    boolean nobody =
        headers
            .first("Return-Path")
            .map(path -> path.replaceAll("\\s", "").equals("<>"))
            .orElse(false);
    boolean system = message.decoded("From").map(from -> SENDER.matcher(from).find()).orElse(false);
    boolean says =
        message.decoded("Subject").map(text -> SUBJECT.matcher(text).find()).orElse(false);
    return says && (nobody || system);
  }

  /** Who did not get it, as an RFC 3464 report would say it. */
  static Headers fields(OpenedMessage message) {
    Set<String> recipients = new LinkedHashSet<>();
    for (String value : message.headers().all("X-Failed-Recipients")) {
      for (String address : value.split(",", MAX_RECIPIENTS)) {
        recipients.add(address.strip());
      }
    }
    String text = message.plainText();
    text.lines()
        .limit(MAX_LINES)
        .takeWhile(line -> !line.startsWith("Received:") && !line.startsWith("Return-Path:"))
        .forEach(
            line -> {
              Matcher recipient = RECIPIENT.matcher(line);
              if (line.length() < 600 && recipient.matches()) {
                recipients.add(recipient.group(1).toLowerCase(Locale.ROOT));
              }
            });
    List<HeaderField> fields = new ArrayList<>();
    recipients.stream()
        .filter(address -> !address.isEmpty())
        .limit(MAX_RECIPIENTS)
        .forEach(address -> fields.add(new HeaderField("Final-Recipient", "rfc822; " + address)));
    return new Headers(fields);
  }
}
