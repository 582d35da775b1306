package org.whosent.indexer.log;

/**
 * Postfix queue IDs as text. Short: hexadecimal microseconds and inode, upper case. Long ({@code
 * enable_long_queue_ids}): digits and consonants of both cases, so that no English word is one.
 * Stateless.
 */
final class QueueId {
  private static final int SHORTEST = 6;
  private static final int SHORTEST_LONG = 10;
  private static final int LONGEST = 24;

  private QueueId() {}

  /** The ID that the message begins with, when {@code ": "} follows; else null. */
  static String at(String message) {
    int end = message.indexOf(':');
    if (end < SHORTEST || end > LONGEST || !message.startsWith(": ", end)) {
      return null;
    }
    String id = message.substring(0, end);
    return is(id) ? id : null;
  }

  /** True for a text that is a queue ID. */
  static boolean is(String text) {
    int length = text.length();
    if (length < SHORTEST || length > LONGEST) {
      return false;
    }
    boolean hexadecimal = true;
    boolean consonants = length >= SHORTEST_LONG;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      boolean digit = c >= '0' && c <= '9';
      hexadecimal &= digit || c >= 'A' && c <= 'F';
      consonants &=
          digit || (c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z') && "AEIOUaeiou".indexOf(c) < 0;
    }
    return hexadecimal || consonants;
  }
}
