package org.whosent.indexer.ingest.input;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * What came over TCP from a syslog daemon or as GELF, as it came, a line each frame: RFC 6587
 * section 3.4.1 ({@code LENGTH <PRI>…}, octet-counting, also with a line feed behind each frame),
 * and frames that end in a zero byte, which section 3.4.2 knows of and GELF prescribes. A line feed
 * that ends a frame is dropped; one within it comes out as a control character.
 *
 * <p>A length that is none, or is not followed by the beginning of a frame, is an error: who knows
 * where the next frame begins if the last one was not as long as it says? So is a line feed where
 * zero bytes end the frames: then they do not. A frame that the end cuts off comes out without a
 * line feed; one longer than {@link LineInput#LONGEST} comes out cut, longer than that by a byte.
 * Not thread-safe.
 */
final class FramedStream extends LineMakingStream {
  /** RFC 6587: MSG-LEN = NONZERO-DIGIT *DIGIT; nobody's lines need more digits. */
  private static final Pattern COUNTED = Pattern.compile("[1-9][0-9]{0,6} <[0-9]{1,3}>");

  private static final Pattern BEGINNING = Pattern.compile("<[0-9]{1,3}>|\\{\"");
  private static final int MOST_DIGITS = 7;
  private static final byte NO_LINE_FEED = 0x1f;

  private final boolean counted;

  /** Of the frame at hand; -1 while its length is being read. */
  private long left = -1;

  private final StringBuilder digits = new StringBuilder();
  private int length;
  private final ByteArrayOutputStream frame = new ByteArrayOutputStream();

  /**
   * Reads from there, which is the beginning.
   *
   * @param counted each frame says its length; else a zero byte ends it
   */
  FramedStream(InputStream in, boolean counted) {
    super(in);
    this.counted = counted;
  }

  /** True for the beginning of frames with their length. */
  static boolean isCountedAhead(byte[] head, int length) {
    return COUNTED.matcher(text(head, 0, Math.min(length, 20))).lookingAt();
  }

  /** True for the beginning of frames that end in a zero byte, without a line feed anywhere. */
  static boolean isTerminatedAhead(byte[] head, int length) {
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

  @Override
  void take() throws IOException {
    while (at < end && !hasLine()) {
      if (!counted) {
        byte b = buffer[at++];
        if (b == '\n') {
          throw new IOException("frames that end in zero bytes, and a line feed among them");
        }
        keep(b);
        if (b == 0) {
          frameEnds();
        }
      } else if (left < 0) {
        length(buffer[at++]);
      } else {
        int part = (int) Math.min(left, end - at);
        for (int i = 0; i < part; i++) {
          keep(buffer[at++]);
        }
        left -= part;
        if (left == 0) {
          frameEnds();
        }
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
    if (counted && length == 0 && b != '<') {
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
    // The zero byte, and the line feed that RFC 6587 allows before it or where lengths are said.
    while (to > 0
        && (bytes[to - 1] == 0 || bytes[to - 1] == NO_LINE_FEED || bytes[to - 1] == '\r')) {
      to--;
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
