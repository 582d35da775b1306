package org.whosent.indexer.store.segment.column;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;

/** Lists of texts, one a record. Not thread-safe. */
final class ListColumn implements Column {
  private final IntColumn count = new IntColumn();
  private final TextColumn texts = new TextColumn();

  void add(List<String> list) {
    count.add(list.size());
    for (int i = 0; i < list.size(); i++) {
      texts.add(list.get(i));
    }
  }

  void clear() {
    count.clear();
    texts.clear();
  }

  @Override
  public void drainTo(Bytes out, Bytes raw, boolean small) {
    count.drainTo(out, raw, small);
    texts.drainTo(out, raw, small);
  }

  /** The column as it is read. Not thread-safe. */
  static final class Reader {
    private final Lists lists;
    private final TextColumn.Reader texts;

    Reader(Cursor in, byte[] raw, int rows) throws IOException {
      lists = new Lists(in, raw, rows);
      texts = new TextColumn.Reader(in, raw, lists.total());
    }

    List<String> get(int row) throws IOException {
      int from = lists.from(row);
      int to = lists.to(row);
      if (from == to) {
        return List.of();
      }
      List<String> list = new ArrayList<>(to - from);
      for (int i = from; i < to; i++) {
        list.add(texts.get(i));
      }
      return list;
    }

    /** Whether one of a row's texts is what is asked for. */
    boolean has(int row, Asked asked) throws IOException {
      boolean any = false;
      for (int i = lists.from(row); i < lists.to(row) && !any; i++) {
        any = asked.is(texts, i);
      }
      return any;
    }
  }
}
