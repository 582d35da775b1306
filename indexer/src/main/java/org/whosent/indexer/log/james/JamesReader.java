package org.whosent.indexer.log.james;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.framing.SyslogStamps;
import org.whosent.indexer.log.reader.JsonFields;
import org.whosent.indexer.log.reader.StampedReader;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * James's own loggers ({@link JamesServerLog}) and the audit trail's entries: {@code username},
 * {@code remoteIP}, {@code sessionId}, {@code protocol}, {@code action} and {@code parameters} in
 * the MDC (an object {@code mdc}, or on the line's top level). SMTP and JMAP {@code SPOOL} entries
 * open a message, {@code AUTH} entries are logins, mailet container {@code LocalDelivery} entries
 * deliveries. There {@code username} is the recipient, and nobody's login.
 *
 * <p>In the released 3.9 the parameters are fields of their own ({@link JamesAuditFields}). Before,
 * {@code parameters} is one text, {@code {mailId=…, mimeMessageId=…, sender=…, recipients=[…]}},
 * without any quoting, and its Message-ID is the client's. The mail's name stands first. The rest
 * is taken only where the names of its fields come just once. {@code Received} has the session's ID
 * after {@code ID}, which is the record's alias; James names no host. Known weak: remote deliveries
 * are not among what the audit trail tells; James's own logger tells them. Not thread-safe.
 */
final class JamesReader extends StampedReader {
  static final String LOGGER = "org.apache.james.util.AuditTrail";

  private static final Set<String> WANTED =
      Set.of(
          "timestamp",
          "@timestamp",
          "logger",
          "logger_name",
          "loggerName",
          "message",
          "mdc",
          "username",
          "remoteIP",
          "protocol",
          "action",
          "parameters",
          // where the layout does not put the MDC into an object
          "mailId",
          "mimeMessageId",
          "recipient",
          "size",
          "loggedInUser",
          "authType",
          "mail",
          "sender",
          "recipients",
          "messageId",
          "sessionId",
          "ehlo",
          "user",
          "ip");

  private static final Pattern MAIL_ID =
      Pattern.compile("\\{mailId=([A-Za-z0-9._-]{1,200}?)(?:-![^, }]{0,200})?(?=[,}])");
  private static final String MESSAGE_ID_FIELD = ", mimeMessageId=";
  private static final String SENDER_FIELD = ", sender=";
  private static final Pattern AFTER_SENDER =
      Pattern.compile(
          "([^, ]{0,1000})(?:, size=([0-9]{1,18}))?, recipients?=(\\[?)(.*?)]?"
              + "(?:, loggedInUser=([^, \\[\\]\"]{0,1024}))?}",
          Pattern.DOTALL);
  private static final Pattern AUTH_TYPE = Pattern.compile("\\{authType=([A-Za-z0-9_-]{1,20})}");
  private static final Pattern SESSION = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  JamesReader(LogSettings settings) {
    super(settings);
  }

  @Override
  public LineKind read(byte[] line, int length, FactSink sink) {
    if (length == 0 || line[0] != '{') {
      return LineKind.NOT_A_LOG;
    }
    JsonFields json = JsonFields.parse(line, length, WANTED);
    Instant time = json == null ? null : time(json);
    if (time == null) {
      return LineKind.UNKNOWN;
    }
    String host = seen("", time, sink);
    String logger = json.text("logger");
    logger = logger == null ? json.text("logger_name") : logger;
    logger = logger == null ? json.text("loggerName") : logger;
    JsonFields mdc = json.object("mdc");
    if (JamesServerLog.isOwn(logger)) {
      return JamesServerLog.read(
          logger, mdc.isEmpty() ? json : mdc, json.text("message"), time, host, sink);
    }
    if (!LOGGER.equals(logger)) {
      return LineKind.FOREIGN;
    }
    JsonFields entry = mdc.text("protocol") == null ? json : mdc;
    String message = json.text("message");
    String protocol = entry.text("protocol");
    String action = entry.text("action");
    if (protocol == null || action == null) {
      return LineKind.UNKNOWN; // a layout that leaves out the MDC
    }
    String parameters = entry.text("parameters");
    if (parameters == null) {
      return fields(
          entry, protocol, action, message, SubmissionRecord.Builder.of(time, host, ""), sink);
    }
    boolean mail = protocol.equals("SMTP") || protocol.equals("JMAP");
    if (mail && action.equals("AUTH")) {
      return message != null && message.contains("failed")
          ? failed(entry, SubmissionRecord.Builder.of(time, host, ""), sink)
          : LineKind.KNOWN;
    }
    Matcher mailId = MAIL_ID.matcher(parameters);
    boolean named = mailId.lookingAt();
    if (mail && (action.equals("SPOOL") || protocol.equals("JMAP"))) {
      if (!named) {
        JamesAuditFields.withoutMail(protocol.equals("JMAP"), sink);
        return LineKind.KNOWN;
      }
      return spooled(
          entry,
          parameters,
          mailId,
          SubmissionRecord.Builder.of(time, host, mailId.group(1)),
          sink);
    }
    boolean delivered = protocol.equals("mailetcontainer") && action.equals("LocalDelivery");
    return delivered && named
        ? delivered(
            parameters, mailId, SubmissionRecord.Builder.of(time, host, mailId.group(1)), sink)
        : LineKind.KNOWN;
  }

  /** An entry whose parameters are fields of their own. */
  private static LineKind fields(
      JsonFields entry,
      String protocol,
      String action,
      String message,
      SubmissionRecord.Builder facts,
      FactSink sink) {
    boolean web = protocol.equals("JMAP");
    if (web || protocol.equals("SMTP")) {
      remote(entry.text("remoteIP"), facts);
      if (action.equals("AUTH")) {
        return message != null && message.contains("failed")
            ? JamesAuditFields.failed(entry, facts, sink)
            : LineKind.KNOWN;
      }
      return web || action.equals("SPOOL")
          ? JamesAuditFields.spooled(entry, web, facts, sink)
          : LineKind.KNOWN;
    }
    return protocol.equals("mailetcontainer") && action.equals("LocalDelivery")
        ? JamesAuditFields.delivered(entry, facts, sink)
        : LineKind.KNOWN;
  }

  private static LineKind failed(JsonFields entry, SubmissionRecord.Builder facts, FactSink sink) {
    remote(entry.text("remoteIP"), facts);
    String parameters = entry.text("parameters");
    Matcher type = AUTH_TYPE.matcher(parameters == null ? "" : parameters);
    return JamesAuditFields.failed(entry, type.matches() ? type.group(1) : null, facts, sink);
  }

  private static Instant time(JsonFields json) {
    for (String name : new String[] {"timestamp", "@timestamp"}) {
      Instant time = json.time(name);
      String millis = json.text(name);
      Long number = json.number(name);
      if (millis != null && millis.matches("[0-9]{12,13}")) {
        number = Long.valueOf(millis);
      }
      if (number != null && number >= 100_000_000_000L && number < 10_000_000_000_000L) {
        time = Instant.ofEpochMilli(number);
      }
      if (time != null && SyslogStamps.isSane(time)) {
        return time;
      }
    }
    return null;
  }

  private static LineKind spooled(
      JsonFields entry,
      String parameters,
      Matcher mailId,
      SubmissionRecord.Builder facts,
      FactSink sink) {
    Matcher rest = rest(parameters, mailId.end(), facts);
    String user = entry.text("username", LOGIN);
    String session = entry.text("sessionId");
    if (session != null && SESSION.matcher(session).matches()) {
      facts.aliases = List.of(session);
    }
    boolean web = entry.text("protocol").equals("JMAP");
    String delegate = rest == null ? null : rest.group(5);
    if (web && rest == null) {
      user = null; // perhaps a delegate's, which stands behind what could not be read
    } else if (web && user != null && delegate != null && !delegate.isEmpty()) {
      facts.authorizationId = user.equals(delegate) ? null : user;
      user = delegate;
    }
    boolean someone = user != null;
    facts.user = user;
    facts.origin =
        someone ? Origin.AUTHENTICATED : web ? null : nobody(entry) ? Origin.UNAUTHENTICATED : null;
    facts.protocol = web ? "JMAP" : null;
    remote(entry.text("remoteIP"), facts);
    if (rest != null) {
      List<Recipient> recipients = new ArrayList<>();
      boolean plain = rest.group(4).indexOf('"') < 0; // a quoted address may hold the separator
      for (String text : plain ? rest.group(4).split(", ", -1) : new String[0]) {
        String address = envelope(text);
        if (address != null && !address.isEmpty()) {
          recipients.add(Recipient.of(address));
        }
      }
      facts.recipients = recipients;
      facts.size = rest.group(2) == null ? null : Long.valueOf(rest.group(2));
    }
    sink.facts(facts.build());
    return LineKind.USED;
  }

  /** The entry says that nobody logged in, rather than nothing. */
  private static boolean nobody(JsonFields entry) {
    return "".equals(entry.text("username"));
  }

  private static LineKind delivered(
      String parameters, Matcher mailId, SubmissionRecord.Builder facts, FactSink sink) {
    Matcher rest = rest(parameters, mailId.end(), facts);
    if (rest == null || !rest.group(3).isEmpty()) {
      return LineKind.UNKNOWN;
    }
    String address = envelope(rest.group(4));
    if (address == null || address.isEmpty()) {
      return LineKind.UNKNOWN;
    }
    facts.mailFrom = null; // mailets may have changed it
    facts.recipients =
        List.of(
            new Recipient(
                address, null, true, Outcome.DELIVERED, null, null, null, null, facts.time));
    sink.facts(facts.build());
    return LineKind.USED;
  }

  /** What stands behind the mail's name; null where it can be read in two ways. */
  private static Matcher rest(String parameters, int from, SubmissionRecord.Builder facts) {
    int sender = parameters.indexOf(SENDER_FIELD, from);
    if (!parameters.startsWith(MESSAGE_ID_FIELD, from)
        || sender < 0
        || isTwice(parameters, SENDER_FIELD)
        || isTwice(parameters, ", recipient")
        || isTwice(parameters, ", size=")
        || isTwice(parameters, ", loggedInUser=")) {
      return null;
    }
    int start = sender + SENDER_FIELD.length();
    Matcher rest = AFTER_SENDER.matcher(parameters).region(start, parameters.length());
    if (!rest.matches()) {
      return null;
    }
    facts.messageId =
        JamesServerLog.messageId(parameters.substring(from + MESSAGE_ID_FIELD.length(), sender));
    facts.mailFrom = envelope(rest.group(1));
    return rest;
  }

  private static boolean isTwice(String text, String piece) {
    return text.indexOf(piece) != text.lastIndexOf(piece);
  }

  /** {@code host/192.0.2.1:54321}, {@code /[2001:db8::1]:54321} or the address alone. */
  private static void remote(String text, SubmissionRecord.Builder facts) {
    if (text == null) {
      return;
    }
    String address = text.substring(text.lastIndexOf('/') + 1);
    facts.client = client(address);
    int colon = address.lastIndexOf(':');
    if (facts.client == null && colon > 0) {
      String before = address.substring(0, colon);
      boolean brackets = before.startsWith("[") && before.endsWith("]");
      facts.client = client(brackets ? before.substring(1, before.length() - 1) : before);
      facts.clientPort = facts.client == null ? null : port(address.substring(colon + 1));
    }
  }
}
