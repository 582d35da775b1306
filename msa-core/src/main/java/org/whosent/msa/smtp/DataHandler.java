package org.whosent.msa.smtp;

import java.io.IOException;
import java.util.List;

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
    try (MessageBuffer buffer = new MessageBuffer(session.context().spool())) {
      session.reply(new Reply(354, null, List.of("end with <CRLF>.<CRLF>"), false));
      SmtpInput.Data data =
          session
              .input()
              .readData(
                  buffer,
                  Authorisation.maxMessageBytes(session),
                  session.limits().maxLineBytes(),
                  session.configuration().normalizeBareNewlines(),
                  session.limits().dataTimeout());
      // From here on the client waits for us: RFC 5321 section 4.5.3.2.6 gives us 10 minutes.
      session.connection().allowWork();
      Reply fault = fault(session, data);
      if (fault != null) {
        session.refusal("DATA", transaction.reversePath().address(), null, fault);
        return fault;
      }
      return take(session, new Intake(session, transaction, buffer, data.eightBit()));
    } finally {
      session.ended();
    }
  }

  private static Reply take(Session session, Intake intake) {
    try {
      return intake.take();
    } catch (IOException e) {
      // Our own file, not the client's connection: the client is to hear of it.
      session.context().log().line("spool: %s", e);
      return NOT_STORED;
    }
  }

  private static Reply fault(Session session, SmtpInput.Data data) {
    return switch (data.fault()) {
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
        session.context().log().line("spool: %s", data.storageFault());
        yield NOT_STORED;
      }
    };
  }
}
