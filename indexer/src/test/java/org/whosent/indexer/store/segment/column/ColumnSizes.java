package org.whosent.indexer.store.segment.column;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDictTrainer;
import com.github.luben.zstd.ZstdException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/**
 * Prints what every column costs in sealed segments of the newest records of a store: {@code
 * ColumnSizes DATA [RECORDS]}. A column is packed by itself here, with a dictionary of its own, so
 * the sum is not that of a segment, whose blocks are packed as one; the order of what is dear is.
 * {@code KeySizes} says what keys cost.
 */
final class ColumnSizes {
  /** As sealed days are packed. */
  private static final int ROWS = 80;

  private static final int LEVEL = 19;

  private final Map<String, List<byte[]>> packed = new LinkedHashMap<>();
  private final Map<String, Long> raw = new LinkedHashMap<>();
  private int records;

  private ColumnSizes() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    int most = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
    List<SubmissionRecord> sample = new ArrayList<>();
    try (PartitionedRecordStore store = PartitionedRecordStore.open(Path.of(arguments[0]));
        View view = store.view()) {
      Iterator<SubmissionRecord> all = view.search(RecordQuery.of(Map.of(), null, null, null));
      while (all.hasNext() && sample.size() < most) {
        sample.add(all.next());
      }
    }
    ColumnSizes sizes = new ColumnSizes();
    sizes.columns(byUser(sample));
    sizes.print();
  }

  /** As they lie in a sealed segment, where they come newest first. */
  private static List<SubmissionRecord> byUser(List<SubmissionRecord> sample) {
    List<SubmissionRecord> sorted = new ArrayList<>(sample);
    sorted.sort(
        Comparator.<SubmissionRecord, String>comparing(record -> first(ClueType.USER, record))
            .thenComparing(record -> first(ClueType.LOCAL_USER, record)));
    return sorted;
  }

  private static String first(ClueType type, SubmissionRecord record) {
    return type.of(record).stream().findFirst().orElse("");
  }

  private void columns(List<SubmissionRecord> sample) throws Exception {
    RecordColumns columns = new RecordColumns(true);
    PrivateColumns privates = new PrivateColumns(true);
    for (SubmissionRecord record : sample) {
      columns.add(record);
      privates.add(record);
      records++;
      if (records % ROWS == 0) {
        take(columns, "");
        take(privates, "private ");
        columns.write(new Bytes(16), new Bytes(16));
      }
    }
  }

  /** Writes and clears every column of a block by itself. */
  private void take(Object columns, String prefix) throws Exception {
    for (Field field : columns.getClass().getDeclaredFields()) {
      field.setAccessible(true);
      Object value = field.get(columns);
      if (value instanceof IntColumn || value instanceof TextColumn) {
        Bytes out = new Bytes(1024);
        Bytes rawOut = new Bytes(1024);
        ((Column) value).drainTo(out, rawOut, true);
        add(prefix + field.getName(), out.toArray(), rawOut.length);
      } else if (value instanceof Bytes tags) {
        add(prefix + field.getName(), new byte[0], tags.length);
      } else if (value instanceof Column nested) {
        take(nested, prefix + field.getName() + " ");
      }
    }
  }

  private void add(String name, byte[] bytes, int rawBytes) {
    packed.computeIfAbsent(name, _ -> new ArrayList<>()).add(bytes);
    raw.merge(name, (long) rawBytes, Long::sum);
  }

  private void print() {
    System.out.printf(
        "%,d records%n%-28s %8s %8s %8s%n", records, "column", "written", "zstd", "raw");
    double all = 0;
    for (Map.Entry<String, List<byte[]>> column : packed.entrySet()) {
      long plain = column.getValue().stream().mapToLong(b -> b.length).sum();
      double small = (double) packed(column.getValue()) / records;
      double bare = (double) raw.get(column.getKey()) / records;
      all += small + bare;
      System.out.printf(
          "%-28s %8.2f %8.2f %8.2f%n", column.getKey(), (double) plain / records, small, bare);
    }
    System.out.printf("%-28s %8s %17.2f%n", "all", "", all);
  }

  private static long packed(List<byte[]> blocks) {
    long length = 0;
    try (ZstdCompressCtx zstd = new ZstdCompressCtx()) {
      zstd.setLevel(LEVEL).setContentSize(false).setChecksum(false).setDictID(false);
      int sample = blocks.stream().limit(200).mapToInt(b -> b.length).sum();
      ZstdDictTrainer trainer = new ZstdDictTrainer(sample + 1, 16 << 10);
      blocks.stream().limit(200).forEach(trainer::addSample);
      try {
        zstd.loadDict(trainer.trainSamples());
      } catch (ZstdException _) {
        // too little to learn from
      }
      for (byte[] block : blocks) {
        length += zstd.compress(block).length;
      }
    }
    return length;
  }
}
