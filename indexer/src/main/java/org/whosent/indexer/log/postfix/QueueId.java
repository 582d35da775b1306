package org.whosent.indexer.log.postfix;

import org.whosent.indexer.log.text.LineBytes;

/**
 * Postfix queue IDs as text. Short: hexadecimal microseconds and inode, upper case. Long ({@code
 * enable_long_queue_ids}): digits and consonants of both cases, so that no English word is one.
 * Stateless.
 */
final class QueueId {
  private static final int SHORTEST = 6;
  private static final int SHORTEST_LONG = 10;
  private static final int LONGEST = 24;

  private static final int HEXADECIMAL = 1;
  private static final int CONSONANT = 2;
  private static final int[] CLASSES = new int[128];

  static {
    for (char c = 0; c < CLASSES.length; c++) {
      boolean digit = c >= '0' && c <= '9';
      boolean letter = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
      boolean hexadecimal = digit || c >= 'A' && c <= 'F';
      boolean consonant = digit || letter && "AEIOUaeiou".indexOf(c) < 0;
      CLASSES[c] = (hexadecimal ? HEXADECIMAL : 0) | (consonant ? CONSONANT : 0);
    }
  }

  private QueueId() {}

  /** Where the ID ends that the text begins with, when {@code ": "} follows; else -1. */
  static int end(LineBytes text, int from) {
    int end = from;
    int most = Math.min(text.end(), from + LONGEST + 1);
    int every = HEXADECIMAL | CONSONANT;
    while (end < most && every != 0) {
      byte c = text.at(end);
      if (c == ':') {
        break;
      }
      every &= c < 0 ? 0 : CLASSES[c];
      end++;
    }
    int length = end - from;
    boolean is =
        length >= SHORTEST
            && length <= LONGEST
            && ((every & HEXADECIMAL) != 0 || every != 0 && length >= SHORTEST_LONG);
    return is && text.at(end) == ':' && text.at(end + 1) == ' ' ? end : -1;
  }

  /** True for a text that is a queue ID. */
  static boolean is(String text) {
    int length = text.length();
    if (length < SHORTEST || length > LONGEST) {
      return false;
    }
    int every = HEXADECIMAL | (length >= SHORTEST_LONG ? CONSONANT : 0);
    for (int i = 0; i < length && every != 0; i++) {
      char c = text.charAt(i);
      every &= c < CLASSES.length ? CLASSES[c] : 0;
    }
    return every != 0;
  }
}
