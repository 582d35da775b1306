package org.whosent.indexer.store.segment.column;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Texts of letters and digits that look made at random (queue IDs, Message-IDs, numbers at the end
 * of something) as numbers: what the texts of a column begin and end with in common is kept once,
 * and what stands between is a number to the base of the smallest alphabet that has all of it. A
 * general compressor takes eight bits for each such character where most columns are texts, and
 * these 3.3, 4, 5.2 or 6. Immutable.
 *
 * <p>The digits of such a number stand for one to the base, so that every text has one number and
 * leading zeros count. The last characters, as many as go into 56 bits, are one number, those
 * before another, which is 0 for most columns.
 *
 * @param alphabet what stands between is of
 * @param prefix what all begin with
 * @param suffix what all end with
 */
record Numerals(Alphabet alphabet, String prefix, String suffix) {
  /** With fewer texts nothing is told by them. */
  private static final int LEAST = 8;

  private static final int LOWEST = 0x20;

  /** Kinds of characters, a bit each: digits, a to f, to z, A to F, to Z, others. */
  private static final int KINDS = 6;

  private static final int OTHER = 1 << 5;

  /** No number is of more characters. */
  private static final int LONGEST = 20;

  /** What texts may be of, the smallest first. */
  enum Alphabet {
    DECIMAL("0123456789", 1),
    HEX("0123456789abcdef", 3),
    UPPER_HEX("0123456789ABCDEF", 9),
    LOWER("0123456789abcdefghijklmnopqrstuvwxyz", 7),
    UPPER("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 25),
    MIXED("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 31);

    static final Alphabet[] ALL = values();

    private final byte[] digits;
    private final byte[] values = new byte[128];

    /** Of the characters, as a bit each. */
    private final int kinds;

    /** Characters of one number. */
    private final int most;

    Alphabet(String digits, int kinds) {
      this.kinds = kinds;
      this.digits = digits.getBytes(StandardCharsets.US_ASCII);
      Arrays.fill(values, (byte) -1);
      for (byte i = 0; i < this.digits.length; i++) {
        values[this.digits[i]] = i;
      }
      int count = 0;
      for (double bits = 0; bits + bits(1) < 55.9; bits += bits(1)) {
        count++;
      }
      this.most = count;
    }

    private double bits(int count) {
      return count * Math.log(digits.length) / Math.log(2);
    }

    private boolean has(char c) {
      return c < values.length && values[c] >= 0;
    }

    /** The number of a stretch of a text, or -1 where it has other characters. */
    private long number(String text, int from, int to) {
      long number = 0;
      for (int i = from; i < to; i++) {
        char c = text.charAt(i);
        if (!has(c)) {
          return -1;
        }
        number = number * digits.length + values[c] + 1;
      }
      return number;
    }

    /** Puts the text of a number before a place; says where it begins. */
    private int text(long number, byte[] into, int end) throws IOException {
      int at = end;
      for (long rest = number; rest > 0; rest = (rest - 1) / digits.length) {
        if (at == 0) {
          throw new IOException("no number of a text");
        }
        into[--at] = digits[(int) ((rest - 1) % digits.length)];
      }
      return at;
    }
  }

  /** What most of a column's texts are, or null where they are nothing of the kind. */
  static Numerals of(String[] values, int count) {
    int from = -1;
    int to = -1;
    String one = null;
    int texts = 0;
    for (int i = 0; i < count; i++) {
      String value = values[i];
      if (!isText(value)) {
        continue;
      }
      texts++;
      if (one == null) {
        one = value;
        from = value.length();
        to = value.length();
      } else {
        from = inCommon(one, value, from);
        to = endInCommon(one, value, to);
      }
    }
    if (texts < LEAST) {
      return null;
    }
    return of(values, count, texts, one, from, to);
  }

  private static Numerals of(
      String[] values, int count, int texts, String one, int prefix, int suffix) {
    int shortest = Integer.MAX_VALUE;
    int longest = 0;
    for (int i = 0; i < count; i++) {
      if (isText(values[i])) {
        shortest = Math.min(shortest, values[i].length());
        longest = Math.max(longest, values[i].length());
      }
    }
    int end = Math.min(suffix, shortest - prefix);
    int[] ofKinds = new int[1 << KINDS];
    int digits = 0;
    int characters = 0;
    for (int i = 0; i < count; i++) {
      String value = values[i];
      if (isText(value)) {
        int kinds = kinds(value, prefix, value.length() - end);
        ofKinds[kinds & (1 << KINDS) - 1]++;
        digits += kinds >>> KINDS;
        characters += value.length() - prefix - end;
      }
    }
    for (Alphabet alphabet : Alphabet.ALL) {
      int has = 0;
      for (int kinds = 0; kinds < OTHER; kinds++) {
        has += (kinds & ~alphabet.kinds) == 0 ? ofKinds[kinds] : 0;
      }
      if (has * 8 < texts * 7) {
        continue;
      }
      // Names and words have hardly a digit, and are packed better by who knows words. Hex digits
      // of one length are bytes, which is as small and quicker.
      boolean random = alphabet == Alphabet.DECIMAL || digits * 8 >= characters;
      boolean bytes = alphabet == Alphabet.HEX && shortest == longest && shortest % 2 == 0;
      return random && !bytes
          ? new Numerals(alphabet, one.substring(0, prefix), one.substring(one.length() - end))
          : null;
    }
    return null;
  }

  /** The kinds of characters of a stretch of a text, and above them how many digits it has. */
  private static int kinds(String text, int from, int to) {
    int kinds = to - from > LONGEST ? OTHER : 0;
    int digits = 0;
    for (int i = from; i < to; i++) {
      int kind = kind(text.charAt(i));
      kinds |= kind;
      digits += kind & 1;
    }
    return kinds | digits << KINDS;
  }

  private static int kind(char c) {
    if (c >= '0' && c <= '9') {
      return 1;
    }
    if (c >= 'a' && c <= 'z') {
      return c <= 'f' ? 2 : 4;
    }
    if (c >= 'A' && c <= 'Z') {
      return c <= 'F' ? 8 : 16;
    }
    return OTHER;
  }

  /** Marks that stand for something else, and no text, are no texts. */
  private static boolean isText(String value) {
    return value != null && !value.isEmpty() && value.charAt(0) >= LOWEST;
  }

  private static int inCommon(String one, String other, int most) {
    int common = Math.min(most, other.length());
    for (int i = 0; i < common; i++) {
      if (one.charAt(i) != other.charAt(i)) {
        return i;
      }
    }
    return common;
  }

  private static int endInCommon(String one, String other, int most) {
    int common = Math.min(most, other.length());
    for (int i = 1; i <= common; i++) {
      if (one.charAt(one.length() - i) != other.charAt(other.length() - i)) {
        return i - 1;
      }
    }
    return common;
  }

  /** Whether a text is such a number. */
  boolean has(String text) {
    int between = text.length() - prefix.length() - suffix.length();
    if (between < 0
        || between > 2 * alphabet.most
        || !text.startsWith(prefix)
        || !text.endsWith(suffix)) {
      return false;
    }
    for (int i = prefix.length(); i < text.length() - suffix.length(); i++) {
      if (!alphabet.has(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private int cut(int length) {
    return Math.max(prefix.length(), length - suffix.length() - alphabet.most);
  }

  /** The number of the last characters. */
  long tail(String text) {
    return alphabet.number(text, cut(text.length()), text.length() - suffix.length());
  }

  /** The number of those before; 0 where there are none. */
  long head(String text) {
    return alphabet.number(text, prefix.length(), cut(text.length()));
  }

  /**
   * The text of two numbers.
   *
   * @throws IOException when they are none
   */
  String text(long head, long tail) throws IOException {
    if (head < 0 || tail < 0) {
      throw new IOException("no number of a text");
    }
    byte[] between = new byte[64];
    int at = alphabet.text(tail, between, between.length);
    if (head > 0) {
      at = alphabet.text(head, between, at);
    }
    @SuppressWarnings("deprecation") // all of them are ASCII
    String text = new String(between, 0, at, between.length - at);
    return prefix.isEmpty() && suffix.isEmpty() ? text : prefix + text + suffix;
  }

  /**
   * The same numbers' text as it would be kept if it is one of these, in whatever case it was; null
   * where that cannot be told.
   *
   * @param folded ASCII, in small letters where {@code caseCounts} is false
   */
  String asKept(String folded, boolean caseCounts) {
    String all = prefix + suffix;
    for (int i = 0; i < all.length(); i++) {
      char c = all.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '<' || c == '>' || c == '@') {
        return null; // what folding may take off, or was cut at
      }
    }
    if (caseCounts) {
      return folded;
    }
    int end = folded.length() - suffix.length();
    if (alphabet == Alphabet.MIXED || end < prefix.length()) {
      return alphabet == Alphabet.MIXED ? null : "";
    }
    boolean same =
        folded.regionMatches(true, 0, prefix, 0, prefix.length())
            && folded.regionMatches(true, end, suffix, 0, suffix.length());
    String between = folded.substring(prefix.length(), end);
    boolean upper = alphabet == Alphabet.UPPER || alphabet == Alphabet.UPPER_HEX;
    return same ? prefix + (upper ? between.toUpperCase(Locale.ROOT) : between) + suffix : "";
  }
}
