package org.whosent.indexer.store.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDictDecompress;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnpackerTest {
  private static final int FILES = 4;

  private final Random random = new Random();

  /** Files in any order, some closed and opened again, and now and then all of them. */
  @Test
  void everyFileHasItsOwnDictionary() {
    byte[][] dictionaries = new byte[FILES][];
    ZstdDictDecompress[] open = new ZstdDictDecompress[FILES];
    for (int i = 1; i < FILES; i++) { // the first has none
      dictionaries[i] = text(2000);
      open[i] = new ZstdDictDecompress(dictionaries[i]);
    }
    try (Unpacker unpacker = new Unpacker()) {
      for (int round = 0; round < 500; round++) {
        int file = random.nextInt(FILES);
        byte[] text = text(1 + random.nextInt(3000));
        byte[] packed = pack(text, dictionaries[file]);
        byte[] unpacked = new byte[text.length];
        assertTrue(unpacker.unpack(packed, 0, packed.length, unpacked, open[file]));
        assertArrayEquals(text, unpacked);
        assertFalse(
            unpacker.unpack(packed, 0, packed.length, new byte[text.length + 1], open[file]));
        assertFalse(unpacker.unpack(packed, 0, packed.length - 1, unpacked, open[file]));
        if (file > 0 && random.nextInt(10) == 0) {
          unpacker.forget(open[file]);
          open[file].close();
          open[file] = new ZstdDictDecompress(dictionaries[file]);
        }
        if (random.nextInt(50) == 0) {
          unpacker.close();
        }
      }
    }
    for (int i = 1; i < FILES; i++) {
      open[i].close();
    }
  }

  private static byte[] pack(byte[] text, byte[] dictionary) {
    try (ZstdCompressCtx zstd = new ZstdCompressCtx()) {
      if (dictionary != null) {
        zstd.loadDict(dictionary);
      }
      return zstd.compress(text);
    }
  }

  /** Words, so that a dictionary is of use. */
  private byte[] text(int length) {
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append("word").append(random.nextInt(300)).append(' ');
    }
    return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
  }
}
