package org.whosent.indexer.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One and the same text for the words that come again in every other line: hosts, programs, process
 * IDs, and what delivery lines repeat. Such a text knows its hash, and equals itself at once.
 * Bounded: a word takes the place of the one that was there, so whoever writes ever new words gains
 * nothing. Not thread-safe.
 */
final class Words {
  private static final int SLOTS = 1 << 10;

  /** To begin with: one line, of which only its format is asked, has few words. */
  private static final int FEW = 1 << 3;

  private static final int LONGEST = 128;

  private byte[][] bytes = new byte[FEW][];
  private String[] texts = new String[FEW];
  private String[] parts = new String[FEW];
  private int added;

  /** The text of these bytes, read as UTF-8. */
  String of(byte[] line, int from, int to) {
    if (to - from > LONGEST) {
      return new String(line, from, to - from, StandardCharsets.UTF_8);
    }
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + line[i];
    }
    int slot = slot(hash);
    byte[] known = bytes[slot];
    if (known != null && Arrays.equals(known, 0, known.length, line, from, to)) {
      return texts[slot];
    }
    String text = new String(line, from, to - from, StandardCharsets.UTF_8);
    bytes[slot] = Arrays.copyOfRange(line, from, to);
    texts[slot] = text;
    added();
    return text;
  }

  private int slot(int hash) {
    return (hash ^ hash >>> 10 ^ hash >>> 20) & texts.length - 1;
  }

  /** What was known is forgotten when the tables grow: it is few words, and they come again. */
  private void added() {
    if (++added == FEW) {
      bytes = new byte[SLOTS][];
      texts = new String[SLOTS];
      parts = new String[SLOTS];
    }
  }

  /** The same for a part of a text. */
  String of(String text, int from, int to) {
    if (to - from > LONGEST) {
      return text.substring(from, to);
    }
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + text.charAt(i);
    }
    int slot = slot(hash);
    String known = parts[slot];
    if (known != null
        && known.length() == to - from
        && known.regionMatches(0, text, from, to - from)) {
      return known;
    }
    String part = text.substring(from, to);
    parts[slot] = part;
    added();
    return part;
  }
}
