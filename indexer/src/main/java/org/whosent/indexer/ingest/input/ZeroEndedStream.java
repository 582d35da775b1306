package org.whosent.indexer.ingest.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What came over TCP from a syslog daemon or as GELF, as it came, in frames that end in a zero
 * byte: RFC 6587 section 3.4.2 knows of them, and GELF prescribes them. Each zero byte comes out as
 * a line feed and everything else as it is, so that what is made of a file has the file's own
 * offsets and can be read from any of them.
 *
 * <p>A line feed is an error: where one is, zero bytes do not end the frames. Not thread-safe.
 */
final class ZeroEndedStream extends BulkStream {
  private static final Pattern BEGINNING = Pattern.compile("<[0-9]{1,3}>|\\{\"");

  private final InputStream in;

  /** A line feed was met. */
  private boolean failed;

  /** Reads from there, which is anywhere. */
  ZeroEndedStream(InputStream in) {
    this.in = in;
  }

  /** True for the beginning of frames that end in a zero byte, without a line feed anywhere. */
  static boolean isAhead(byte[] head, int length) {
    int zero = 0;
    for (int i = 0; i < length; i++) {
      if (head[i] == '\n') {
        return false;
      }
      zero = head[i] == 0 && zero == 0 ? i : zero;
    }
    return zero > 0
        && BEGINNING.matcher(text(head, 0, zero)).lookingAt()
        && (zero + 1 == length || BEGINNING.matcher(text(head, zero + 1, length)).lookingAt());
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** What there is before a line feed is given first. */
  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (failed) {
      throw new IOException("frames that end in zero bytes, and a line feed among them");
    }
    int read = in.read(into, offset, length);
    for (int i = offset; i < offset + read; i++) {
      if (into[i] == '\n') {
        failed = true;
        return i > offset ? i - offset : read(into, offset, length);
      }
      if (into[i] == 0) {
        into[i] = '\n';
      }
    }
    return read;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
