package org.whosent.msa.smtp;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.msa.hop.Envelope.Body;

/**
 * BDAT (RFC 3030 section 2): takes a message in chunks whose length was announced. Stateless.
 *
 * <p>The octets of a chunk follow the command whether it is accepted or not, so those of a refused
 * one are read and forgotten: nothing in them may ever be heard as a command. Where it cannot be
 * known how many there are, the connection ends. A chunk that is refused ends the transaction;
 * those that were sent after it without waiting then find none.
 *
 * <p>Onward the message goes by DATA, with its dots doubled, unless it is BINARYMIME: no octet
 * changes either way, except that a last line without CRLF gets one.
 */
final class BdatHandler {
  /** Section 2: chunk-size is 1*DIGIT. More digits than these are more than any message. */
  private static final Pattern ARGUMENT =
      Pattern.compile("0{0,100}([0-9]{1,18})(?: +(LAST))?", Pattern.CASE_INSENSITIVE);

  /** Chunks below this count as commands of a client that does nothing. */
  private static final int NO_TOY = 1024;

  private BdatHandler() {}

  private record Chunk(long size, boolean last) {
    static Chunk of(String argument) {
      Matcher matcher = ARGUMENT.matcher(argument);
      return matcher.matches()
          ? new Chunk(Long.parseLong(matcher.group(1)), matcher.group(2) != null)
          : null;
    }
  }

  static Reply bdat(Session session, String argument) throws IOException {
    Chunk chunk = Chunk.of(argument);
    if (chunk == null) {
      return outOfStep();
    }
    MailTransaction transaction = session.transaction();
    if (transaction.recipients().isEmpty()) {
      return refuse(session, argument, Reply.of(554, "5.5.1", "no valid recipients"));
    }
    if (isTooMuch(session, chunk)) {
      Reply reply = Reply.last(552, "5.3.4", "the message is larger than is allowed, closing");
      session.refusals().add("BDAT", transaction.reversePath().address(), null, reply);
      return reply;
    }
    boolean done = true;
    try {
      Chunks chunks = chunks(session, transaction);
      MessageWriter writer = chunks.writer();
      session.input().readChunk(chunk.size(), writer, chunks.pace());
      // From here on the client waits for us.
      session.connection().allowWork();
      if (chunk.last()) {
        writer.finish();
      }
      Reply fault = DataHandler.fault(session, writer);
      if (fault != null) {
        session
            .refusals()
            .add("BDAT", transaction.reversePath().address(), null, fault, writer.size());
        return fault;
      }
      if (chunk.last()) {
        return DataHandler.take(
            session, new Intake(session, transaction, chunks.buffer(), writer.eightBit()));
      }
      done = false;
      if (chunk.size() >= NO_TOY) {
        session.gate().countAsMail();
      }
      return Reply.of(250, "2.0.0", chunk.size() + " octets received");
    } finally {
      if (done) {
        session.ended();
      }
    }
  }

  private static Chunks chunks(Session session, MailTransaction transaction) {
    if (transaction.chunks() == null) {
      MessageBuffer buffer = DataHandler.buffer(session);
      MessageWriter.Kind kind =
          transaction.body() == Body.BINARY
              ? MessageWriter.Kind.BINARY
              : DataHandler.lines(session);
      transaction.begin(
          new Chunks(
              buffer,
              DataHandler.writer(session, buffer, kind),
              new Pace(session.connection(), session.limits())));
    }
    return transaction.chunks();
  }

  /**
   * Reads and forgets the octets of a chunk that is refused.
   *
   * @return the refusal, or the end of the connection when the octets cannot be counted
   */
  static Reply refuse(Session session, String argument, Reply refusal) throws IOException {
    Chunk chunk = Chunk.of(argument);
    if (chunk == null) {
      return outOfStep();
    }
    if (isTooMuch(session, chunk)) {
      return Reply.last(refusal.code(), refusal.status(), refusal.lines().getFirst());
    }
    session.input().readChunk(chunk.size(), null, new Pace(session.connection(), session.limits()));
    return refusal;
  }

  /** More than it is worth reading to stay in step. */
  private static boolean isTooMuch(Session session, Chunk chunk) {
    return chunk.size() > 2 * session.limits().maxMessageBytes();
  }

  /** Nobody knows where the next command begins. */
  static Reply outOfStep() {
    return Reply.last(501, "5.5.4", "BDAT SIZE [LAST] is expected, closing");
  }
}
