package org.whosent.msa;

import java.io.IOException;
import java.io.InputStream;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.message.MessageDigester;

/**
 * Fills in what a record says of a message's content: header From, Subject, digests, sketch.
 *
 * <p>An implementation reads hostile input and owes bounds on everything it does; it must be
 * thread-safe. It may leave fields null and must not touch those of the envelope and the session.
 * {@code messageId} and {@code headerDate} are filled by the MSA where it leaves them null. When it
 * throws anything but an IOException of the stream, the message is accepted without those fields
 * and the fault is logged: a message that cannot be analysed must still be traceable by its ID.
 */
@FunctionalInterface
public interface MessageAnalyser {
  /** Knows nothing. */
  MessageAnalyser NONE = (message, into) -> {};

  /** Fills in all of it: the digests that the tracer computes too. */
  MessageAnalyser DIGESTS = (message, into) -> MessageDigester.digest(message).fill(into);

  /**
   * Reads the message and fills the record.
   *
   * @param message with CRLF line endings and the fields that the MSA added on top; need not be
   *     read to its end, and is closed by the caller
   */
  void analyse(InputStream message, SubmissionRecord.Builder into) throws IOException;
}
