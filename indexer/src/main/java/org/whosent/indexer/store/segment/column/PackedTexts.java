package org.whosent.indexer.store.segment.column;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;

/**
 * The texts of a {@link TextColumn} each by itself: how it is {@link Packing packed}, its length,
 * and its bytes, which stand in the block's raw part where they are random ones; and behind all, of
 * those that are numbers, the {@link NumeralColumn}. Not thread-safe.
 */
final class PackedTexts {
  private final IntColumn kinds = new IntColumn();
  private final IntColumn lengths = new IntColumn();
  private final Bytes heap = new Bytes(1024);
  private final NumeralColumn numbered = new NumeralColumn();

  /**
   * Writes the first of some texts, and before it the byte that tells the way.
   *
   * @param numerals that some are, or null
   */
  void write(String[] values, int count, Numerals numerals, Bytes out, Bytes raw) {
    kinds.clear();
    lengths.clear();
    heap.clear();
    int rawBefore = raw.length;
    for (int i = 0; i < count; i++) {
      String value = values[i];
      int before = raw.length + heap.length;
      Packing packing = value == null ? Packing.NONE : pack(value, numerals, raw);
      kinds.add(packing.ordinal());
      lengths.add(raw.length + heap.length - before);
    }
    boolean any = !numbered.isEmpty();
    out.put(any ? TextColumn.NUMBERED : TextColumn.EACH);
    out.varint(raw.length - rawBefore).varint(heap.length);
    kinds.write(out);
    lengths.write(out);
    out.put(heap.array, 0, heap.length);
    if (any) {
      numbered.drainTo(numerals, out, raw);
    }
  }

  private Packing pack(String value, Numerals numerals, Bytes raw) {
    if (numerals != null && numerals.has(value)) {
      numbered.add(numerals, value);
      return Packing.NUMBER;
    }
    return Packing.pack(value, heap, raw);
  }

  /**
   * The texts as they are read. Who asks for one has the lengths before it added up; who asks for
   * more gets all places at once. Not thread-safe.
   */
  static final class Reader {
    private final byte[] array;
    private final byte[] raw;
    private final int count;
    private final IntColumn.Reader kinds;
    private final IntColumn.Reader lengths;
    private final int heap;
    private final int heapEnd;
    private final int rawFrom;
    private final int rawEnd;

    /** Null where none is a number. */
    private final NumeralColumn.Reader numbered;

    private int[] starts;
    private int[] numbers;
    private int askedBefore = -1;

    /**
     * Reads what follows the byte that tells the way.
     *
     * @param way that byte
     */
    Reader(Cursor in, byte[] raw, int count, int way) throws IOException {
      if (way != TextColumn.EACH && way != TextColumn.NUMBERED) {
        throw new IOException("no column of texts");
      }
      this.array = in.array;
      this.raw = raw;
      this.count = count;
      rawFrom = in.rawAt;
      rawEnd = rawFrom + in.count(raw.length - rawFrom);
      in.rawAt = rawEnd;
      int bytes = in.count(array.length);
      kinds = new IntColumn.Reader(in, count);
      lengths = new IntColumn.Reader(in, count);
      heap = in.skip(bytes);
      heapEnd = in.at;
      numbered = way == TextColumn.NUMBERED ? new NumeralColumn.Reader(in, raw, count) : null;
    }

    String get(int i) throws IOException {
      Packing packing = packing(i);
      if (packing == Packing.NONE) {
        return null;
      }
      if (packing == Packing.NUMBER) {
        if (numbered == null) {
          throw new IOException("a number in a column without");
        }
        return numbered.get(numbersBefore(i));
      }
      int length = lengths.index(i, Integer.MAX_VALUE);
      if (packing.isRandom()) {
        int from = TextColumn.checked(rawFrom + before(i, true), length, rawEnd);
        return packing.unpack(raw, from, length);
      }
      int from = TextColumn.checked(heap + before(i, false), length, heapEnd);
      if (packing == Packing.PLAIN) {
        return new String(array, from, length, StandardCharsets.UTF_8);
      }
      if (length != 4) {
        throw new IOException("no address");
      }
      return packing.unpack(array, from, length);
    }

