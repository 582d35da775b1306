package org.whosent.indexer.store.lucene;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The blocks read last, of all the files that one view or batch has open, up to {@value #BYTES}
 * bytes. Not thread-safe.
 */
final class BlockCache {
  private static final int BYTES = 8 << 20;

  private final Map<Key, byte[]> blocks = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /** Readers are compared by identity: another generation's file is another file. */
  private record Key(BlockReader reader, long offset) {}

  byte[] get(BlockReader reader, long offset) {
    return blocks.get(new Key(reader, offset));
  }

  void put(BlockReader reader, long offset, byte[] block) {
    if (blocks.put(new Key(reader, offset), block) != null) {
      throw new IllegalStateException("the block was there");
    }
    bytes += block.length;
    Iterator<byte[]> eldest = blocks.values().iterator();
    while (bytes > BYTES && blocks.size() > 1) {
      bytes -= eldest.next().length;
      eldest.remove();
    }
  }

  /** Lets go of a file's blocks. */
  void forget(BlockReader reader) {
    blocks
        .entrySet()
        .removeIf(
            block -> {
              boolean its = block.getKey().reader() == reader;
              bytes -= its ? block.getValue().length : 0;
              return its;
            });
  }
}
