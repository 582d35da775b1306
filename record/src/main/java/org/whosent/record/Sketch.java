package org.whosent.record;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * A small similarity sketch of a text: 64 one-permutation MinHash values of 8 bits each over all
 * runs of {@value #SHINGLE} letters and digits, and how many runs there were. 66 bytes, 88
 * characters of base64url. Immutable.
 *
 * <p>Only letters and digits count, so that quote marks, wrapping and punctuation do not matter.
 * With 64 values the standard error of the similarity is at most 0.0625; two unrelated texts agree
 * in a slot once in 256 by chance, which {@link #similarity} takes off. Known weakness: whoever
 * knows the scheme can write a text that resembles another one; a sketch supports an identifier and
 * never identifies alone.
 *
 * <p>Changing anything here changes what is in the records: give {@link #VERSION} a new number.
 */
public final class Sketch {
  /** Characters in a run. */
  public static final int SHINGLE = 10;

  /** A shorter text has too little in it to be compared: it has no sketch. */
  public static final int LEAST_LETTERS = 48;

  private static final int SLOTS = 64;
  private static final int VERSION = 1;
  private static final int LENGTH = 2 + SLOTS;
  private static final long BASE = 0x9E37_79B9_7F4A_7C15L;

  private final byte[] bytes; // version, 8 * log2(runs), the slots

  private Sketch(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The sketch of a text that is already folded in case; empty for a short text. */
  public static Optional<Sketch> of(CharSequence folded) {
    long[] least = new long[SLOTS];
    Arrays.fill(least, -1L);
    char[] window = new char[SHINGLE];
    long leaving = 1;
    for (int i = 0; i < SHINGLE; i++) {
      leaving *= BASE;
    }
    long hash = 0;
    long letters = 0;
    int at = 0;
    for (int i = 0; i < folded.length(); i++) {
      char c = folded.charAt(i);
      if (!Character.isLetterOrDigit(c) && !Character.isSurrogate(c)) {
        continue;
      }
      hash = hash * BASE + c + 1;
      if (letters >= SHINGLE) {
        hash -= (window[at] + 1) * leaving;
      }
      window[at] = c;
      at = at + 1 == SHINGLE ? 0 : at + 1;
      letters++;
      if (letters >= SHINGLE) {
        long mixed = mix(hash);
        int slot = (int) (mixed >>> 58);
        long value = mixed & 0x03FF_FFFF_FFFF_FFFFL;
        if (Long.compareUnsigned(value, least[slot]) < 0) {
          least[slot] = value;
        }
      }
    }
    if (letters < LEAST_LETTERS) {
      return Optional.empty();
    }
    byte[] bytes = new byte[LENGTH];
    bytes[0] = VERSION;
    double runs = letters - SHINGLE + 1;
    bytes[1] = (byte) Math.min(255, Math.round(8 * Math.log(runs) / Math.log(2)));
    for (int slot = 0; slot < SLOTS; slot++) {
      // An empty slot borrows from another one, chosen by the slot's number alone (optimal
      // densification, Shrivastava 2017), so that two equal sets always borrow alike.
      int from = slot;
      for (long attempt = 1; least[from] == -1L; attempt++) {
        from = (int) (mix(slot * 0x1_0000_0001L + attempt) >>> 58);
      }
      bytes[2 + slot] = (byte) mix(least[from]);
    }
    return Optional.of(new Sketch(bytes));
  }

  /** Reads {@link #toString}; empty for anything else, and for versions we do not know. */
  public static Optional<Sketch> parse(String text) {
    if (text == null || text.length() != (LENGTH * 4 + 2) / 3) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      return bytes.length == LENGTH && bytes[0] == VERSION
          ? Optional.of(new Sketch(bytes))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Estimate of the Jaccard similarity of the two texts' runs, 0 to 1. */
  public double similarity(Sketch other) {
    int equal = 0;
    for (int i = 2; i < LENGTH; i++) {
      if (bytes[i] == other.bytes[i]) {
        equal++;
      }
    }
    double chance = 1.0 / 256;
    return Math.max(0, ((double) equal / SLOTS - chance) / (1 - chance));
  }

  /**
   * Estimate of how much of the smaller text stands in the larger one, 0 to 1: for a text that was
   * cut, or that a list has added to. Rough, since it multiplies the error of the similarity by the
   * ratio of the sizes.
   */
  public double containment(Sketch other) {
    double similarity = similarity(other);
    double smaller = Math.min(runs(), other.runs());
    double larger = Math.max(runs(), other.runs());
    return Math.min(1, similarity * (smaller + larger) / ((1 + similarity) * smaller));
  }

  /** About how many runs the text has. */
  public double runs() {
    return Math.pow(2, (bytes[1] & 0xff) / 8.0);
  }

  private static long mix(long value) {
    long z = value + 0x9E37_79B9_7F4A_7C15L;
    z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
    return z ^ z >>> 31;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sketch s && Arrays.equals(bytes, s.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** base64url without padding. */
  @Override
  public String toString() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
