package org.whosent.indexer.log.james;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.reader.FailedAuthentication;
import org.whosent.indexer.log.reader.JsonFields;
import org.whosent.indexer.log.reader.StampedReader;
import org.whosent.record.JournalEntry;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * What James's own loggers say as JSON with the MDC, in every version, also in those before the
 * audit trail (3.8): {@code SendMailHandler} spools a message ({@code mail}, {@code sender}, {@code
 * recipients}, {@code messageId}, {@code ehlo}, {@code sessionId} and, when somebody had logged in,
 * {@code user}), {@code AUTHENTICATION} refuses a login, {@code MailDelivrerToHost} and {@code
 * SimpleMailStore} deliver.
 *
 * <p>Where the MDC has a field, the message's text is only compared with it. What stands in the
 * text alone (client, next hop, who failed to log in) is taken from between texts that are known
 * from the MDC. A text layout has no user and is not read. Stateless.
 */
final class JamesServerLog {
  private static final String SPOOLED = "org.apache.james.smtpserver.SendMailHandler";
  private static final String LOGIN = "org.apache.james.protocols.smtp.AUTHENTICATION";
  private static final String SENT =
      "org.apache.james.transport.mailets.remote.delivery.MailDelivrerToHost";
  private static final String STORED =
      "org.apache.james.transport.mailets.delivery.SimpleMailStore";
  private static final Set<String> LOGGERS = Set.of(SPOOLED, LOGIN, SENT, STORED);

