package org.whosent.indexer.store.segment;

import java.nio.charset.StandardCharsets;
import org.whosent.record.ClueType;

/** Clues as the key files have them: hashes of the type and the folded value. Not thread-safe. */
public final class KeyHashes {
  private static final ClueType[] TYPES = ClueType.values();

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
  @SuppressWarnings("deprecation") // the copy of low bytes is what Latin-1 texts are, unchecked
  public long of(ClueType type, String folded) {
    String code = type.code();
    int length = code.length() + 1;
    code.getBytes(0, code.length(), buffer, 0);
    buffer[code.length()] = 0;
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
    return hash.of(buffer, length);
  }

  private void room(int length) {
    if (length > buffer.length) {
      buffer = java.util.Arrays.copyOf(buffer, Math.max(length, buffer.length * 2));
    }
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
