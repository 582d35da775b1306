package org.whosent.indexer.store.lucene;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.whosent.record.JsonIn;

/**
 * The head of a block in a records file, written and read here. Stateless.
 *
 * <p>16 bytes, big-endian: magic, length unpacked, length packed, CRC-32C of the twelve bytes
 * before and the packed bytes behind. The lengths are bounded, so that damage cannot ask for absurd
 * memory.
 */
final class BlockFormat {
  static final int HEAD_BYTES = 16;

  /** "WsB1": the last character is the format's version. */
  static final int MAGIC = 0x57734231;

  /** A block is closed when it has reached this; one record more may be in it. */
  static final int TARGET_BYTES = 32 << 10;

  /** The longest record: longer ones are refused when they are added. */
  static final int MAX_RECORD_BYTES = JsonIn.MAX_BYTES / 4;

  static final int MAX_BLOCK_BYTES = TARGET_BYTES + MAX_RECORD_BYTES + 64;

  /** Bits of a location that number the line in its block; the rest is the block's offset. */
  static final int SLOT_BITS = 20;

  private BlockFormat() {}

  /** A block's head. */
  record Head(int rawLength, int packedLength, int crc) {}

  static Head write(ByteBuffer head, int rawLength, byte[] packed, int packedLength) {
    head.putInt(MAGIC).putInt(rawLength).putInt(packedLength);
    int crc = crc(rawLength, packedLength, packed, 0);
    head.putInt(crc);
    return new Head(rawLength, packedLength, crc);
  }

  /** The head at hand, or null when there is none or its lengths are out of bounds. */
  static Head read(ByteBuffer head) {
    if (head.remaining() < HEAD_BYTES || head.getInt() != MAGIC) {
      return null;
    }
    Head read = new Head(head.getInt(), head.getInt(), head.getInt());
    boolean sound =
        read.rawLength > 0
            && read.rawLength <= MAX_BLOCK_BYTES
            && read.packedLength > 0
            && read.packedLength <= MAX_BLOCK_BYTES + (MAX_BLOCK_BYTES >> 7) + 1024;
    return sound ? read : null;
  }

  static boolean sound(Head head, byte[] packed, int offset) {
    return crc(head.rawLength, head.packedLength, packed, offset) == head.crc;
  }

  private static int crc(int rawLength, int packedLength, byte[] packed, int offset) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(12).putInt(MAGIC).putInt(rawLength).putInt(packedLength).flip());
    crc.update(packed, offset, packedLength);
    return (int) crc.getValue();
  }
}
