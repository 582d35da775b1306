package org.whosent.record;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A small similarity sketch of a text: 64 one-permutation MinHash values over all runs of {@value
 * #SHINGLE} letters and digits, and how many runs there were. The first {@value #ANCHORS} values,
 * the anchors, have 16 bits, so that an index finds by them every record that shares one; the
 * others have 5 bits and only tell how alike two texts are. 53 bytes, 71 characters of base64url.
 * Immutable.
 *
 * <p>Only letters and digits count, so that quote marks, wrapping and punctuation do not matter.
 * Each value of two texts agrees with the probability of their Jaccard similarity, so the standard
 * error of {@link #similarity} is at most 0.0625, and two texts of similarity 0.5, 0.3, 0.2 share
 * an anchor with probability 0.996, 0.94, 0.83. Chance agreement (once in 32 for the small values)
 * is taken off. Of the layouts that were measured (docs/inputs.md) this one found nearly as much as
 * 64 values of 8 bits, with less of a record and a third of the index that bands of those would
 * take. Version 2, of which there are records, had 6 bits a small value: the lower five are these,
 * so that both compare with each other.
 *
 * <p>Known weakness: whoever knows the scheme can write a text that resembles another one; a sketch
 * supports an identifier and never identifies alone.
 *
 * <p>Changing anything here changes what is in the records: give {@link #VERSION} a new number.
 */
public final class Sketch {
  /** Characters in a run. */
  public static final int SHINGLE = 10;

  /** A shorter text has too little in it to be compared: it has no sketch. */
  public static final int LEAST_LETTERS = 48;

  /** Values by which a record is found. */
  public static final int ANCHORS = 8;

  private static final int SLOTS = 64;
  private static final int VERSION = 3;
  private static final int SMALL_BITS = 5;

  /** Still read, with its bits a small value. */
  private static final int VERSION_OF_SIX = 2;

  private static final int SIX = 6;
  private static final int SMALL_MASK = (1 << SMALL_BITS) - 1;
  private static final int LENGTH = length(SMALL_BITS);
  private static final long BASE = 0x9E37_79B9_7F4A_7C15L;

  /** Letters and digits among the first 128: the submission server asks for each character. */
  private static final boolean[] ASCII_COUNTS = new boolean[128];

  /** The digits of base64url, -1 for other characters. */
  private static final byte[] DIGITS = new byte[128];

  static {
    Arrays.fill(DIGITS, (byte) -1);
    String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (byte i = 0; i < digits.length(); i++) {
      DIGITS[digits.charAt(i)] = i;
    }
    for (char c = 0; c < ASCII_COUNTS.length; c++) {
      ASCII_COUNTS[c] = Character.isLetterOrDigit(c);
    }
  }

  private final int logRuns; // 8 * log2(runs), 0 to 255
  private final char[] slots; // anchors first

  private Sketch(int logRuns, char[] slots) {
    this.logRuns = logRuns;
    this.slots = slots;
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
    for (char c : folded.toString().toCharArray()) {
      if (c < ASCII_COUNTS.length
          ? !ASCII_COUNTS[c]
          : !Character.isLetterOrDigit(c) && !Character.isSurrogate(c)) {
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
    double runs = letters - SHINGLE + 1;
    int logRuns = (int) Math.min(255, Math.round(8 * Math.log(runs) / Math.log(2)));
    char[] slots = new char[SLOTS];
    for (int slot = 0; slot < SLOTS; slot++) {
      // An empty slot borrows from another one, chosen by the slot's number alone (optimal
      // densification, Shrivastava 2017), so that two equal sets always borrow alike.
      int from = slot;
      for (long attempt = 1; least[from] == -1L; attempt++) {
        from = (int) (mix(slot * 0x1_0000_0001L + attempt) >>> 58);
      }
      char value = (char) mix(least[from]);
      slots[slot] = slot < ANCHORS ? value : (char) (value & SMALL_MASK);
    }
    return Optional.of(new Sketch(logRuns, slots));
  }

  private static int length(int smallBits) {
    return 2 + 2 * ANCHORS + (SLOTS - ANCHORS) * smallBits / 8;
  }

  /** Bits a small value of a sketch of so many characters, or 0 where it cannot be one. */
  private static int smallBits(String text) {
    int characters = text == null ? 0 : text.length();
    return characters == (length(SMALL_BITS) * 4 + 2) / 3
        ? SMALL_BITS
        : characters == (length(SIX) * 4 + 2) / 3 ? SIX : 0;
  }

  private static int version(int smallBits) {
    return smallBits == SMALL_BITS ? VERSION : VERSION_OF_SIX;
  }

  /** Reads {@link #toString}; empty for anything else, and for versions we do not know. */
  public static Optional<Sketch> parse(String text) {
    int smallBits = smallBits(text);
    if (smallBits == 0) {
      return Optional.empty();
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (bytes.length != length(smallBits) || bytes[0] != version(smallBits)) {
      return Optional.empty();
    }
    char[] slots = new char[SLOTS];
    for (int i = 0; i < ANCHORS; i++) {
      slots[i] = (char) ((bytes[2 + 2 * i] & 0xff) << 8 | bytes[3 + 2 * i] & 0xff);
    }
    int at = 2 + 2 * ANCHORS;
    for (int slot = ANCHORS; slot < SLOTS; slot += 8, at += smallBits) {
      long eight = 0;
      for (int i = 0; i < smallBits; i++) {
        eight = eight << 8 | bytes[at + i] & 0xff;
      }
      for (int i = 0; i < 8; i++) {
        slots[slot + i] = (char) (eight >>> (7 - i) * smallBits & SMALL_MASK);
      }
    }
    return Optional.of(new Sketch(bytes[1] & 0xff, slots));
  }

  /**
   * The values of {@link #anchors} alone, for whoever indexes a million texts: the n-th, 16 bits,
   * is the hex digits behind the n-th letter.
   *
   * @param into takes {@value #ANCHORS} values
   * @return false, and nothing in them, for what {@link #parse} does not read
   */
  public static boolean anchors(String text, char[] into) {
    int smallBits = smallBits(text);
    if (smallBits == 0) {
      return false;
    }
    int all = 0;
    for (int i = 0; i < text.length(); i++) {
      all |= digit(text.charAt(i));
    }
    if (all < 0 || octet(text, 0) != version(smallBits)) {
      return false;
    }
    for (int i = 0; i < ANCHORS; i++) {
      into[i] = (char) (octet(text, 2 + 2 * i) << 8 | octet(text, 3 + 2 * i));
    }
    return true;
  }

  /** A byte of what base64url digits say. */
  private static int octet(String text, int index) {
    int bit = 8 * index;
    int two = digit(text.charAt(bit / 6)) << 6 | digit(text.charAt(bit / 6 + 1));
    return two >>> (4 - bit % 6) & 0xff;
  }

  private static int digit(char c) {
    return c < DIGITS.length ? DIGITS[c] : -1;
  }

  /**
   * The values by which records with a like text are found: each a letter for its place and four
   * hex digits.
   */
  public List<String> anchors() {
    List<String> anchors = new ArrayList<>(ANCHORS);
    for (int i = 0; i < ANCHORS; i++) {
      anchors.add((char) ('a' + i) + Integer.toHexString(0x10000 | slots[i]).substring(1));
    }
    return anchors;
  }

  /** Estimate of the Jaccard similarity of the two texts' runs, 0 to 1. */
  public double similarity(Sketch other) {
    double chance = 1.0 / (1 << SMALL_BITS);
    int anchors = agreeing(other, 0, ANCHORS);
    int small = agreeing(other, ANCHORS, SLOTS);
    double beyondChance = (small - (SLOTS - ANCHORS) * chance) / (1 - chance);
    return Math.max(0, (anchors + beyondChance) / SLOTS);
  }

  /**
   * Estimate of how much of the smaller text stands in the larger one, 0 to 1: for a text that was
   * cut, or that a list has added to. Rough, since it multiplies the error of the similarity by the
   * ratio of the sizes; so it is 0 where as many values may agree by chance (once in some millions
   * of pairs of unrelated texts).
   */
  public double containment(Sketch other) {
    int anchors = agreeing(other, 0, ANCHORS);
    int small = agreeing(other, ANCHORS, SLOTS);
    if (small < 12 && anchors < 2 && (anchors == 0 || small < 7)) {
      return 0;
    }
    return containment(similarity(other), other);
  }

  private double containment(double similarity, Sketch other) {
    double smaller = Math.min(runs(), other.runs());
    double larger = Math.max(runs(), other.runs());
    return Math.min(1, similarity * (smaller + larger) / ((1 + similarity) * smaller));
  }

  /**
   * For ranking, 0 to 1: the same, or one in the other; 0 for texts that share no anchor, which the
   * index would not find, and for those that have next to nothing in common.
   */
  public double likeness(Sketch other) {
    if (agreeing(other, 0, ANCHORS) == 0) {
      return 0;
    }
    double similarity = similarity(other);
    double containment = containment(similarity, other);
    if (similarity < 0.3 && containment < 0.5) {
      return 0;
    }
    // Containment alone would put the shortest of all that share a few words first.
    return (2 * similarity + containment) / 3;
  }

  private int agreeing(Sketch other, int from, int to) {
    int agreeing = 0;
    for (int i = from; i < to; i++) {
      agreeing += slots[i] == other.slots[i] ? 1 : 0;
    }
    return agreeing;
  }

  /** About how many runs the text has. */
  public double runs() {
    return Math.pow(2, logRuns / 8.0);
  }

  private static long mix(long value) {
    long z = value + 0x9E37_79B9_7F4A_7C15L;
    z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
    z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
    return z ^ z >>> 31;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sketch s && logRuns == s.logRuns && Arrays.equals(slots, s.slots);
  }

  @Override
  public int hashCode() {
    return 31 * logRuns + Arrays.hashCode(slots);
  }

  /** base64url without padding. */
  @Override
  public String toString() {
    byte[] bytes = new byte[LENGTH];
    bytes[0] = VERSION;
    bytes[1] = (byte) logRuns;
    for (int i = 0; i < ANCHORS; i++) {
      bytes[2 + 2 * i] = (byte) (slots[i] >>> 8);
      bytes[3 + 2 * i] = (byte) slots[i];
    }
    int at = 2 + 2 * ANCHORS;
    for (int slot = ANCHORS; slot < SLOTS; slot += 8, at += SMALL_BITS) {
      long eight = 0;
      for (int i = 0; i < 8; i++) {
        eight = eight << SMALL_BITS | slots[slot + i];
      }
      for (int i = 0; i < SMALL_BITS; i++) {
        bytes[at + i] = (byte) (eight >>> 8 * (SMALL_BITS - 1 - i));
      }
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
