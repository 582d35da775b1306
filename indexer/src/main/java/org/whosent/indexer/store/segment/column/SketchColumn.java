package org.whosent.indexer.store.segment.column;

import java.io.IOException;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;

/**
 * The sketches of a block's records. In segments as small as can be their {@link Anchors} are apart
 * from them, and a column says which belong to whom. Not thread-safe.
 */
final class SketchColumn implements Column {
  private final boolean apart;
  private final TextColumn sketch = new TextColumn();
  private final IntColumn anchorPlace = new IntColumn();
  private final Anchors.Collected anchors = new Anchors.Collected();

  /**
   * An empty one.
   *
   * @param apart whether anchors are
   */
  SketchColumn(boolean apart) {
    this.apart = apart;
  }

  void add(String value) {
    sketch.add(apart ? anchors.take(value, anchorPlace) : value);
  }

  /** Writes the anchors that are apart, which stand in the raw part before all columns. */
  void drainAnchors(Bytes raw, int number, int first) {
    anchors.write(raw, number, first);
  }

  @Override
  public void drainTo(Bytes out, Bytes raw, boolean small) {
    sketch.drainTo(out, raw, small);
    if (apart) {
      anchorPlace.drainTo(out, raw, small);
    }
  }

  /** The column as it is read. Not thread-safe. */
  static final class Reader {
    private final int rows;
    private final TextColumn.Reader sketch;

    /** Null where they are in the sketches. */
    private final Anchors anchors;

    private final IntColumn.Reader anchorPlace;

    /** Which anchors are whose, once that was asked. */
    private int[] anchorsOfRows;

    Reader(Cursor in, byte[] raw, int rows, Anchors anchors) throws IOException {
      this.rows = rows;
      this.anchors = anchors;
      sketch = new TextColumn.Reader(in, raw, rows);
      anchorPlace = anchors == null ? null : new IntColumn.Reader(in, raw, rows);
    }

    String get(int row) throws IOException {
      int its = anchorsOf(row);
      return its < 0 ? sketch.get(row) : anchors.sketch(its, sketch.get(row));
    }

    /** Whether the sketch in a row has an anchor. */
    boolean has(int row, Asked asked) throws IOException {
      int its = anchorsOf(row);
      return its < 0 ? asked.isAnchorOf(sketch.get(row)) : asked.isAnchorOf(anchors, its);
    }

    private int anchorsOf(int row) throws IOException {
      if (anchors == null) {
        return -1;
      }
      if (anchorsOfRows == null) {
        anchorsOfRows = anchors.ofRows(anchorPlace, rows);
      }
      return anchorsOfRows[row];
    }
  }
}
