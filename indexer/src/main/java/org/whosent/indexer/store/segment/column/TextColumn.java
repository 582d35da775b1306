package org.whosent.indexer.store.segment.column;

import java.io.IOException;
import java.util.Arrays;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;

/**
 * Texts of one field; each may be null. Not thread-safe.
 *
 * <p>Written in one of these ways, told by the first byte: 0, all are null; 1, few different texts,
 * each once and every value as its number (0 for null); 2, each value by itself: how it is {@link
 * Packing packed}, its length, and its bytes. Random bytes go into the block's raw part, which is
 * not compressed. In sealed segments (from format 4 on) there is 3: as 2, and behind it the {@link
 * Numerals} that some of the values are, their numbers, and those of what is too long for one; and
 * 4: as 1, but the different texts are a column as of 3. {@link ListedTexts} has the first and the
 * last of these, {@link PackedTexts} those between.
 */
final class TextColumn implements Column {
  static final int ABSENT = 0;
  static final int LISTED = 1;
  static final int EACH = 2;
  static final int NUMBERED = 3;
  static final int LISTED_NUMBERED = 4;

  private static final int FEW = 8;

  private String[] values = new String[128];
  private int count;
  private boolean any;

  /** Null until it is needed, as is the other: most columns are always written in one way. */
  private ListedTexts listed;

  private PackedTexts packed;

  /** How the block before was written. */
  private boolean each;

  void add(String value) {
    if (count == values.length) {
      grow();
    }
    values[count++] = value;
    any |= value != null;
  }

  /** Apart, so that the compiler does not put it into everyone who adds. */
  private void grow() {
    int more = Math.multiplyExact(count, 2);
    values = Arrays.copyOf(values, more);
  }

  void clear() {
    Arrays.fill(values, 0, count, null);
    count = 0;
    any = false;
  }

  @Override
  public void drainTo(Bytes out, Bytes raw, boolean small) {
    write(out, raw, small);
    clear();
  }

  /**
   * Writes the column.
   *
   * @param small as small as can be, as in sealed segments
   */
  void write(Bytes out, Bytes raw, boolean small) {
    if (!any) {
      out.put(ABSENT);
      return;
    }
    each = each && allDiffer() || !list();
    if (!each) {
      listed.write(out, raw, small);
      return;
    }
    if (packed == null) {
      packed = new PackedTexts();
    }
    packed.write(values, count, small ? Numerals.of(values, count) : null, out, raw);
  }

  /** Whether the first few texts differ: where they did so in the block before, all do. */
  private boolean allDiffer() {
    if (count < FEW) {
      return false;
    }
    for (int i = 1; i < FEW; i++) {
      for (int k = 0; k < i; k++) {
        if (values[i] == null || values[i].equals(values[k])) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean list() {
    if (listed == null) {
      listed = new ListedTexts();
    }
    return listed.take(values, count);
  }

  /**
   * Where a text begins.
   *
   * @throws IOException when it does not lie before the end
   */
  static int checked(int from, int length, int end) throws IOException {
    if (from < 0 || length < 0 || length > end - from) {
      throw new IOException("a text beyond the end");
    }
    return from;
  }

  /** The same as {@link Reader#mayFoldTo} of a text that lies in so many bytes. */
  static boolean mayFoldTo(byte[] array, int from, int length, byte[] folded) {
    boolean same = length == folded.length;
    int all = 0;
    for (int at = 0; at < length; at++) {
      byte b = array[from + at];
      all |= b;
      same = same && (b >= 'A' && b <= 'Z' ? b + 'a' - 'A' : b) == folded[at];
    }
    return same || all < 0;
  }

  /** The column as it is read. Not thread-safe. */
  static final class Reader {
    /** Null, both of them, where all texts are absent. */
    private final PackedTexts.Reader packed;

    private final ListedTexts.Reader listed;

    Reader(Cursor in, byte[] raw, int count) throws IOException {
      int way = in.next();
      boolean list = way == LISTED || way == LISTED_NUMBERED;
      listed = list ? new ListedTexts.Reader(in, raw, count, way == LISTED_NUMBERED) : null;
      packed = list || way == ABSENT ? null : new PackedTexts.Reader(in, raw, count, way);
    }

    String get(int i) throws IOException {
      if (packed != null) {
        return packed.get(i);
      }
      return listed == null ? null : listed.get(i);
    }

    /** False where a text has no such character, which is no digit or letter and of ASCII. */
    boolean mayHave(int i, char sign) throws IOException {
      return packed != null ? packed.mayHave(i, sign) : listed != null;
    }

    boolean isNull(int i) throws IOException {
      return packed != null ? packed.isNull(i) : listed == null || listed.isNull(i);
    }

    /**
     * False where a number stands for a text, and not for this one.
     *
     * @param folded ASCII
     * @param caseCounts whether it must have the same capitals
     */
    boolean mayBeNumber(int i, String folded, boolean caseCounts) throws IOException {
      if (packed != null) {
        return packed.mayBeNumber(i, folded, caseCounts);
      }
      return listed == null || listed.mayBeNumber(i, folded, caseCounts);
    }

    /** False where bytes stand for hex digits, and not these. */
    boolean mayBeHex(int i, byte[] hex) throws IOException {
      return packed == null || packed.mayBeHex(i, hex);
    }

    /**
     * False where a text is of ASCII alone and, its capitals made small, is not this one; its bytes
     * are compared where they lie.
     */
    boolean mayFoldTo(int i, byte[] folded) throws IOException {
      if (packed != null) {
        return packed.mayFoldTo(i, folded);
      }
      return listed == null || listed.mayFoldTo(i, folded);
    }
  }
}
