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
  private static final int LONGEST = 128;

  private final byte[][] bytes = new byte[SLOTS][];
  private final String[] texts = new String[SLOTS];
  private final String[] parts = new String[SLOTS];

  /** The text of these bytes, read as UTF-8. */
  String of(byte[] line, int from, int to) {
    if (to - from > LONGEST) {
      return new String(line, from, to - from, StandardCharsets.UTF_8);
    }
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + line[i];
    }
    int slot = (hash ^ hash >>> 10 ^ hash >>> 20) & SLOTS - 1;
    byte[] known = bytes[slot];
    if (known != null && Arrays.equals(known, 0, known.length, line, from, to)) {
      return texts[slot];
    }
    String text = new String(line, from, to - from, StandardCharsets.UTF_8);
    bytes[slot] = Arrays.copyOfRange(line, from, to);
    texts[slot] = text;
    return text;
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
    int slot = (hash ^ hash >>> 10 ^ hash >>> 20) & SLOTS - 1;
    String known = parts[slot];
    if (known != null
        && known.length() == to - from
        && known.regionMatches(0, text, from, to - from)) {
      return known;
    }
    String part = text.substring(from, to);
    parts[slot] = part;
    return part;
  }
}
