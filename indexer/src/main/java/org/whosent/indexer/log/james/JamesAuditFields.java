package org.whosent.indexer.log.james;

import java.util.List;
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
 * An entry of the audit trail as James 3.9 writes it: each parameter is a field of its own in the
 * MDC ({@code mailId}, {@code mimeMessageId}, {@code sender}, {@code recipients}, {@code size},
 * {@code loggedInUser}, {@code authType}), so that nothing has to be told apart. Builds from before
 * the release have one text of them, which {@link JamesReader} takes apart. Stateless.
 */
final class JamesAuditFields {
  private static final Pattern AUTH_TYPE = Pattern.compile("[A-Za-z0-9_-]{1,20}");
  private static final Pattern SIZE = Pattern.compile("[0-9]{1,18}");

  private JamesAuditFields() {}

  /** A message was handed in, by SMTP or JMAP. */
  static LineKind spooled(
      JsonFields entry, boolean web, SubmissionRecord.Builder facts, FactSink sink) {
    String name = name(entry);
    if (name == null && entry.text("mailId") != null) {
      return LineKind.UNKNOWN;
    }
    if (name == null) {
      withoutMail(web, sink);
      return LineKind.KNOWN;
    }
    facts.transactionId = name;
    String typed = entry.text("username");
    String user = entry.text("username", StampedReader.LOGIN);
    String delegate = entry.text("loggedInUser", StampedReader.LOGIN);
    if (web && user != null && delegate != null) {
      facts.authorizationId = user.equals(delegate) ? null : user;
      user = delegate;
    }
    boolean nobody = !web && (typed == null || typed.isEmpty());
    facts.user = user;
    facts.origin = user != null ? Origin.AUTHENTICATED : nobody ? Origin.UNAUTHENTICATED : null;
    facts.protocol = web ? "JMAP" : null;
    String session = entry.text("sessionId");
    if (session != null && JamesServerLog.SESSION.matcher(session).matches()) {
      facts.aliases = List.of(session);
    }
    facts.mailFrom = StampedReader.envelope(entry.text("sender"));
    facts.helo = web ? null : entry.text("ehlo", 255); // of the session's own context
    facts.messageId = JamesServerLog.messageId(entry.header("mimeMessageId"));
    String recipients = entry.text("recipients");
    facts.recipients =
        recipients == null
            ? List.of()
            : JamesServerLog.addresses(
                recipients.startsWith("[") ? recipients : '[' + recipients + ']', Recipient::of);
    String size = entry.text("size");
    facts.size = size != null && SIZE.matcher(size).matches() ? Long.valueOf(size) : null;
    sink.facts(facts.build());
    return LineKind.USED;
  }

  /**
   * SMTP's entry of no mail is about a refused one; JMAP has one for all that is read or deleted.
   */
  static void withoutMail(boolean web, FactSink sink) {
    if (!web) {
      sink.refusal();
    }
  }

  /** A message came into a mailbox here. */
  static LineKind delivered(JsonFields entry, SubmissionRecord.Builder facts, FactSink sink) {
    String name = name(entry);
    String address = StampedReader.envelope(entry.text("recipient"));
    if (name == null || address == null || address.isEmpty()) {
      return LineKind.UNKNOWN;
    }
    if (JamesServerLog.isBounce(entry.text("mailId"), entry.text("sender"))) {
      return LineKind.KNOWN;
    }
    facts.transactionId = name;
    facts.recipients =
        List.of(
            new Recipient(
                address, null, true, Outcome.DELIVERED, null, null, null, null, facts.time));
    sink.facts(facts.build());
    return LineKind.USED;
  }

  /** A login was refused; the client is in the facts already. */
  static LineKind failed(JsonFields entry, SubmissionRecord.Builder facts, FactSink sink) {
    String type = entry.text("authType");
    boolean named = type != null && AUTH_TYPE.matcher(type).matches();
    return failed(entry, named ? type : null, facts, sink);
  }

  /** The same, of whichever build: by that mechanism, or null. */
  static LineKind failed(
      JsonFields entry, String mechanism, SubmissionRecord.Builder facts, FactSink sink) {
    sink.loginFailure(
        new JournalEntry.LoginFailure(
            facts.time,
            facts.host,
            null,
            facts.client,
            facts.clientPort,
            null,
            FailedAuthentication.login(entry.text("username")),
            mechanism,
            null));
    return LineKind.USED;
  }

  /** The mail's name without what a copy of it has behind; null when there is none. */
  private static String name(JsonFields entry) {
    String name = entry.text("mailId");
    Matcher plain = JamesServerLog.NAME.matcher(name == null ? "" : name);
    return plain.matches() ? plain.group(1) : null;
  }
}
