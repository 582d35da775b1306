package org.whosent.indexer.store.segment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Texts of one field; each may be null. Not thread-safe.
 *
 * <p>Written in one of these ways, told by the first byte: 0, all are null; 1, few different texts,
 * each once and every value as its number (0 for null); 2, each value by itself: how it is {@link
 * Packing packed}, its length, and its bytes. Random bytes go into the block's raw part, which is
 * not compressed. In sealed segments (from format 4 on) there is 3: as 2, and behind it the {@link
 * Numerals} that some of the values are, their numbers, and those of what is too long for one; and
 * 4: as 1, but the different texts are a column as of 3.
 */
final class TextColumn {
  private static final int ABSENT = 0;
  private static final int LISTED = 1;
  private static final int EACH = 2;
  private static final int NUMBERED = 3;
  private static final int LISTED_NUMBERED = 4;
  private static final int FEW = 8;

  private String[] values = new String[128];
  private int count;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final IntColumn lengths = new IntColumn();
  private final IntColumn kinds = new IntColumn();
  private final Bytes heap = new Bytes(1024);
  private final IntColumn heads = new IntColumn();
  private final IntColumn tails = new IntColumn();
  private boolean anyHead;

  /** Of the different texts, where those are numbers. */
  private TextColumn different;

  private boolean any;

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

  int count() {
    return count;
  }

  void clear() {
    Arrays.fill(values, 0, count, null);
    count = 0;
    any = false;
  }

  void write(Bytes out, Bytes raw) {
    write(out, raw, false);
  }

  /**
   * The same.
   *
   * @param small as small as can be, as in sealed segments
   */
  void write(Bytes out, Bytes raw, boolean small) {
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
      writeEach(out, raw, small ? Numerals.of(values, count) : null);
    } else {
      each = false;
      writeListed(out, raw, small);
    }
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

