package org.whosent.indexer.store.segment.column;

import java.io.IOException;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;
import org.whosent.record.TransactionId;

/**
 * The transaction IDs of a block's records. One of our own is its numbers, the time among them as a
 * difference from the record's; of its tag, the low 48 bits are random bytes, which stand in the
 * raw part before what any column has there. Any other ID is a text. Not thread-safe.
 */
final class IdColumns implements Column {
  private static final int TAG_BYTES = 6;

  private final IntColumn ours = new IntColumn();
  private final IntColumn millis = new IntColumn();
  private final IntColumn node = new IntColumn();
  private final IntColumn counter = new IntColumn();
  private final IntColumn tag = new IntColumn();
  private final Bytes tags = new Bytes(1024);
  private final TextColumn foreign = new TextColumn();

  void add(String text, long micros) {
    TransactionId own =
        TransactionId.isCanonical(text) ? TransactionId.parse(text).orElseThrow() : null;
    ours.add(own == null ? 0 : 1);
    if (own != null) {
      millis.add(own.millis() - Math.floorDiv(micros, 1000L));
      node.add(own.node());
      counter.add(own.counter());
      tag.add(own.tag() >>> (8 * TAG_BYTES));
      tags.number(own.tag(), TAG_BYTES);
    }
    foreign.add(own == null ? text : null);
  }

  /** Puts the random bytes of the tags, which come before all columns. */
  void drainTags(Bytes raw) {
    raw.put(tags.array, 0, tags.length);
    tags.clear();
  }

  @Override
  public void drainTo(Bytes out, Bytes raw, boolean small) {
    ours.drainTo(out, raw, small);
    millis.drainTo(out, raw, small);
    node.drainTo(out, raw, small);
    counter.drainTo(out, raw, small);
    tag.drainTo(out, raw, small);
    foreign.drainTo(out, raw, small);
  }

  /** The columns as they are read. Not thread-safe. */
  static final class Reader {
    private final byte[] raw;
    private final int tags;
    private final IntColumn.Reader ours;
    private final Lists oursBefore;
    private final IntColumn.Reader millis;
    private final IntColumn.Reader node;
    private final IntColumn.Reader counter;
    private final IntColumn.Reader tag;
    private final TextColumn.Reader foreign;

    /**
     * Reads them; what other columns have in the raw part begins behind the tags.
     *
     * @param tags where these begin in the raw part
     */
    Reader(Cursor in, byte[] raw, int rows, int tags) throws IOException {
      this.raw = raw;
      this.tags = tags;
      ours = new IntColumn.Reader(in, rows);
      oursBefore = new Lists(ours, rows);
      int own = oursBefore.total();
      if ((long) own * TAG_BYTES > raw.length - tags) {
        throw new IOException("too few tags");
      }
      in.rawAt = tags + own * TAG_BYTES;
      millis = new IntColumn.Reader(in, raw, own);
      node = new IntColumn.Reader(in, raw, own);
      counter = new IntColumn.Reader(in, raw, own);
      tag = new IntColumn.Reader(in, raw, own);
      foreign = new TextColumn.Reader(in, raw, rows);
    }

    /** The ID in a row, whose record is of that time. */
    String get(int row, long micros) throws IOException {
      return ours.get(row) == 0 ? foreign.get(row) : ours(row, micros);
    }

    /** False where it is known at a glance that another ID is asked for. */
    boolean mayBe(int row, Asked asked) throws IOException {
      if (ours.get(row) == 0) {
        return asked.mayBe(foreign, row);
      }
      if (asked.own == null) {
        return false;
      }
      int at = tags + oursBefore.from(row) * TAG_BYTES;
      for (int k = 0; k < TAG_BYTES; k++) {
        if (raw[at + k] != (byte) (asked.own.tag() >>> (8 * (TAG_BYTES - 1 - k)))) {
          return false;
        }
      }
      return true;
    }

    private String ours(int row, long micros) throws IOException {
      int i = oursBefore.from(row);
      long all = tag.index(i, 3);
      for (int k = 0; k < TAG_BYTES; k++) {
        all = all << 8 | raw[tags + i * TAG_BYTES + k] & 0xff;
      }
      try {
        return new TransactionId(
                millis.get(i) + Math.floorDiv(micros, 1000L),
                node.index(i, Integer.MAX_VALUE),
                counter.index(i, Integer.MAX_VALUE),
                all)
            .toString();
      } catch (IllegalArgumentException e) {
        throw new IOException("no transaction ID", e);
      }
    }
  }
}
