package org.whosent.indexer.store.segment;

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

  /** All types. */
  static ClueType[] types() {
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

  /** The hash of the text that {@link Sketch#anchors} gives for a value in a place. */
  long ofAnchor(int place, char value) {
    byte[] prefix = PREFIXES[ClueType.SKETCH.ordinal()];
    System.arraycopy(prefix, 0, buffer, 0, prefix.length);
    int at = prefix.length;
    buffer[at] = (byte) ('a' + place);
    for (int i = 0; i < 4; i++) {
      buffer[at + 1 + i] = (byte) "0123456789abcdef".charAt(value >>> (12 - 4 * i) & 0xf);
    }
    return hash.of(buffer, at + 5);
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
