package org.whosent.indexer.ingest.input;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * What came over TCP from a syslog daemon, as it came, a line each frame: RFC 6587 section 3.4.1
 * ({@code LENGTH <PRI>…}, octet-counting, also with a line feed behind each frame). A line feed
 * that ends a frame is dropped; one within it comes out as a control character.
 *
 * <p>A length that is none, or is not followed by the beginning of a frame, is an error: who knows
 * where the next frame begins if the last one was not as long as it says? For the same reason it is
 * read from the beginning only. A frame that the end cuts off comes out without a line feed; one
 * longer than {@link LineInput#LONGEST} comes out cut, longer than that by a byte. Not thread-safe.
 */
final class FramedStream extends LineMakingStream {
  /** RFC 6587: MSG-LEN = NONZERO-DIGIT *DIGIT; nobody's lines need more digits. */
  private static final Pattern COUNTED = Pattern.compile("[1-9][0-9]{0,6} <[0-9]{1,3}>");

  private static final int MOST_DIGITS = 7;
  private static final byte NO_LINE_FEED = 0x1f;

  /** Of the frame at hand; -1 while its length is being read. */
  private long left = -1;

  private final StringBuilder digits = new StringBuilder();
  private int length;
  private final ByteArrayOutputStream frame = new ByteArrayOutputStream();

  /** Reads from there, which is the beginning. */
  FramedStream(InputStream in) {
    super(in);
  }

  /** True for the beginning of frames with their length. */
  static boolean isAhead(byte[] head, int length) {
    return COUNTED
        .matcher(new String(head, 0, Math.min(length, 20), StandardCharsets.ISO_8859_1))
        .lookingAt();
  }

  @Override
  void take(byte b) throws IOException {
    if (left < 0) {
      length(b);
    } else {
      keep(b);
      if (--left == 0) {
        frameEnds();
      }
    }
  }

  private void length(byte b) throws IOException {
    if (digits.isEmpty() && (b == '\n' || b == '\r')) {
      return; // between frames
    }
    boolean digit = b >= '0' && b <= '9' && !(digits.isEmpty() && b == '0');
    if (digit && digits.length() < MOST_DIGITS) {
      digits.append((char) b);
    } else if (b == ' ' && !digits.isEmpty()) {
      left = Long.parseLong(digits.toString());
      digits.setLength(0);
    } else {
      throw new IOException("a syslog frame that is not as long as it says");
    }
  }

  private void keep(byte b) throws IOException {
    if (length == 0 && b != '<') {
      throw new IOException("a syslog frame that does not begin as one");
    }
    length++;
    if (frame.size() <= LineInput.LONGEST) {
      frame.write(b == '\n' ? NO_LINE_FEED : b);
    }
  }

  private void frameEnds() {
    byte[] bytes = frame.toByteArray();
    int to = bytes.length;
    while (to > 0
        && (bytes[to - 1] == 0 || bytes[to - 1] == NO_LINE_FEED || bytes[to - 1] == '\r')) {
      to--; // the line feed that RFC 6587 allows
    }
    byte[] line = Arrays.copyOf(bytes, to + 1);
    line[to] = '\n';
    give(line);
    frame.reset();
    length = 0;
    left = -1;
  }

  @Override
  void atEnd() {
    give(frame.toByteArray()); // cut off
  }
}
