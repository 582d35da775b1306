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

  /** True when it comes from a mail system, and returns a message or says who did not get one. */
  static boolean isOne(OpenedMessage message, List<ReportedMessage> inside) {
    Headers headers = message.headers();
    boolean nobody =
        headers
            .first("Return-Path")
            .map(path -> path.replaceAll("\\s", "").equals("<>"))
            .orElse(false);
    boolean system = message.decoded("From").map(from -> SENDER.matcher(from).find()).orElse(false);
    boolean says =
        message.decoded("Subject").map(text -> SUBJECT.matcher(text).find()).orElse(false);
    if (inside.isEmpty()) {
      return system && says && fields(message).has("Final-Recipient");
    }
    return headers.has("X-Failed-Recipients") || nobody && system || says && (nobody || system);
  }

  /** Who did not get it, from whom and when, as reports say it (RFC 3464, RFC 5965). */
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
        .forEach(address -> fields.add(field("Final-Recipient", "rfc822; " + address)));
    if (!fields.isEmpty()) {
      // RFC 5321 section 6.1: a bounce goes to the reverse-path of what it is about.
      message.headers().first("To").ifPresent(to -> fields.add(field("Original-Mail-From", to)));
      message.headers().first("Date").ifPresent(at -> fields.add(field("Arrival-Date", at)));
    }
    return new Headers(fields);
  }

  private static HeaderField field(String name, String value) {
    return new HeaderField(name, value);
  }
}
