package org.whosent.indexer.store.segment;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.util.zip.CRC32C;
import org.whosent.indexer.store.bytes.Bytes;

/**
 * The head of each file of a segment: magic, version, length of the dictionary and a checksum of
 * these and of the dictionary, which follows. From format 4 on that is a zstd frame, told by its
 * magic. Stateless.
 */
final class FileHead {
  static final int BYTES = 16;

  /** Where in it the length of the dictionary stands. */
  private static final int LENGTH_AT = 8;

  /** What a zstd frame begins with, and a dictionary does not. */
  private static final int FRAME = 0xFD2F_B528;

  /** No dictionary is larger. */
  private static final int MAX_DICTIONARY = 1 << 20;

  private FileHead() {}

  /** The bytes of the head and of a dictionary, which may be empty. */
  static Bytes write(int magic, Compression compression, byte[] dictionary) {
    // Texts that come again, each once: packed they take a third, and a small day is mostly these.
    byte[] bytes =
        dictionary.length == 0 ? dictionary : Zstd.compress(dictionary, compression.level());
    Bytes head = new Bytes(BYTES + bytes.length);
    head.number(magic, 4).number(compression.version(), 4).number(bytes.length, 4);
    return head.number(crc(head.array, bytes), 4).put(bytes);
  }

  private static int crc(byte[] head, byte[] dictionary) {
    CRC32C crc = new CRC32C();
    crc.update(head, 0, BYTES - 4);
    crc.update(dictionary);
    return (int) crc.getValue();
  }

  /**
   * Checks what of a head can be told without the dictionary; gives the version of its format.
   *
   * @param inFoot what {@link SegmentFoot#version} says, which is checked
   * @throws IOException when it is another format's, or damaged
   */
  static int version(byte[] head, int magic, int inFoot) throws IOException {
    if (Bytes.integer(head, 0) != magic) {
      throw new IOException("its head is damaged");
    }
    int version = Bytes.integer(head, 4);
    if (version < SegmentFormat.FIRST_VERSION || version > SegmentFormat.VERSION) {
      throw new IOException(
          "segment format " + version + "; this program reads up to " + SegmentFormat.VERSION);
    }
    // No flipped bit makes it another version's.
    if (inFoot != (version > SegmentFormat.BY_TIME_VERSION ? version : 0)) {
      throw new IOException("its head is damaged");
    }
    return version;
  }

  /** Bytes of the dictionary as it is kept. */
  static int dictionaryLength(byte[] head) {
    return Bytes.integer(head, LENGTH_AT);
  }

  /**
   * A dictionary as it is used, or an empty one.
   *
   * @param head before it
   * @param kept the bytes that follow
   * @throws IOException when either is damaged
   */
  static byte[] dictionary(byte[] head, byte[] kept) throws IOException {
    if (crc(head, kept) != Bytes.integer(head, BYTES - 4)) {
      throw new IOException("its dictionary is damaged");
    }
    if (kept.length < 4 || Integer.reverseBytes(Bytes.integer(kept, 0)) != FRAME) {
      return kept;
    }
    long length = Zstd.getFrameContentSize(kept);
    if (length <= 0 || length > MAX_DICTIONARY) {
      throw new IOException("a dictionary of " + length + " bytes");
    }
    try {
      return Zstd.decompress(kept, (int) length);
    } catch (ZstdException e) {
      throw new IOException("its dictionary is damaged", e);
    }
  }
}
