package org.whosent.indexer.store.segment;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.whosent.indexer.store.bytes.Quota;
import org.whosent.indexer.store.segment.key.KeyHashes;
import org.whosent.indexer.store.segment.key.SipHash;
import org.whosent.record.ClueType;

/**
 * The blocks read last, of all the segments that one view or batch has open, up to {@value #BYTES}
 * bytes. Not thread-safe.
 */
public final class BlockCache {
  private static final int BYTES = 16 << 20;

  private final Map<Key, Block> blocks = new LinkedHashMap<>(64, 0.75f, true);
  private final Unpacker unpacker = new Unpacker();
  private final Quota quota = new Quota();
  private int open;
  private long bytes;
  private SipHash lastKey;
  private ClueType lastType;
  private String lastText;
  private long lastHash;

  /**
   * Readers are compared by identity: another generation's file is another file. Compared by hand:
   * what a record compares with is spun at run time, and a cold look-up waits for that.
   */
  private record Key(SegmentReader reader, int number) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && key.reader == reader && key.number == number;
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(reader) + number;
    }
  }

  /** What all readers unpack with. */
  Unpacker unpacker() {
    return unpacker;
  }

  /** What all readers keep together. */
  Quota quota() {
    return quota;
  }

  /** A reader more is open, until it is forgotten. */
  void opened() {
    open++;
  }

  /** The hash of a clue, which all segments are asked for one after the other. */
  long hash(SipHash key, KeyHashes hashes, ClueType type, String folded) {
    if (key != lastKey || type != lastType || !folded.equals(lastText)) {
      lastHash = hashes.of(type, folded);
      lastKey = key;
      lastType = type;
      lastText = folded;
    }
    return lastHash;
  }

  Block get(SegmentReader reader, int number) {
    return blocks.get(new Key(reader, number));
  }

  void put(SegmentReader reader, int number, Block block) {
    Block before = blocks.put(new Key(reader, number), block);
    bytes += block.bytes() - (before == null ? 0 : before.bytes());
    Iterator<Block> eldest = blocks.values().iterator();
    while (bytes > BYTES && blocks.size() > 1) {
      bytes -= eldest.next().bytes();
      eldest.remove();
    }
  }

  /** The reader is closed. With the last of them goes what is kept outside of the heap. */
  void forget(SegmentReader reader) {
    if (--open == 0) {
      unpacker.close();
    }
    blocks
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = entry.getKey().reader == reader;
              bytes -= gone ? entry.getValue().bytes() : 0;
              return gone;
            });
  }
}
