package org.whosent.indexer.store.segment;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.bytes.Micros;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.indexer.store.segment.key.KeyFormat;
import org.whosent.indexer.store.segment.key.KeyHashes;
import org.whosent.indexer.store.segment.key.KeyWriter;
import org.whosent.indexer.store.segment.key.SipHash;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/**
 * Prints what every kind of key costs in sealed segments of the newest records of a store: {@code
 * KeySizes DATA [RECORDS]}. {@code ColumnSizes} says what columns cost.
 */
final class KeySizes {
  private static final Compression AS = Compression.SEALED;

  private KeySizes() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    int most = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
    Slice slice = new Slice(Slice.MAX_ROWS);
    try (PartitionedRecordStore store = PartitionedRecordStore.open(Path.of(arguments[0]));
        View view = store.view()) {
      Iterator<SubmissionRecord> all = view.search(RecordQuery.of(Map.of(), null, null, null));
      for (int i = 0; all.hasNext() && i < most; i++) {
        SubmissionRecord record = all.next();
        slice.add(record, Micros.of(record.time()));
      }
    }
    print(slice.take().stream().map(Slice.Row::record).toList());
  }

  private static void print(List<SubmissionRecord> sample) {
    KeyHashes hashes = new KeyHashes(new SipHash(new byte[SipHash.KEY_BYTES]));
    for (ClueType type : KeyHashes.types()) {
      boolean sketch = type == ClueType.SKETCH;
      KeyWriter keys = sketch ? new KeyWriter(KeyFormat.ANCHOR_BITS) : new KeyWriter();
      for (int i = 0; i < sample.size(); i++) {
        for (String value : type.of(sample.get(i))) {
          keys.add(sketch ? KeyHashes.anchor(value) : hashes.of(type, value), i);
        }
      }
      int blocks = (sample.size() + AS.rows() - 1) / AS.rows();
      int[] firsts = new int[blocks];
      Arrays.setAll(firsts, i -> i * AS.rows());
      keys.inRanges();
      if (sketch) {
        keys.inGroups(firsts, blocks);
      } else if (type != ClueType.CLIENT
          && !TextClues.ALL.contains(type)
          && !TextClues.BY_RUNS.contains(type)) {
        keys.inBlocks(firsts, blocks);
      }
      System.out.printf(
          "%-28s %26.2f%n",
          (TextClues.ALL.contains(type) ? "(hashed, not sealed) " : "keys ") + type.code(),
          (double) keys.finish(sample.size()).length / sample.size());
    }
  }
}
