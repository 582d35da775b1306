package org.whosent.record;

import java.time.Instant;
import java.util.Optional;

/**
 * The ID that our MSA puts after {@code id} in {@code Received}: 26 characters of Crockford base32,
 * an RFC 5321 atom.
 *
 * <p>130 bits, most significant first: 48 bits Unix milliseconds, 12 bits node, 20 bits counter, 50
 * bits tag. The tag is the head of HMAC-SHA-256 over the other 80 bits under the site's key ({@link
 * TransactionKeys}). So IDs sort by time, name their own partition, say nothing of the user, and an
 * invented one is recognised without a look-up. Immutable.
 *
 * @param millis Unix time in milliseconds, 48 bits
 * @param node which MSA of the site, 0 to 4095
 * @param counter tells the IDs of one millisecond apart, 20 bits
 * @param tag the head of the HMAC, 50 bits
 */
public record TransactionId(long millis, int node, int counter, long tag) {
  /** Characters of an ID. */
  public static final int LENGTH = 26;

  /** The greatest node number. */
  public static final int MAX_NODE = 0xFFF;

  static final int MAX_COUNTER = 0xF_FFFF;
  static final long MAX_MILLIS = 0xFFFF_FFFF_FFFFL;
  static final long TAG_MASK = (1L << 50) - 1;

  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  /** The digit of every ASCII character, -1 where it is none. */
  private static final byte[] VALUES = new byte[128];

  static {
    java.util.Arrays.fill(VALUES, (byte) -1);
    for (byte i = 0; i < ALPHABET.length(); i++) {
      VALUES[ALPHABET.charAt(i)] = i;
      VALUES[Character.toLowerCase(ALPHABET.charAt(i))] = i;
    }
    for (char c : new char[] {'O', 'o'}) {
      VALUES[c] = 0;
    }
    for (char c : new char[] {'I', 'i', 'L', 'l'}) {
      VALUES[c] = 1;
    }
  }

  public TransactionId {
    if (millis < 0 || millis > MAX_MILLIS) {
      throw new IllegalArgumentException("millis " + millis);
    }
    if (node < 0 || node > MAX_NODE || counter < 0 || counter > MAX_COUNTER) {
      throw new IllegalArgumentException("node " + node + ", counter " + counter);
    }
    if (tag < 0 || tag > TAG_MASK) {
      throw new IllegalArgumentException("tag " + tag);
    }
  }

  /** When the ID was given out. */
  public Instant time() {
    return Instant.ofEpochMilli(millis);
  }

  /** The 80 bits before the tag, as 10 bytes: what the tag is computed over. */
  byte[] head() {
    long low = (long) node << 20 | counter;
    byte[] head = new byte[10];
    for (int i = 0; i < 6; i++) {
      head[i] = (byte) (millis >>> (40 - 8 * i));
    }
    for (int i = 0; i < 4; i++) {
      head[6 + i] = (byte) (low >>> (24 - 8 * i));
    }
    return head;
  }

  /** The ID as it stands in mail: 26 upper-case characters. */
  @Override
  public String toString() {
    char[] out = new char[LENGTH];
    // The head is exactly 16 characters, the tag 10.
    long upper = millis; // 48 bits
    long lower = (long) node << 20 | counter; // 32 bits
    for (int i = 0; i < 16; i++) {
      int shift = 75 - 5 * i;
      long bits = shift >= 32 ? upper >>> (shift - 32) : (upper << (32 - shift)) | lower >>> shift;
      out[i] = ALPHABET.charAt((int) (bits & 31));
    }
    for (int i = 0; i < 10; i++) {
      out[16 + i] = ALPHABET.charAt((int) (tag >>> (45 - 5 * i)) & 31);
    }
    return new String(out);
  }

  /**
   * Reads an ID, in either case and with Crockford's I, L and O for 1, 1 and 0. That the text has
   * the form says nothing of whether we gave it out: see {@link TransactionKeys#check}.
   */
  public static Optional<TransactionId> parse(String text) {
    if (text.length() != LENGTH) {
      return Optional.empty();
    }
    long upper = 0;
    long lower = 0;
    long tag = 0;
    for (int i = 0; i < LENGTH; i++) {
      int value = value(text.charAt(i));
      if (value < 0) {
        return Optional.empty();
      }
      if (i < 16) {
        upper = upper << 5 | lower >>> 27;
        lower = (lower << 5 | value) & 0xFFFF_FFFFL;
      } else {
        tag = tag << 5 | value;
      }
    }
    return Optional.of(
        new TransactionId(
            upper & MAX_MILLIS, (int) (lower >>> 20), (int) (lower & MAX_COUNTER), tag));
  }

  private static int value(char c) {
    return c < VALUES.length ? VALUES[c] : -1;
  }

  /**
   * Whether a text is an ID just as {@link #toString} writes it: what {@link #parse} and that say,
   * without making either.
   */
  public static boolean isCanonical(String text) {
    if (text.length() != LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      int value = value(c);
      if (value < 0 || c > 'Z' || ALPHABET.charAt(value) != c) {
        return false;
      }
    }
    return true;
  }
}
