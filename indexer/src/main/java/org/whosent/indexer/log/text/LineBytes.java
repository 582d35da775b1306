package org.whosent.indexer.log.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The text of a log line as bytes, so that a grammar can read it without a text being made of it:
 * most of what a line says is the same as in the line before, or nothing that a record keeps.
 *
 * <p>The bytes are UTF-8 that holds no control character, so nothing that an ASCII character in it
 * stands for can be a part of another character. A line that is not so from end to end ({@link
 * LineText#isPlain}) is copied and made so first, and then read by the very same grammar.
 *
 * <p>Positions are indices into an array that is not shown. One object serves one line after the
 * other. Not thread-safe.
 */
public final class LineBytes {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private byte[] bytes = {};
  private int end;
  private Charset charset = StandardCharsets.ISO_8859_1;

  /** A text of its own, from position 0. */
  public static LineBytes of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    LineBytes line = new LineBytes();
    line.set(bytes, 0, bytes.length);
    return line;
  }

  /**
   * From now on it is the first of these bytes, which are known to be UTF-8 without control
   * characters.
   *
   * @param plain they are ASCII
   */
  public void setKnown(byte[] line, int length, boolean plain) {
    bytes = line;
    end = length;
    charset = plain ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8; // quicker for ASCII
  }

  /** The same for a text, which holds no control character; from position 0. */
  public void setKnown(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    setKnown(encoded, encoded.length, false);
  }

  /**
   * From now on it is these bytes, which must not change meanwhile.
   *
   * @return where they begin
   */
  public int set(byte[] line, int from, int to) {
    if (LineText.isPlain(line, from, to)) {
      setKnown(line, to, true);
      return from;
    }
    return setCopy(line, from, to);
  }

  /** As {@link #set} does of a line that is not plain; of a plain one it makes the same. */
  public int setCopy(byte[] line, int from, int to) {
    setKnown(LineText.printable(line, from, to));
    return 0;
  }

  /** True where they are ASCII, and no control character was among them. */
  public boolean isPlain() {
    return charset == StandardCharsets.ISO_8859_1;
  }

  /** Behind the last byte. */
  public int end() {
    return end;
  }

  /** The byte there; 0, which stands in no line, behind the end. */
  public byte at(int position) {
    return position < end ? bytes[position] : 0;
  }

  /** The text between two positions. */
  public String text(int from, int to) {
    return new String(bytes, from, to - from, charset);
  }

  /** The same, as one that was made before where there is such. */
  public String text(int from, int to, Words words) {
    return words.of(bytes, from, to);
  }

  /** The text between two ASCII characters. */
  public String text(char before, int from, int to, char after) {
    byte[] with = new byte[to - from + 2];
    with[0] = (byte) before;
    System.arraycopy(bytes, from, with, 1, to - from);
    with[with.length - 1] = (byte) after;
    return new String(with, charset);
  }

  /** A copy of these bytes, to look for in other lines. */
  public byte[] copy(int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  /** The bytes of an ASCII word, to look for. */
  public static byte[] word(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** True when the word stands there; false for a position outside the line. */
  public boolean startsWith(byte[] word, int from) {
    if (from < 0 || word.length > end - from) {
      return false;
    }
    byte[] in = bytes;
    for (int i = 0; i < word.length; i++) {
      if (in[from + i] != word[i]) {
        return false;
      }
    }
    return true;
  }

  /** True when the word is the last thing in the text, and not before that position. */
  public boolean endsWith(byte[] word, int from) {
    return end - word.length >= from && startsWith(word, end - word.length);
  }

  /** Where an ASCII character first stands from there on, or -1: eight bytes at a time. */
  public int indexOf(char wanted, int from) {
    byte[] in = bytes;
    long pattern = wanted * ONES;
    int at = from;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      long differs = (long) LONGS.get(in, at) ^ pattern;
      long found = (differs - ONES) & ~differs & HIGHS;
      if (found != 0) {
        return at + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    for (; at < end; at++) {
      if (in[at] == wanted) {
        return at;
      }
    }
    return -1;
  }

  /** Where the word first stands from there on, or -1. */
  public int indexOf(byte[] word, int from) {
    char first = (char) word[0];
    int at = indexOf(first, from);
    while (at >= 0 && !startsWith(word, at)) {
      at = indexOf(first, at + 1);
    }
    return at;
  }

  /** Where the word last stands, not before that position; or -1. */
  public int lastIndexOf(byte[] word, int from) {
    byte[] in = bytes;
    byte first = word[0];
    for (int i = end - word.length; i >= from; i--) {
      if (in[i] == first && startsWith(word, i)) {
        return i;
      }
    }
    return -1;
  }

  /** Where the digits that begin there end, of which at most so many are looked at. */
  public int digitsEnd(int from, int most) {
    int to = Math.min(end, from + most);
    int at = from;
    while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    return at;
  }

  /** The number that these digits are, at most 18 of them. */
  public long number(int from, int to) {
    long number = 0;
    for (int i = from; i < to; i++) {
      number = number * 10 + bytes[i] - '0';
    }
    return number;
  }
}
