package org.whosent.indexer.store.segment.key;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.whosent.record.ClueType;

/** The hash of a clue is that of its UTF-8, whatever short ways there are. */
class KeyHashesTest {
  private static final int LONGEST = 21;

  @Test
  void anyTextIsHashedAsItsUtf8() {
    SipHash sip = new SipHash(new byte[SipHash.KEY_BYTES]);
    KeyHashes hashes = new KeyHashes(sip);
    for (int length = 0; length <= LONGEST; length++) {
      same(sip, hashes, "x".repeat(length));
      for (int at = 0; at < length; at++) {
        for (String other : new String[] {"\u00fc", "\u20ac", "\u007f", "\u0080"}) {
          same(sip, hashes, "x".repeat(at) + other + "x".repeat(length - at - 1));
        }
      }
    }
  }

  private static void same(SipHash sip, KeyHashes hashes, String text) {
    byte[] prefix = (ClueType.USER.code() + '\0').getBytes(StandardCharsets.US_ASCII);
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(prefix, prefix.length + utf8.length + Long.BYTES);
    System.arraycopy(utf8, 0, all, prefix.length, utf8.length);
    assertEquals(sip.of(all, prefix.length + utf8.length), hashes.of(ClueType.USER, text), text);
  }

  @Test
  void sipHashIsTheOneOfItsAuthors() {
    byte[] key = new byte[16];
    byte[] message = new byte[15];
    for (int i = 0; i < 16; i++) {
      key[i] = (byte) i;
      if (i < 15) {
        message[i] = (byte) i;
      }
    }
    // The example of the paper's appendix A.
    assertEquals(0xa129ca6149be45e5L, new SipHash(key).of(message, 15));
  }
}
