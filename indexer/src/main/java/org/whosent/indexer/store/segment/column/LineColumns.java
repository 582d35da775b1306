package org.whosent.indexer.store.segment.column;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;
import org.whosent.record.SourceLine;

/**
 * The log lines that a block's records were made of. An offset is the difference from the line
 * before it of the same record; those of first lines, which are large, have a column of their own
 * in segments as small as can be. Not thread-safe.
 */
final class LineColumns implements Column {
  private final boolean apart;
  private final IntColumn count = new IntColumn();
  private final TextColumn file = new TextColumn();
  private final IntColumn offset = new IntColumn();

  /** Of the lines behind the first, where they are apart. */
  private final IntColumn nextOffset = new IntColumn();

  private final HashColumn hash = new HashColumn();

  /**
   * Empty ones.
   *
   * @param apart whether offsets of first lines are
   */
  LineColumns(boolean apart) {
    this.apart = apart;
  }

  void add(List<SourceLine> lines) {
    count.add(lines.size());
    long before = 0;
    for (int i = 0; i < lines.size(); i++) {
      SourceLine line = lines.get(i);
      file.add(line.file());
      (i > 0 && apart ? nextOffset : offset).add(line.offset() - before);
      hash.add(line);
      before = line.offset();
    }
  }

  @Override
  public void drainTo(Bytes out, Bytes raw, boolean small) {
    count.drainTo(out, raw, small);
    file.drainTo(out, raw, small);
    offset.drainTo(out, raw, small);
    if (apart) {
      nextOffset.drainTo(out, raw, small);
    }
    hash.drainTo(out, raw, small);
  }

  /** The columns as they are read. Not thread-safe. */
  static final class Reader {
    private final Lists lists;
    private final TextColumn.Reader file;
    private final IntColumn.Reader offset;

    /** Null where all offsets are in one column. */
    private final IntColumn.Reader nextOffset;

    private final TextColumn.Reader hash;

    Reader(Cursor in, byte[] raw, int rows, boolean apart) throws IOException {
      lists = new Lists(in, raw, rows);
      file = new TextColumn.Reader(in, raw, lists.total());
      int first = apart ? lists.notEmpty() : lists.total();
      offset = new IntColumn.Reader(in, raw, first);
      nextOffset = apart ? new IntColumn.Reader(in, raw, lists.total() - first) : null;
      hash = new TextColumn.Reader(in, raw, lists.total());
    }

    /** The first lines of a record, so many at most. */
    List<SourceLine> get(int row, int most) throws IOException {
      int from = lists.from(row);
      int to = Math.min(lists.to(row), from + Math.min(most, lists.total()));
      if (from == to) {
        return List.of();
      }
      List<SourceLine> list = new ArrayList<>(to - from);
      long before = 0;
      int firsts = nextOffset == null ? 0 : lists.notEmptyBefore(row);
      for (int i = from; i < to; i++) {
        before +=
            nextOffset == null
                ? offset.get(i)
                : i == from ? offset.get(firsts) : nextOffset.get(i - 1 - firsts);
        list.add(new SourceLine(file.get(i), before, hash.get(i)));
      }
      return list;
    }
  }
}
