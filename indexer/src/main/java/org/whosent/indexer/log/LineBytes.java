package org.whosent.indexer.log;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

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
final class LineBytes {
  private byte[] bytes = {};
  private int end;
  private Charset charset = StandardCharsets.ISO_8859_1;

  /** A text of its own, from position 0. */
  static LineBytes of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    LineBytes line = new LineBytes();
    line.set(bytes, 0, bytes.length);
    return line;
  }

  /**
   * From now on it is these bytes, which must not change meanwhile.
   *
   * @return where they begin
   */
  int set(byte[] line, int from, int to) {
    if (LineText.isPlain(line, from, to)) {
      bytes = line;
      end = to;
      charset = StandardCharsets.ISO_8859_1; // the quickest for ASCII
      return from;
    }
    return setCopy(line, from, to);
  }

  /** As {@link #set} does of a line that is not plain; of a plain one it makes the same. */
  int setCopy(byte[] line, int from, int to) {
    bytes = LineText.printable(line, from, to).getBytes(StandardCharsets.UTF_8);
    end = bytes.length;
    charset = StandardCharsets.UTF_8;
    return 0;
  }

  /** Behind the last byte. */
  int end() {
    return end;
  }

  /** The byte there; 0, which stands in no line, behind the end. */
  byte at(int position) {
    return position < end ? bytes[position] : 0;
  }

  String text(int from, int to) {
    return new String(bytes, from, to - from, charset);
  }

  String text(int from, int to, Words words) {
    return words.of(bytes, from, to);
  }

  /** The bytes of an ASCII word, to look for. */
  static byte[] word(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  boolean startsWith(byte[] word, int from) {
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
  boolean endsWith(byte[] word, int from) {
    return end - word.length >= from && startsWith(word, end - word.length);
  }

  /** Where the word first stands from there on, or -1. */
  int indexOf(byte[] word, int from) {
    byte[] in = bytes;
    byte first = word[0];
    int last = end - word.length;
    for (int i = from; i <= last; i++) {
      if (in[i] == first && startsWith(word, i)) {
        return i;
      }
    }
    return -1;
  }

  /** Where the word last stands, not before that position; or -1. */
  int lastIndexOf(byte[] word, int from) {
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
  int digitsEnd(int from, int most) {
    int to = Math.min(end, from + most);
    int at = from;
    while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    return at;
  }

  /** The number that these digits are, at most 18 of them. */
  long number(int from, int to) {
    long number = 0;
    for (int i = from; i < to; i++) {
      number = number * 10 + bytes[i] - '0';
    }
    return number;
  }
}
