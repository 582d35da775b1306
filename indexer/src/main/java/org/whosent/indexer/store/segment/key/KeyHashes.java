package org.whosent.indexer.store.segment.key;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.whosent.record.ClueType;
import org.whosent.record.Sketch;

/** Clues as the key files have them: hashes of the type and the folded value. Not thread-safe. */
public final class KeyHashes {
  private static final ClueType[] TYPES = ClueType.values();

  /** What every value of a type has before it: the code, ended by a zero. */
  private static final byte[][] PREFIXES = new byte[TYPES.length][];

  static {
    for (ClueType type : TYPES) {
      PREFIXES[type.ordinal()] = (type.code() + '\0').getBytes(StandardCharsets.US_ASCII);
    }
  }

  private final SipHash hash;
  private byte[] buffer = new byte[512];

  /** With the data directory's key. */
  public KeyHashes(SipHash hash) {
    this.hash = hash;
  }

  /** With the same key, for another thread. */
  public KeyHashes(KeyHashes other) {
    this.hash = other.hash;
  }

  /** All types. */
  public static ClueType[] types() {
    return TYPES;
  }

  /** The hash of a folded value. */
  @SuppressWarnings("deprecation") // the copy of low bytes is what ASCII texts are, unchecked
  public long of(ClueType type, String folded) {
    byte[] prefix = PREFIXES[type.ordinal()];
    int length = prefix.length;
    if (isAscii(folded)) {
      room(length + folded.length());
      folded.getBytes(0, folded.length(), buffer, length);
      length += folded.length();
    } else {
      byte[] utf8 = folded.getBytes(StandardCharsets.UTF_8);
      room(length + utf8.length);
      System.arraycopy(utf8, 0, buffer, length, utf8.length);
      length += utf8.length;
    }
    System.arraycopy(prefix, 0, buffer, 0, prefix.length);
    return hash.of(buffer, length);
  }

  /** What stands for a hash where anchors have keys of their own: spread as evenly by itself. */
  public static long anchor(int place, char value) {
    return ((long) place << 16 | value) << (Long.SIZE - KeyFormat.ANCHOR_BITS);
  }

  /** The same of the folded text of an anchor; 0, which is one too, for what is none. */
  public static long anchor(String folded) {
    int place = folded.length() == 5 ? folded.charAt(0) - 'a' : -1;
    if (place < 0 || place >= Sketch.ANCHORS) {
      return 0;
    }
    int value = 0;
    for (int i = 1; i < 5; i++) {
      value = value << 4 | Math.max(0, Character.digit(folded.charAt(i), 16));
    }
    return anchor(place, (char) value);
  }

  private void room(int length) {
    // The hash takes eight bytes at a time, the last ones too.
    if (length + Long.BYTES > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(length + Long.BYTES, buffer.length * 2));
    }
  }

  private static boolean isAscii(String text) {
    int all = 0;
    for (int i = 0; i < text.length(); i++) {
      all |= text.charAt(i); // no way out of this loop: so the compiler takes many at a time
    }
    return all < 0x80;
  }
}
