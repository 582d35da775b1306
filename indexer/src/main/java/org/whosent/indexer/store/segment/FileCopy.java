package org.whosent.indexer.store.segment;

import com.github.luben.zstd.ZstdDictDecompress;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import org.whosent.indexer.store.bytes.Bytes;

/**
 * One file of a segment on its way into another one that has fewer records. Blocks that lose none
 * are taken as they are packed, in another place. Not thread-safe.
 */
final class FileCopy implements Closeable {
  private final SegmentFile in;
  private final BlockFile out;
  private final Unpacker unpacker = new Unpacker();

  /** Null where the dictionary stays as it is. */
  private final ZstdDictDecompress changed;

  private byte[] frame;

  /**
   * Begins the copy.
   *
   * @param in is not closed with it
   * @param dictionary what {@link #dictionary} gave
   */
  FileCopy(SegmentFile in, byte[] dictionary, Path file, int magic) throws IOException {
    this.in = in;
    byte[] learnt = in.learnt();
    changed = Arrays.equals(dictionary, learnt) ? null : new ZstdDictDecompress(dictionary);
    out = new BlockFile(file, magic, compression(learnt), dictionary);
  }

  /** How the blocks of a file are packed. */
  private static Compression compression(byte[] learnt) {
    return learnt.length > 0 ? Compression.SEALED : Compression.COMPACTED;
  }

  /**
   * The dictionary of a copy, without what it has of blocks that lose records, see {@link Traces};
   * null when it needs another one.
   */
  static byte[] dictionary(SegmentFile in, BitSet losing) throws IOException {
    byte[] learnt = in.learnt();
    int trained = Math.min(BlockFile.WAITING, in.blocks());
    int first = losing.nextSetBit(0);
    if (learnt.length == 0 || first < 0 || first >= trained) {
      return learnt;
    }
    Traces traces = new Traces(learnt);
    for (int b = first; b >= 0 && b < trained; b = losing.nextSetBit(b + 1)) {
      traces.losing(in.block(b).unpacked());
    }
    for (int b = losing.nextClearBit(0); b < trained; b = losing.nextClearBit(b + 1)) {
      if (!traces.staying(in.block(b).unpacked())) {
        break;
      }
    }
    return traces.removed();
  }

  /** Reads a block. */
  SegmentFile.Contents read(int number) throws IOException {
    SegmentFile.Contents block = in.block(number);
    frame = in.frame(block);
    return block;
  }

  /** Adds the block that was read last, with another number of its first record. */
  void copy(SegmentFile.Contents last, int first, long newest) throws IOException {
    byte[] unpacked = last.unpacked();
    int rows = last.head().rows();
    if (changed == null || isUnpackedBy(changed, unpacked)) {
      out.add(new BlockFile.Packed(frame, unpacked.length, last.raw(), first, rows, newest));
    } else {
      add(new Bytes(0).put(unpacked), new Bytes(0).put(last.raw()), first, rows, newest);
    }
  }

  private boolean isUnpackedBy(ZstdDictDecompress dictionary, byte[] unpacked) {
    byte[] other = new byte[unpacked.length];
    return unpacker.unpack(frame, 0, frame.length, other, dictionary)
        && Arrays.equals(other, unpacked);
  }

  /** Adds another block. */
  void add(Bytes unpacked, Bytes raw, int first, int rows, long newest) throws IOException {
    out.add(unpacked, raw, first, rows, newest);
  }

  /** See {@link BlockFile#finish}. */
  long finish(int rows, byte[] keys, byte[] clients) throws IOException {
    return out.finish(rows, keys, clients);
  }

  @Override
  public void close() throws IOException {
    unpacker.close();
    if (changed != null) {
      changed.close();
    }
    out.close();
  }
}