  static final Pattern NAME = Pattern.compile("([A-Za-z0-9._-]{1,200}?)(?:-![^, }]{0,200})?");
  static final Pattern SESSION = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern LOCAL =
      Pattern.compile(
          "Local delivered mail ([A-Za-z0-9._-]{1,200}?(?:-![^ ]{0,200})?) with messageId .{0,4000}"
              + " successfully from (.{0,1000}) to <([^<> ]{1,1000})> in folder .*",
          Pattern.DOTALL);
  private static final Pattern FAILED =
      Pattern.compile(
          "AUTH method ([A-Za-z0-9_-]{1,20}) failed from"
              + " Username\\{localPart=(.{0,1024}), domainPart=Optional"
              + "(?:\\.empty|\\[(?:Domain : )?([^\\[\\] ]{0,255})])}@(.{0,300})",
          Pattern.DOTALL);
  private static final Pattern HELD = Pattern.compile(" with delay P[0-9DTHMS.]{2,40}\\z");
  private static final Pattern NOT_ASCII = Pattern.compile("[^\\x00-\\x7f]");
  private static final String SEPARATOR = ", ";
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:_-]{1,255}");

  private JamesServerLog() {}

  /** True for a logger that is read here. */
  static boolean isOwn(String logger) {
    return logger != null && LOGGERS.contains(logger);
  }

  /**
   * Reads a line of such a logger.
   *
   * @param mdc the object with the MDC's fields, which may be the whole line
   */
  static LineKind read(
      String logger, JsonFields mdc, String message, Instant time, String host, FactSink sink) {
    if (message == null) {
      return LineKind.UNKNOWN;
    }
    return switch (logger) {
      case SPOOLED ->
          message.startsWith("Successfully spooled mail ")
              ? spooled(mdc, message, time, host, sink)
              : LineKind.KNOWN;
      case LOGIN ->
          message.contains(" failed from ")
              ? failed(mdc, message, time, host, sink)
              : LineKind.KNOWN;
      case SENT ->
          message.contains(" sent successfully to ")
              ? sent(mdc, message, time, host, sink)
              : LineKind.KNOWN;
      default -> stored(message, time, host, sink);
    };
  }

  private static LineKind spooled(
      JsonFields mdc, String message, Instant time, String host, FactSink sink) {
    String name = mdc.text("mail");
    String sender = mdc.text("sender");
    String messageId = mdc.text("messageId");
    String recipients = mdc.text("recipients");
    Matcher plain = NAME.matcher(name == null ? "" : name);
    if (!plain.matches() || sender == null || recipients == null) {
      return LineKind.UNKNOWN; // a layout without the MDC tells nothing of who it was
    }
    SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(time, host, plain.group(1));
    facts.user = mdc.text("user", StampedReader.LOGIN);
    boolean tooLong = facts.user == null && mdc.text("user") != null;
    facts.origin =
        facts.user != null ? Origin.AUTHENTICATED : tooLong ? null : Origin.UNAUTHENTICATED;
    facts.mailFrom = StampedReader.envelope(sender);
    facts.recipients = addresses(recipients, Recipient::of);
    facts.messageId = messageId(mdc.header("messageId"));
    facts.helo = mdc.text("ehlo", 255);
    String session = mdc.text("sessionId");
    if (session != null && SESSION.matcher(session).matches()) {
      facts.aliases = List.of(session);
    }
    facts.client = client(message, name, messageId, sender, recipients);
    sink.facts(facts.build());
    return LineKind.USED;
  }

  /** It stands in the text alone, between what the MDC has; null where it does not. */
  private static String client(
      String message, String name, String messageId, String sender, String recipients) {
    String before =
        "Successfully spooled mail %s with messageId %s from %s on "
            .formatted(name, messageId, sender);
    // RFC 4865: how long the client wants the mail to be held, as Java writes a duration.
    Matcher held = HELD.matcher(message);
    String text = held.find() ? message.substring(0, held.start()) : message;
    String remote = between(text, before, " for " + recipients);
    return remote == null
        ? null
        : StampedReader.client(remote.substring(remote.lastIndexOf('/') + 1));
  }

  /**
   * The Message-ID of that text, or null. James reads a header's bytes as Latin-1 and sends what is
   * not ASCII as {@code ?}, a byte each: so it stands here, as in what recipients get.
   *
   * @param text unfolded, or null
   */
  static String messageId(String text) {
    return text == null || text.isBlank() || text.length() > StampedReader.MESSAGE_ID
        ? null
        : NOT_ASCII.matcher(text.strip()).replaceAll("?");
  }

  private static LineKind sent(
      JsonFields mdc, String message, Instant time, String host, FactSink sink) {
    String name = mdc.text("mail");
    String sender = mdc.text("sender");
    String recipients = mdc.text("recipients");
    Matcher plain = NAME.matcher(name == null ? "" : name);
    if (!plain.matches() || sender == null || recipients == null) {
      return LineKind.UNKNOWN;
    }
    String middle =
        between(
            message,
            "Mail (" + name + ") with messageId ",
            " from " + sender + " for " + recipients);
    if (middle == null) {
      return LineKind.UNKNOWN;
    }
    if (isBounce(name, sender)) {
      return LineKind.KNOWN;
    }
    String sent = " sent successfully to ";
    String hop = middle.substring(middle.lastIndexOf(sent) + sent.length());
    int at = hop.indexOf(" at ");
    String nextHop =
        at > 0 && HOST.matcher(hop.substring(0, at)).matches() ? hop.substring(0, at) : null;
    SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(time, host, plain.group(1));
    facts.recipients =
        addresses(
            recipients,
            address ->
                new Recipient(
                    address, null, false, Outcome.DELIVERED, null, null, nextHop, null, time));
    sink.facts(facts.build());
    return LineKind.USED;
  }

  private static LineKind stored(String message, Instant time, String host, FactSink sink) {
    if (!message.startsWith("Local delivered mail ")) {
      return LineKind.KNOWN;
    }
    Matcher local = LOCAL.matcher(message);
    boolean once =
        message.indexOf(" to <") == message.lastIndexOf(" to <")
            && message.indexOf(" in folder ") == message.lastIndexOf(" in folder ");
    if (!once || !local.matches()) {
      return LineKind.UNKNOWN; // nothing is quoted, and the Message-ID is the client's
    }
    Matcher plain = NAME.matcher(local.group(1));
    if (!plain.matches()) {
      return LineKind.UNKNOWN;
    }
    if (isBounce(local.group(1), local.group(2))) {
      return LineKind.KNOWN;
    }
    SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(time, host, plain.group(1));
    facts.recipients =
        List.of(
            new Recipient(
                local.group(3), null, true, Outcome.DELIVERED, null, null, null, null, time));
    sink.facts(facts.build());
    return LineKind.USED;
  }

  /** The client stands behind the name; in the MDC not where it answered a challenge (LOGIN). */
  private static LineKind failed(
      JsonFields mdc, String message, Instant time, String host, FactSink sink) {
    Matcher failed = FAILED.matcher(message);
    if (!failed.matches()) {
      sink.loginFailure();
      return LineKind.KNOWN;
    }
    String domain = failed.group(3);
    String client = StampedReader.client(mdc.text("ip"));
    sink.loginFailure(
        new JournalEntry.LoginFailure(
            time,
            host,
            null,
            client == null ? StampedReader.client(failed.group(4)) : client,
            null,
            null,
            FailedAuthentication.login(
                domain == null ? failed.group(2) : failed.group(2) + '@' + domain),
            failed.group(1),
            null));
    return LineKind.USED;
  }

  /**
   * True for a copy of a mail that has no sender: James makes a bounce as a copy of the mail that
   * failed, under its name, and who gets the bounce was no recipient of the mail. Of a mail that
   * came without a sender the copies cannot be told from bounces.
   */
  static boolean isBounce(String name, String sender) {
    return name.contains("-!") && ("<>".equals(sender) || sender != null && sender.isEmpty());
  }

  /** What stands between two texts that are known; null when they are not at both ends. */
  private static String between(String text, String before, String behind) {
    return text.startsWith(before)
            && text.endsWith(behind)
            && text.length() >= before.length() + behind.length()
        ? text.substring(before.length(), text.length() - behind.length())
        : null;
  }

  /**
   * The recipients of a list in brackets. A quoted local part (RFC 5321, 4.1.2) may hold the
   * separator and is taken whole; none where the list does not add up.
   */
  static List<Recipient> addresses(String list, Function<String, Recipient> recipient) {
    List<Recipient> recipients = new ArrayList<>();
    int close = list.length() - 1;
    if (!list.startsWith("[") || !list.endsWith("]")) {
      return recipients;
    }
    for (int at = 1; at < close; ) {
      int end = addressEnd(list, at, close);
      if (end < 0 || end < close && !list.startsWith(SEPARATOR, end)) {
        return List.of();
      }
      String address = StampedReader.envelope(list.substring(at, end));
      if (address != null && !address.isEmpty()) {
        recipients.add(recipient.apply(address));
      }
      at = end == close ? close : end + SEPARATOR.length();
    }
    return recipients;
  }

  /** Where the address at that place ends; -1 when there is none. */
  private static int addressEnd(String list, int from, int close) {
    int at = from;
    if (list.charAt(at) == '"') {
      at++;
      while (at < close && list.charAt(at) != '"') {
        at += list.charAt(at) == '\\' ? 2 : 1;
      }
      at++;
      if (at >= close || list.charAt(at) != '@') {
        return -1;
      }
    }
    int start = at;
    while (at < close && "\", ".indexOf(list.charAt(at)) < 0) {
      at++;
    }
    return at > start ? at : -1;
  }
}
