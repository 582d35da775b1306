package org.whosent.record.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A message with the separator line of an mbox in the midst of its header, put in order. Programs
 * that write fields of their own above a message taken from a mailbox leave such a line there; for
 * every reader the header ends at it, and the fields below are text. Only for tracing, and only
 * where nothing was found in the message as it is: the server that took it did not mend it either.
 * Stateless.
 */
public final class MendedHeader {
  private static final byte[] FROM = "From ".getBytes(StandardCharsets.US_ASCII);

  private MendedHeader() {}

  /**
   * The message without that line.
   *
   * @return empty when there is none between two fields, above the first empty line
   * @throws UnreadableMessageException when what comes out cannot be read
   */
  public static Optional<OpenedMessage> of(OpenedMessage message)
      throws UnreadableMessageException {
    byte[] source = message.source();
    int from = 0;
    boolean afterField = false;
    while (from < source.length) {
      int end = lineEnd(source, from);
      if (afterField && isSeparator(source, from, end) && fieldAt(source, end)) {
        byte[] mended = new byte[source.length - (end - from)];
        System.arraycopy(source, 0, mended, 0, from);
        System.arraycopy(source, end, mended, from, source.length - end);
        return Optional.of(OpenedMessage.open(mended));
      }
      boolean continued = source[from] == ' ' || source[from] == '\t';
      if (!continued && !fieldAt(source, from) && from > 0) {
        return Optional.empty(); // the header ends, by an empty line or without one
      }
      afterField = true;
      from = end;
    }
    return Optional.empty();
  }

  private static int lineEnd(byte[] source, int from) {
    int at = from;
    while (at < source.length && source[at] != '\n') {
      at++;
    }
    return Math.min(source.length, at + 1);
  }

  private static boolean isSeparator(byte[] source, int from, int end) {
    return end - from > FROM.length
        && Arrays.equals(source, from, from + FROM.length, FROM, 0, FROM.length)
        && MessageSplitter.separator(Arrays.copyOfRange(source, from, end));
  }

  /** RFC 5322 section 3.6.8. */
  private static boolean fieldAt(byte[] source, int from) {
    int at = from;
    while (at < source.length && source[at] > ' ' && source[at] < 127 && source[at] != ':') {
      at++;
    }
    return at > from && at < source.length && source[at] == ':';
  }
}
