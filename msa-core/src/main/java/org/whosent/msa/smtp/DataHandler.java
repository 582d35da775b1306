package org.whosent.msa.smtp;

import java.io.IOException;
import java.util.List;
import org.whosent.msa.hop.Envelope.Body;
import org.whosent.record.IoReason;

/**
 * DATA: takes the whole message, then hands it to {@link Intake}. Stateless.
 *
 * <p>A message that is at fault is read to its end and refused whole; nothing of it goes anywhere.
 */
final class DataHandler {
  private static final Reply NOT_STORED =
      Reply.of(452, "4.3.1", "the message cannot be stored now; try again later");

  private DataHandler() {}

  static Reply data(Session session, String argument) throws IOException {
    MailTransaction transaction = session.transaction();
    if (transaction.recipients().isEmpty()) {
      // RFC 2920 section 3.1: with pipelining DATA may come though every RCPT was refused.
      return Reply.of(554, "5.5.1", "no valid recipients");
    }
    if (transaction.chunks() != null || transaction.body() == Body.BINARY) {
      // RFC 3030 sections 2 and 3
      return Reply.of(503, "5.5.1", "this message comes by BDAT");
    }
    try (MessageBuffer buffer = buffer(session)) {
      session.reply(new Reply(354, null, List.of("end with <CRLF>.<CRLF>"), false));
      MessageWriter writer = writer(session, buffer, lines(session));
      session.input().readData(writer, new Pace(session.connection(), session.limits()));
      writer.finish();
      // From here on the client waits for us: RFC 5321 section 4.5.3.2.6 gives us 10 minutes.
      session.connection().allowWork();
      Reply fault = fault(session, writer);
      if (fault != null) {
        session
            .refusals()
            .add("DATA", transaction.reversePath().address(), null, fault, writer.size());
        return fault;
      }
      return take(session, new Intake(session, transaction, buffer, writer.eightBit()));
    } finally {
      session.ended();
    }
  }

  static MessageBuffer buffer(Session session) {
    return new MessageBuffer(
        session.context().spool(),
        MessageBuffer.inMemory(
            Runtime.getRuntime().maxMemory(), session.limits().maxConnections()));
  }

  static MessageWriter writer(Session session, MessageBuffer buffer, MessageWriter.Kind kind) {
    return new MessageWriter(
        buffer, Authorisation.maxMessageBytes(session), session.limits().maxLineBytes(), kind);
  }

  /** How lines that end in something else than CRLF are dealt with. */
  static MessageWriter.Kind lines(Session session) {
    return session.configuration().normalizeBareNewlines()
        ? MessageWriter.Kind.NORMALIZED_LINES
        : MessageWriter.Kind.LINES;
  }

  static Reply take(Session session, Intake intake) {
    try {
      return intake.take();
    } catch (IOException e) {
      // Our own file, not the client's connection: the client is to hear of it.
      session.context().log().line("spool: %s", IoReason.withFile(e));
      return NOT_STORED;
    }
  }

  /** The refusal of a message with a fault; null when it has none. */
  static Reply fault(Session session, MessageWriter message) {
    return switch (message.fault()) {
      case NONE -> null;
      case BARE_NEWLINE ->
          Reply.of(550, "5.5.2", "the message has a line that does not end in CRLF");
      case NUL -> Reply.of(550, "5.6.0", "the message has a NUL octet");
      case LINE_TOO_LONG ->
          Reply.of(
              550,
              "5.6.0",
              "the message has a line longer than " + session.limits().maxLineBytes() + " octets");
      case TOO_LARGE -> Reply.of(552, "5.3.4", "the message is larger than is allowed");
      case STORAGE -> {
        session.context().log().line("spool: %s", IoReason.withFile(message.storageFault()));
        yield NOT_STORED;
      }
    };
  }
}
