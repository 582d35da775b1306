package org.whosent.record.message;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects one header, line by line, and says where it ends. A line that is neither a field nor a
 * continuation ends the header as an empty line would (Postfix does the same), so that a missing
 * empty line costs nothing. Not thread-safe.
 */
final class HeaderBlock {
  /** What became of a line. */
  enum Line {
    /** It belongs to the header. */
    TAKEN,
    /** It is the empty line after the header. */
    SEPARATOR,
    /** It is the body's first line. */
    BODY
  }

  private final int maxBytes;
  private final int maxFields;
  private final List<HeaderField> fields = new ArrayList<>();
  private final ByteArrayOutputStream field = new ByteArrayOutputStream();
  private boolean inField;
  private boolean firstLine = true;
  private int bytes;
  private boolean over;

  HeaderBlock(int maxBytes, int maxFields) {
    this.maxBytes = maxBytes;
    this.maxFields = maxFields;
  }

  /** Takes a whole line with its line ending. */
  Line line(byte[] buffer, int from, int to) {
    int end = to;
    while (end > from && (buffer[end - 1] == '\n' || buffer[end - 1] == '\r')) {
      end--;
    }
    boolean first = firstLine;
    firstLine = false;
    if (end == from) {
      return Line.SEPARATOR;
    }
    if (buffer[from] == ' ' || buffer[from] == '\t') {
      if (inField) {
        append(buffer, from, end);
        return Line.TAKEN;
      }
      return blank(buffer, from, end) ? Line.SEPARATOR : Line.BODY;
    }
    if (first && startsWithFrom(buffer, from, end)) {
      return Line.TAKEN; // an mbox separator line that came along
    }
    if (colon(buffer, from, end) < 0) {
      return Line.BODY;
    }
    finish();
    inField = true;
    append(buffer, from, end);
    return Line.TAKEN;
  }

  /** A further piece of a line too long for one piece. */
  void more(byte[] buffer, int from, int to) {
    int end = to;
    while (end > from && (buffer[end - 1] == '\n' || buffer[end - 1] == '\r')) {
      end--;
    }
    if (inField) {
      append(buffer, from, end);
    }
  }

  private void append(byte[] buffer, int from, int end) {
    bytes += end - from;
    if (bytes > maxBytes) {
      over = true;
    } else {
      field.write(buffer, from, end - from);
    }
  }

  /** True when a bound was crossed; what lies beyond is not in {@link #headers}. */
  boolean over() {
    return over;
  }

  Headers headers() {
    finish();
    return new Headers(fields);
  }

  private void finish() {
    if (!inField) {
      return;
    }
    inField = false;
    byte[] raw = field.toByteArray();
    field.reset();
    int colon = colon(raw, 0, raw.length);
    if (colon < 0) {
      return;
    }
    if (fields.size() >= maxFields) {
      over = true;
      return;
    }
    String name = text(raw, 0, colon).strip();
    fields.add(new HeaderField(name, text(raw, colon + 1, raw.length).strip()));
  }

  /**
   * Where the colon of a field stands, or -1. RFC 5322 section 3.6.8: ftext is any printable
   * US-ASCII but the colon; section 4.5 allowed white space before the colon.
   */
  private static int colon(byte[] line, int from, int to) {
    int at = from;
    while (at < to && line[at] > 32 && line[at] < 127 && line[at] != ':') {
      at++;
    }
    if (at == from) {
      return -1;
    }
    while (at < to && (line[at] == ' ' || line[at] == '\t')) {
      at++;
    }
    return at < to && line[at] == ':' ? at : -1;
  }

  private static boolean startsWithFrom(byte[] line, int from, int to) {
    int at = from < to && line[from] == '>' ? from + 1 : from;
    return to - at > 5
        && line[at] == 'F'
        && line[at + 1] == 'r'
        && line[at + 2] == 'o'
        && line[at + 3] == 'm'
        && line[at + 4] == ' ';
  }

  private static boolean blank(byte[] line, int from, int to) {
    for (int i = from; i < to; i++) {
      if (line[i] != ' ' && line[i] != '\t') {
        return false;
      }
    }
    return true;
  }

  private static String text(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == 0) {
        return text(withoutZeros(bytes, from, to)); // of no meaning in mail, and breaks clues
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, to - from))
          .toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
  }

  private static byte[] withoutZeros(byte[] bytes, int from, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(to - from);
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        out.write(bytes[i]);
      }
    }
    return out.toByteArray();
  }

  private static String text(byte[] bytes) {
    return text(bytes, 0, bytes.length);
  }
}