    /** See {@link TextColumn.Reader#mayHave}. */
    boolean mayHave(int i, char sign) throws IOException {
      Packing packing = packing(i);
      if (packing != Packing.PLAIN) {
        return packing == Packing.NUMBER && numbered != null && numbered.haveAround(sign);
      }
      int length = lengths.index(i, Integer.MAX_VALUE);
      int from = TextColumn.checked(heap + before(i, false), length, heapEnd);
      for (int at = from; at < from + length; at++) {
        if (array[at] == sign) {
          return true;
        }
      }
      return false;
    }

    boolean isNull(int i) throws IOException {
      return packing(i) == Packing.NONE;
    }

    /** See {@link TextColumn.Reader#mayBeNumber}. */
    boolean mayBeNumber(int i, String folded, boolean caseCounts) throws IOException {
      return numbered == null
          || packing(i) != Packing.NUMBER
          || numbered.mayBe(numbersBefore(i), folded, caseCounts);
    }

    /** See {@link TextColumn.Reader#mayBeHex}. */
    boolean mayBeHex(int i, byte[] hex) throws IOException {
      if (packing(i) != Packing.HEX) {
        return true;
      }
      int length = lengths.index(i, Integer.MAX_VALUE);
      if (hex == null || hex.length != length) {
        return false;
      }
      int from = TextColumn.checked(rawFrom + before(i, true), length, rawEnd);
      return Arrays.equals(raw, from, from + length, hex, 0, length);
    }

    /** See {@link TextColumn.Reader#mayFoldTo}. */
    boolean mayFoldTo(int i, byte[] folded) throws IOException {
      if (packing(i) != Packing.PLAIN) {
        return true;
      }
      int length = lengths.index(i, Integer.MAX_VALUE);
      int from = TextColumn.checked(heap + before(i, false), length, heapEnd);
      return TextColumn.mayFoldTo(array, from, length, folded);
    }

    /** How many of the texts before this one are numbers. */
    private int numbersBefore(int i) throws IOException {
      if (kinds.isConstant() && numbered.count() == count) {
        return i;
      }
      if (numbers == null) {
        int[] all = new int[count];
        int before = 0;
        for (int k = 0; k < count; k++) {
          all[k] = before;
          before += kinds.get(k) == Packing.NUMBER.ordinal() ? 1 : 0;
        }
        if (before != numbered.count()) {
          throw new IOException("numbers that do not belong to their texts");
        }
        numbers = all;
      }
      return numbers[i];
    }

    /** Bytes of the texts before this one that lie where it does: in the raw part, or not. */
    private int before(int i, boolean random) throws IOException {
      if (starts != null) {
        return starts[i];
      }
      int most = random ? rawEnd - rawFrom : heapEnd - heap;
      boolean first = askedBefore < 0 || askedBefore == i;
      if (kinds.isConstant()) {
        if (lengths.isConstant() || first) {
          askedBefore = i;
          return lengths.sum(i, most);
        }
      } else if (first) {
        askedBefore = i;
        return sum(i, random, most);
      }
      starts = starts();
      return starts[i];
    }

    private int[] starts() throws IOException {
      int[] all = new int[count];
      long inHeap = 0;
      long inRaw = 0;
      for (int k = 0; k < count; k++) {
        boolean here = packing(k).isRandom();
        all[k] = (int) (here ? inRaw : inHeap);
        int length = lengths.index(k, Integer.MAX_VALUE);
        inRaw += here ? length : 0;
        inHeap += here ? 0 : length;
        if (inRaw > rawEnd - rawFrom || inHeap > heapEnd - heap) {
          throw new IOException("texts beyond their end");
        }
      }
      return all;
    }

    private int sum(int to, boolean random, int most) throws IOException {
      long sum = 0;
      for (int k = 0; k < to; k++) {
        if (packing(k).isRandom() == random) {
          sum += lengths.index(k, most);
        }
      }
      if (sum > most) {
        throw new IOException("texts beyond their end");
      }
      return (int) sum;
    }

    private Packing packing(int i) throws IOException {
      return Packing.ALL[kinds.index(i, Packing.ALL.length - 1)];
    }
  }
}
