package org.whosent.indexer.store.segment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Texts of one field; each may be null. Not thread-safe.
 *
 * <p>Written in one of three ways, told by the first byte: 0, all are null; 1, few different texts,
 * each once and every value as its number (0 for null); 2, each value by itself: how it is {@link
 * Packing packed}, its length, and its bytes. Random bytes go into the block's raw part, which is
 * not compressed.
 */
final class TextColumn {
  private static final int ABSENT = 0;
  private static final int LISTED = 1;
  private static final int EACH = 2;
  private static final int FEW = 8;

  private final List<String> values = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final IntColumn lengths = new IntColumn();
  private final IntColumn kinds = new IntColumn();
  private final Bytes heap = new Bytes(1024);
  private boolean any;

  /** How the block before was written. */
  private boolean each;

  void add(String value) {
    values.add(value);
    any |= value != null;
  }

  int count() {
    return values.size();
  }

  void clear() {
    values.clear();
    any = false;
  }

  void write(Bytes out, Bytes raw) {
    if (!any) {
      out.put(ABSENT);
      return;
    }
    numbers.clear();
    lengths.clear();
    kinds.clear();
    heap.clear();
    if (each && allDiffer() || !list()) {
      each = true;
      kinds.clear();
      writeEach(out, raw);
    } else {
      each = false;
      writeListed(out);
    }
  }

  /** Whether the first few texts differ: where they did so in the block before, all do. */
  private boolean allDiffer() {
    int count = Math.min(values.size(), FEW);
    for (int i = 1; i < count; i++) {
      String value = values.get(i);
      if (value == null || values.subList(0, i).contains(value)) {
        return false;
      }
    }
    return count == FEW;
  }

  /** Gives every text its number; false when too many differ. */
  private boolean list() {
    int few = Math.max(1, values.size() / 2);
    String before = null;
    int number = 0;
    for (String value : values) {
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

  private void writeListed(Bytes out) {
    String[] texts = new String[numbers.size()];
    numbers.forEach((text, number) -> texts[number - 1] = text);
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      lengths.add(bytes.length);
      heap.put(bytes);
    }
    out.put(LISTED).varint(texts.length).varint(heap.length);
    lengths.write(out);
    out.put(heap.array, 0, heap.length);
    kinds.write(out);
  }

  private void writeEach(Bytes out, Bytes raw) {
    int rawBefore = raw.length;
    for (String value : values) {
      int before = raw.length + heap.length;
      Packing packing = value == null ? Packing.NONE : Packing.pack(value, heap, raw);
      kinds.add(packing.ordinal());
      lengths.add(raw.length + heap.length - before);
    }
    out.put(EACH).varint(raw.length - rawBefore).varint(heap.length);
    kinds.write(out);
    lengths.write(out);
    out.put(heap.array, 0, heap.length);
  }

  /** The column as it is read. Not thread-safe. */
  static final class Reader {
    private final byte[] array;
    private final byte[] raw;
    private final int count;
    private final int way;
    private IntColumn.Reader kinds;
    private IntColumn.Reader lengths;
    private int heap;
    private int heapEnd;
    private int rawFrom;
    private int rawEnd;
    private int[] starts;
    private String[] texts;

    Reader(Cursor in, byte[] raw, int count) throws IOException {
      this.array = in.array;
      this.raw = raw;
      this.count = count;
      this.way = in.next();
      switch (way) {
        case ABSENT -> {}
        case LISTED -> {
          int different = in.count(count);
          int bytes = in.count(array.length);
          lengths = new IntColumn.Reader(in, different);
          heap = in.skip(bytes);
          heapEnd = in.at;
          kinds = new IntColumn.Reader(in, count);
          texts = new String[different];
        }
        case EACH -> {
          rawFrom = in.rawAt;
          rawEnd = in.rawAt + in.count(raw.length - in.rawAt);
          in.rawAt = rawEnd;
          int bytes = in.count(array.length);
          kinds = new IntColumn.Reader(in, count);
          lengths = new IntColumn.Reader(in, count);
          heap = in.skip(bytes);
          heapEnd = in.at;
        }
        default -> throw new IOException("no column of texts");
      }
    }

    String get(int i) throws IOException {
      if (way == ABSENT) {
        return null;
      }
      if (way == EACH) {
        return each(i);
      }
      int number = kinds.index(i, texts.length);
      if (number == 0) {
        return null;
      }
      String text = texts[number - 1];
      if (text == null) {
        if (starts == null) {
          starts = new int[texts.length];
          long at = heap;
          for (int k = 0; k < texts.length; k++) {
            starts[k] = (int) at;
            at += lengths.index(k, heapEnd);
            if (at > heapEnd) {
              throw new IOException("texts beyond their end");
            }
          }
        }
        text = plain(starts[number - 1], lengths.index(number - 1, heapEnd));
        texts[number - 1] = text;
      }
      return text;
    }

    private String each(int i) throws IOException {
      if (starts == null) {
        starts = new int[count];
        long inHeap = heap;
        long inRaw = rawFrom;
        for (int k = 0; k < count; k++) {
          boolean random = packing(k).isRandom();
          starts[k] = (int) (random ? inRaw : inHeap);
          int length = lengths.index(k, Integer.MAX_VALUE);
          inRaw += random ? length : 0;
          inHeap += random ? 0 : length;
          if (inRaw > rawEnd || inHeap > heapEnd) {
            starts = null;
            throw new IOException("texts beyond their end");
          }
        }
      }
      Packing packing = packing(i);
      int length = (int) lengths.get(i);
      return switch (packing) {
        case NONE -> null;
        case PLAIN -> plain(starts[i], length);
        case IPV4 -> {
          if (length != 4) {
            throw new IOException("no address");
          }
          yield packing.unpack(array, starts[i], length);
        }
        default -> packing.unpack(raw, starts[i], length);
      };
    }

    private Packing packing(int i) throws IOException {
      return Packing.ALL[kinds.index(i, Packing.ALL.length - 1)];
    }

    private String plain(int from, int length) {
      return new String(array, from, length, StandardCharsets.UTF_8);
    }
  }
}
