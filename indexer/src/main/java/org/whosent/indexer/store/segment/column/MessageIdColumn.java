package org.whosent.indexer.store.segment.column;

import java.io.IOException;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;
import org.whosent.record.MessageIds;

/**
 * Message-IDs, each as its left and its right side where it has both: right sides come again. Not
 * thread-safe.
 */
final class MessageIdColumn implements Column {
  private final TextColumn left = new TextColumn();
  private final TextColumn right = new TextColumn();

  void add(String text) {
    int at = text == null ? -1 : text.lastIndexOf('@');
    boolean both = at > 0 && text.charAt(0) == '<' && text.charAt(text.length() - 1) == '>';
    left.add(both ? text.substring(1, at) : text);
    right.add(both ? text.substring(at + 1, text.length() - 1) : null);
  }

  @Override
  public void drainTo(Bytes out, Bytes raw, boolean small) {
    left.drainTo(out, raw, small);
    right.drainTo(out, raw, small);
  }

  /** The column as it is read. Not thread-safe. */
  static final class Reader {
    private final TextColumn.Reader left;
    private final TextColumn.Reader right;

    Reader(Cursor in, byte[] raw, int rows) throws IOException {
      left = new TextColumn.Reader(in, raw, rows);
      right = new TextColumn.Reader(in, raw, rows);
    }

    String get(int row) throws IOException {
      String before = left.get(row);
      String behind = right.get(row);
      return behind == null ? before : '<' + before + '@' + behind + '>';
    }

    /** Whether the one in a row is what is asked for, as it is or without what is around it. */
    boolean has(int row, Asked asked) throws IOException {
      if (right.isNull(row)) {
        // All of it, so that what is asked for before the last @ tells nothing of it.
        String text = left.get(row);
        return text != null && (asked.is(text) || asked.is(MessageIds.bare(text)));
      }
      // "<a@b> <c@d>" has both sides, too, the left one with a bracket in it.
      return asked.mayBe(left, row) && asked.is(get(row))
          || left.mayHave(row, '>') && asked.is(MessageIds.bare(get(row)));
    }
  }
}
