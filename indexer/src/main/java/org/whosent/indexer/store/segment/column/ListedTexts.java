package org.whosent.indexer.store.segment.column;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;

/**
 * The texts of a {@link TextColumn} where few differ: each of those once, and every value as its
 * number, 0 for null. Not thread-safe.
 */
final class ListedTexts {
  private final Map<String, Integer> numbers = new HashMap<>();
  private final IntColumn kinds = new IntColumn();
  private final IntColumn lengths = new IntColumn();
  private final Bytes heap = new Bytes(1024);

  /** Of the different texts, where some of those are numbers; null until then. */
  private PackedTexts different;

  /** Gives each of some texts its number, to be written next; false when too many differ. */
  boolean take(String[] values, int count) {
    numbers.clear();
    kinds.clear();
    int few = Math.max(1, count / 2);
    String before = null;
    int number = 0;
    for (int i = 0; i < count; i++) {
      String value = values[i];
      if (value == null) {
        kinds.add(0);
        continue;
      }
      if (!value.equals(before)) {
        Integer known = numbers.get(value);
        if (known == null) {
          if (numbers.size() == few) {
            return false;
          }
          known = numbers.size() + 1;
          numbers.put(value, known);
        }
        number = known;
        before = value;
      }
      kinds.add(number);
    }
    return true;
  }

  /** Writes what was taken, and before it the byte that tells the way. */
  void write(Bytes out, Bytes raw, boolean small) {
    String[] texts = new String[numbers.size()];
    numbers.forEach((text, number) -> texts[number - 1] = text);
    Numerals numerals = small ? Numerals.of(texts, texts.length) : null;
    if (numerals != null) {
      if (different == null) {
        different = new PackedTexts();
      }
      out.put(TextColumn.LISTED_NUMBERED).varint(texts.length);
      different.write(texts, texts.length, numerals, out, raw);
      kinds.write(out);
      return;
    }
    lengths.clear();
    heap.clear();
    for (String text : texts) {
      int before = heap.length;
      lengths.add(heap.put(text).length - before);
    }
    out.put(TextColumn.LISTED).varint(texts.length).varint(heap.length);
    lengths.write(out);
    out.put(heap.array, 0, heap.length);
    kinds.write(out);
  }

  /** The texts as they are read; each is made once. Not thread-safe. */
  static final class Reader {
    private final byte[] array;
    private final int different;
    private final IntColumn.Reader kinds;

    /** Of the different texts; null where some of those are numbers. */
    private final IntColumn.Reader lengths;

    private final int heap;
    private final int heapEnd;

    /** The different texts, where some are numbers. */
    private final PackedTexts.Reader packed;

    private String[] texts;
    private int[] starts;
    private int askedBefore = -1;

    /**
     * Reads what follows the byte that tells the way.
     *
     * @param numbered what that says: some of the different texts are numbers
     */
    Reader(Cursor in, byte[] raw, int count, boolean numbered) throws IOException {
      array = in.array;
      different = in.count(count);
      if (numbered) {
        packed = new PackedTexts.Reader(in, raw, different, in.next());
        lengths = null;
        heap = 0;
        heapEnd = 0;
      } else {
        packed = null;
        int bytes = in.count(array.length);
        lengths = new IntColumn.Reader(in, different);
        heap = in.skip(bytes);
        heapEnd = in.at;
      }
      kinds = new IntColumn.Reader(in, count);
    }

    String get(int i) throws IOException {
      int number = kinds.index(i, different);
      return number == 0 ? null : listed(number - 1);
    }

    boolean isNull(int i) throws IOException {
      return kinds.index(i, different) == 0;
    }

    private String listed(int k) throws IOException {
      if (texts == null) {
        texts = new String[different];
      }
      String text = texts[k];
      if (text == null) {
        text = packed == null ? inHeap(k) : packed.get(k);
        texts[k] = text;
      }
      return text;
    }

    private String inHeap(int k) throws IOException {
      int length = lengths.index(k, heapEnd);
      int from = TextColumn.checked(heap + start(k), length, heapEnd);
      return new String(array, from, length, StandardCharsets.UTF_8);
    }

    /** See {@link TextColumn.Reader#mayBeNumber}. */
    boolean mayBeNumber(int i, String folded, boolean caseCounts) throws IOException {
      if (packed == null) {
        return true;
      }
      int number = kinds.index(i, different);
      return number == 0 || packed.mayBeNumber(number - 1, folded, caseCounts);
    }

    /** See {@link TextColumn.Reader#mayFoldTo}. */
    boolean mayFoldTo(int i, byte[] folded) throws IOException {
      int number = packed == null ? kinds.index(i, different) : 0;
      if (number == 0) {
        return true;
      }
      int length = lengths.index(number - 1, heapEnd);
      int from = TextColumn.checked(heap + start(number - 1), length, heapEnd);
      return TextColumn.mayFoldTo(array, from, length, folded);
    }

    /** Where a text of the list begins in it. */
    private int start(int k) throws IOException {
      if (starts != null) {
        return starts[k];
      }
      if (lengths.isConstant() || askedBefore < 0 || askedBefore == k) {
        askedBefore = k;
        return lengths.sum(k, heapEnd);
      }
      int[] all = new int[different];
      for (int n = 1; n < different; n++) {
        all[n] = all[n - 1] + lengths.index(n - 1, heapEnd - all[n - 1]);
      }
      starts = all;
      return all[k];
    }
  }
}