  /** Gives every text its number; false when too many differ. */
  private boolean list() {
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

  private void writeListed(Bytes out, Bytes raw, boolean small) {
    String[] texts = new String[numbers.size()];
    numbers.forEach((text, number) -> texts[number - 1] = text);
    Numerals numerals = small ? Numerals.of(texts, texts.length) : null;
    if (numerals != null) {
      if (different == null) {
        different = new TextColumn();
      }
      for (String text : texts) {
        different.add(text);
      }
      out.put(LISTED_NUMBERED).varint(texts.length);
      different.writeEach(out, raw, numerals);
      different.clear();
      kinds.write(out);
      return;
    }
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

  private void writeEach(Bytes out, Bytes raw, Numerals numerals) {
    kinds.clear();
    lengths.clear();
    heap.clear();
    int rawBefore = raw.length;
    anyHead = false;
    for (int i = 0; i < count; i++) {
      String value = values[i];
      int before = raw.length + heap.length;
      Packing packing = value == null ? Packing.NONE : pack(value, numerals, raw);
      kinds.add(packing.ordinal());
      lengths.add(raw.length + heap.length - before);
    }
    boolean numbered = tails.count() > 0;
    out.put(numbered ? NUMBERED : EACH).varint(raw.length - rawBefore).varint(heap.length);
    kinds.write(out);
    lengths.write(out);
    out.put(heap.array, 0, heap.length);
    if (numbered) {
      writeNumbers(numerals, out, raw);
    }
  }

  private Packing pack(String value, Numerals numerals, Bytes raw) {
    if (numerals != null && numerals.has(value)) {
      long head = numerals.head(value);
      heads.add(head);
      tails.add(numerals.tail(value));
      anyHead |= head != 0;
      return Packing.NUMBER;
    }
    return Packing.pack(value, heap, raw);
  }

  private void writeNumbers(Numerals numerals, Bytes out, Bytes raw) {
    byte[] prefix = numerals.prefix().getBytes(StandardCharsets.UTF_8);
    byte[] suffix = numerals.suffix().getBytes(StandardCharsets.UTF_8);
    out.put(numerals.alphabet().ordinal() << 1 | (anyHead ? 1 : 0)).varint(tails.count());
    out.varint(prefix.length).put(prefix).varint(suffix.length).put(suffix);
    tails.write(out, raw);
    tails.clear();
    if (anyHead) {
      heads.write(out, raw);
    }
    heads.clear();
  }

  /**
   * The column as it is read. Who asks for one text has the lengths before it added up; who asks
   * for more gets all places at once. Not thread-safe.
   */
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
    private int askedBefore = -1;
    private int different;
    private String[] texts;

    /** Of the different texts, where some are numbers. */
    private Reader list;

    private Numerals numerals;
    private IntColumn.Reader heads;
    private IntColumn.Reader tails;
    private int[] numbers;

    /** What was asked for last, and its numbers if it is one of these. */
    private String askedText;

    private boolean askedTold;
    private long askedHead;
    private long askedTail;

    Reader(Cursor in, byte[] raw, int count) throws IOException {
      this.array = in.array;
      this.raw = raw;
      this.count = count;
      this.way = in.next();
      switch (way) {
        case ABSENT -> {}
        case LISTED -> {
          different = in.count(count);
          int bytes = in.count(array.length);
          lengths = new IntColumn.Reader(in, different);
          heap = in.skip(bytes);
          heapEnd = in.at;
          kinds = new IntColumn.Reader(in, count);
        }
        case LISTED_NUMBERED -> {
          different = in.count(count);
          list = new Reader(in, raw, different);
          if (list.way < EACH || list.way > NUMBERED) {
            throw new IOException("no column of texts");
          }
          kinds = new IntColumn.Reader(in, count);
        }
        case EACH, NUMBERED -> {
          rawFrom = in.rawAt;
          rawEnd = rawFrom + in.count(raw.length - rawFrom);
          in.rawAt = rawEnd;
          int bytes = in.count(array.length);
          kinds = new IntColumn.Reader(in, count);
          lengths = new IntColumn.Reader(in, count);
          heap = in.skip(bytes);
          heapEnd = in.at;
          if (way == NUMBERED) {
            readNumbers(in);
          }
        }
        default -> throw new IOException("no column of texts");
      }
    }

    private void readNumbers(Cursor in) throws IOException {
      int head = in.next();
      if (head >>> 1 >= Numerals.Alphabet.ALL.length) {
        throw new IOException("no column of texts");
      }
      int numbers = in.count(count);
      String prefix = text(in);
      numerals = new Numerals(Numerals.Alphabet.ALL[head >>> 1], prefix, text(in));
      tails = new IntColumn.Reader(in, raw, numbers);
      heads = (head & 1) == 0 ? null : new IntColumn.Reader(in, raw, numbers);
    }

    private String text(Cursor in) throws IOException {
      int length = in.count(array.length);
      return plain(in.skip(length), length);
    }

    String get(int i) throws IOException {
      if (way == ABSENT) {
        return null;
      }
      if (way == EACH || way == NUMBERED) {
        return each(i);
      }
      int number = kinds.index(i, different);
      return number == 0 ? null : listed(number - 1);
    }

    /**
     * False where a number stands for a text, and not for this one.
     *
     * @param folded ASCII
     * @param caseCounts whether it must have the same capitals
     */
    boolean mayBeNumber(int i, String folded, boolean caseCounts) throws IOException {
      if (way == LISTED_NUMBERED) {
        int number = kinds.index(i, different);
        return number == 0 || list.mayBeNumber(number - 1, folded, caseCounts);
      }
      if (way != NUMBERED || packing(i) != Packing.NUMBER) {
        return true;
      }
      if (!folded.equals(askedText)) {
        askedText = folded;
        String kept = numerals.asKept(folded, caseCounts);
        askedTold = kept != null;
        boolean one = askedTold && numerals.has(kept);
        askedHead = one ? numerals.head(kept) : -1;
        askedTail = one ? numerals.tail(kept) : -1;
      }
      int n = numbersBefore(i);
      return !askedTold
          || tails.get(n) == askedTail && (heads == null ? 0 : heads.get(n)) == askedHead;
    }

    /** False where bytes stand for hex digits, and not these. */
    boolean mayBeHex(int i, byte[] hex) throws IOException {
      if (way != EACH && way != NUMBERED || packing(i) != Packing.HEX) {
        return true;
      }
      int length = lengths.index(i, Integer.MAX_VALUE);
      if (hex == null || hex.length != length) {
        return false;
      }
      int from = checked(rawFrom + before(i, true), length, rawEnd);
      return Arrays.equals(raw, from, from + length, hex, 0, length);
    }

    /**
     * False where a text is of ASCII alone and, its capitals made small, is not this one; its bytes
     * are compared where they lie.
     */
    boolean mayFoldTo(int i, byte[] folded) throws IOException {
      int length;
      int from;
      if ((way == EACH || way == NUMBERED) && packing(i) == Packing.PLAIN) {
        length = lengths.index(i, Integer.MAX_VALUE);
        from = checked(heap + before(i, false), length, heapEnd);
      } else if (way == LISTED && kinds.index(i, different) > 0) {
        int k = kinds.index(i, different) - 1;
        length = lengths.index(k, heapEnd);
        from = checked(heap + start(k), length, heapEnd);
      } else {
        return true;
      }
      boolean same = length == folded.length;
      int all = 0;
      for (int at = 0; at < length; at++) {
        byte b = array[from + at];
        all |= b;
        same = same && (b >= 'A' && b <= 'Z' ? b + 'a' - 'A' : b) == folded[at];
      }
      return same || all < 0;
    }

    private String listed(int k) throws IOException {
      if (texts == null) {
        texts = new String[different];
      }
      String text = texts[k];
      if (text == null) {
        text = list == null ? inHeap(k) : list.get(k);
        texts[k] = text;
      }
      return text;
    }

    private String inHeap(int k) throws IOException {
      int length = lengths.index(k, heapEnd);
      return plain(checked(heap + start(k), length, heapEnd), length);
    }

    /** Where a text of a list begins in it. */
    private int start(int k) throws IOException {
      if (starts != null) {
        return starts[k];
      }
      if (lengths.isConstant() || first(k)) {
        return lengths.sum(k, heapEnd);
      }
      int[] all = new int[different];
      for (int n = 1; n < different; n++) {
        all[n] = all[n - 1] + lengths.index(n - 1, heapEnd - all[n - 1]);
      }
      starts = all;
      return all[k];
    }

    private boolean first(int k) {
      boolean first = askedBefore < 0 || askedBefore == k;
      askedBefore = k;
      return first;
    }

    private static int checked(int from, int length, int end) throws IOException {
      if (from < 0 || length < 0 || length > end - from) {
        throw new IOException("a text beyond the end");
      }
      return from;
    }

    private String each(int i) throws IOException {
      Packing packing = packing(i);
      if (packing == Packing.NONE) {
        return null;
      }
      if (packing == Packing.NUMBER) {
        if (numerals == null) {
          throw new IOException("a number in a column without");
        }
        int n = numbersBefore(i);
        return numerals.text(heads == null ? 0 : heads.get(n), tails.get(n));
      }
      int length = lengths.index(i, Integer.MAX_VALUE);
      if (packing.isRandom()) {
        int from = checked(rawFrom + before(i, true), length, rawEnd);
        return packing.unpack(raw, from, length);
      }
      int from = checked(heap + before(i, false), length, heapEnd);
      if (packing == Packing.PLAIN) {
        return plain(from, length);
      }
      if (length != 4) {
        throw new IOException("no address");
      }
      return packing.unpack(array, from, length);
    }

    /** How many of the texts before this one are numbers. */
    private int numbersBefore(int i) throws IOException {
      if (kinds.isConstant() && tails.count() == count) {
        return i;
      }
      if (numbers == null) {
        int[] all = new int[count];
        int before = 0;
        for (int k = 0; k < count; k++) {
          all[k] = before;
          before += kinds.get(k) == Packing.NUMBER.ordinal() ? 1 : 0;
        }
        if (before != tails.count()) {
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
      if (kinds.isConstant()) {
        if (lengths.isConstant() || first(i)) {
          return lengths.sum(i, most);
        }
      } else if (first(i)) {
        return sum(i, random, most);
      }
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
      starts = all;
      return all[i];
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

    private String plain(int from, int length) {
      return new String(array, from, length, StandardCharsets.UTF_8);
    }
  }
}
