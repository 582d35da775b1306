package org.whosent.indexer.store.segment;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Looks hashes up in the keys of a segment. What it reads is checked each time, so that neither an
 * answer nor its absence comes from damaged bytes. Not thread-safe.
 */
final class KeyReader {
  private final MappedFile.Keys in;
  private final ByteBuffer keys;
  private final int kept;
  private final int width;
  private final int low;
  private final boolean runs;

  /** Up to so many numbers are of blocks. */
  private final int few;

  private final int blocks;
  private final int blockWidth;
  private final int records;
  private final int pages;
  private final int firsts;
  private final int lists;
  private final long listBytes;
  private final byte[] page = new byte[KeyFormat.PAGE_BYTES];
  private final BitReader bits = new BitReader();

  /**
   * Over the bytes that {@link KeyWriter#finish} made.
   *
   * @throws IOException when the head is damaged
   */
  KeyReader(MappedFile.Keys in) throws IOException {
    this(in, true);
  }

  /**
   * The same.
   *
   * @param alone nothing comes after these keys; else {@link #length} says where that begins
   */
  KeyReader(MappedFile.Keys in, boolean alone) throws IOException {
    this(in, alone, 0);
  }

  /**
   * The same.
   *
   * @param blocks how many blocks the segment has
   */
  KeyReader(MappedFile.Keys in, boolean alone, int blocks) throws IOException {
    this.in = in;
    this.keys = in.bytes();
    this.blocks = blocks;
    this.blockWidth = KeyFormat.ordinalBits(blocks);
    if (keys.capacity() < KeyFormat.HEAD_BYTES) {
      throw new IOException("keys without a head");
    }
    in.place(0, KeyFormat.HEAD_BYTES);
    byte[] head = copy(0, KeyFormat.HEAD_BYTES);
    Cursor from = new Cursor(head);
    if (from.number(4) != KeyFormat.MAGIC) {
      throw new IOException("no keys");
    }
    kept = from.next();
    width = from.next();
    low = from.next();
    int numbersAre = from.next();
    runs = numbersAre == KeyFormat.RUNS;
    few = numbersAre == KeyFormat.BLOCKS ? KeyFormat.FEW_BLOCKS : 0;
    records = (int) from.number(4);
    pages = (int) from.number(4);
    listBytes = from.number(8);
    if ((int) from.number(4) != KeyFormat.crc(head, 0, 24)) {
      throw new IOException("the head of the keys is damaged");
    }
    long end = (long) pages * (KeyFormat.PAGE_BYTES + KeyFormat.HASH_BYTES) + listBytes;
    long length = KeyFormat.HEAD_BYTES + end;
    if (pages < 0
        || listBytes < 0
        || (alone ? length != keys.capacity() : length > keys.capacity())) {
      throw new IOException("the keys are cut short");
    }
    firsts = KeyFormat.HEAD_BYTES + pages * KeyFormat.PAGE_BYTES;
    lists = firsts + pages * KeyFormat.HASH_BYTES;
  }

  /** Bytes that it takes. */
  int length() {
    return lists + (int) listBytes;
  }

  private byte[] copy(int from, int length) {
    byte[] bytes = new byte[length];
    keys.get(from, bytes);
    return bytes;
  }

  private long first(int pageNumber) {
    int at = firsts + pageNumber * KeyFormat.HASH_BYTES;
    return (keys.getInt(at) & 0xffff_ffffL) << 8 | keys.get(at + 4) & 0xff;
  }

  /** The records that have a clue of this hash, or null when none has. */
  Ordinals find(long hash64) throws IOException {
    if (pages == 0) {
      return null;
    }
    long hash = hash64 >>> (64 - kept);
    // Hashes are spread evenly: the page is the one that is guessed or a few away, and what is
    // compared on the way to it lies in a line or two of the processor's cache.
    int from = Math.min(pages - 1, (int) ((double) hash / (1L << kept) * pages));
    int to;
    int step = 1;
    in.place(firsts + from * KeyFormat.HASH_BYTES, KeyFormat.HASH_BYTES);
    if (first(from) <= hash) {
      while (step < pages - from && first(from + step) <= hash) {
        from += step;
        step *= 2;
      }
      to = Math.min(pages - 1, from + step - 1);
    } else {
      to = Math.max(0, from - 1);
      from = to;
      while (from > 0 && first(from) > hash) {
        to = from - 1;
        step *= 2;
        from = Math.max(0, from - step);
      }
    }
    while (from < to) {
      int middle = (from + to + 1) >>> 1;
      if (first(middle) <= hash) {
        from = middle;
      } else {
        to = middle - 1;
      }
    }
    return find(from, hash);
  }

  private Ordinals find(int pageNumber, long hash) throws IOException {
    int count = read(pageNumber);
    long current = number(6);
    long next = number(6 + KeyFormat.HASH_BYTES);
    if (hash < current && pageNumber == 0) {
      return null;
    }
    if (hash < current || hash >= next) {
      throw new IOException("the list of key pages is damaged");
    }
    int one = few > 0 ? blockWidth : width;
    for (int i = 0; i < count; i++) {
      // Most have one number: then all there is of a hash is in one look at the bits.
      current = bits.passWhile(current, hash, low, one, runs, count - i);
      i += bits.passed();
      if (i == count) {
        return null;
      }
      current += bits.rice(low);
      int have = bits.gamma();
      if (current == hash) {
        return numbers(have);
      }
      if (current > hash) {
        return null;
      }
      pass(have);
    }
    return null;
  }

  /** Reads and checks a page; says how many hashes are in it. */
  private int read(int pageNumber) throws IOException {
    int at = KeyFormat.HEAD_BYTES + pageNumber * KeyFormat.PAGE_BYTES;
    in.place(at, KeyFormat.PAGE_BYTES);
    keys.get(at, page);
    int crc = (page[0] << 24) | (page[1] & 0xff) << 16 | (page[2] & 0xff) << 8 | page[3] & 0xff;
    if (crc != KeyFormat.crc(page, 4, KeyFormat.PAGE_BYTES)) {
      throw new IOException("key page " + pageNumber + " is damaged");
    }
    bits.set(page, KeyFormat.PAGE_HEAD, KeyFormat.PAGE_BYTES);
    return (page[4] & 0xff) << 8 | page[5] & 0xff;
  }

  private long number(int at) {
    long value = 0;
    for (int i = 0; i < KeyFormat.HASH_BYTES; i++) {
      value = value << 8 | page[at + i] & 0xff;
    }
    return value;
  }

  private void pass(int have) throws IOException {
    if (have > KeyFormat.INLINE) {
      bits.get(KeyFormat.LIST_BITS);
      return;
    }
    bits.get(have <= few ? blockWidth : width);
    passRunLength();
    int gapLow = have == 1 ? 0 : KeyFormat.gapLow(have <= few ? blocks : records, have);
    for (int i = 1; i < have; i++) {
      bits.rice(gapLow);
      passRunLength();
    }
  }

  private void passRunLength() throws IOException {
    if (runs) {
      bits.gamma();
    }
  }

  private Ordinals numbers(int have) throws IOException {
    if (have > KeyFormat.INLINE) {
      Listed list = new Listed(bits.get(KeyFormat.LIST_BITS), have);
      return runs ? new Runs(list, null) : list;
    }
    int[] numbers = new int[have];
    int[] lengths = runs ? new int[have] : null;
    int of = have <= few ? blocks : records;
    long at = bits.get(have <= few ? blockWidth : width);
    int gapLow = KeyFormat.gapLow(of, have);
    for (int i = 0; i < have; i++) {
      at += i == 0 ? 0 : bits.rice(gapLow) + 1;
      if (at >= of) {
        throw new IOException("a key beyond the records");
      }
      numbers[i] = (int) at;
      if (runs) {
        lengths[i] = bits.gamma();
      }
    }
    if (have <= few) {
      return new Few(numbers);
    }
    return runs ? new Runs(Ordinals.of(numbers, have), lengths) : Ordinals.of(numbers, have);
  }

  /** Reads and checks every page and every list. */
  void verify() throws IOException {
    long expected = -1;
    for (int i = 0; i < pages; i++) {
      int count = read(i);
      if (number(6) != first(i) || expected >= 0 && number(6) != expected) {
        throw new IOException("the list of key pages is damaged");
      }
      expected = number(6 + KeyFormat.HASH_BYTES);
      for (int k = 0; k < count; k++) {
        bits.rice(low);
        int have = bits.gamma();
        if (have > KeyFormat.INLINE) {
          Ordinals list = new Listed(bits.get(KeyFormat.LIST_BITS), have);
          while (list.next() != Ordinals.END) {
            // every chunk is checked when it is read
          }
        } else {
          numbers(have);
        }
      }
    }
    if (pages > 0 && expected != 1L << kept) {
      throw new IOException("key pages are missing");
    }
  }

  /** Not numbers of records but of blocks, ascending. */
  static final class Few implements Ordinals {
    final int[] blocks;

    Few(int[] blocks) {
      this.blocks = blocks;
    }

    @Override
    public int next() {
      throw new IllegalStateException("these are blocks");
    }

    @Override
    public int most() {
      return blocks.length;
    }
  }

  /** All numbers of some runs. */
  private final class Runs implements Ordinals {
    private final Ordinals firsts;
    private final int[] lengths;
    private int run = -1;
    private int left;
    private long at;

    Runs(Ordinals firsts, int[] lengths) {
      this.firsts = firsts;
      this.lengths = lengths;
    }

    @Override
    public int next() throws IOException {
      if (left == 0) {
        int first = firsts.next();
        if (first == END) {
          return END;
        }
        run++;
        left = lengths == null ? ((Listed) firsts).length : lengths[run];
        at = first;
      }
      left--;
      if (at >= records) {
        throw new IOException("a key beyond the records");
      }
      return (int) at++;
    }

    @Override
    public int most() {
      if (lengths == null) {
        return records; // nobody counts so long a list
      }
      long most = left;
      for (int i = run + 1; i < lengths.length; i++) {
        most += lengths[i];
      }
      return (int) Math.min(records, most);
    }
  }

  /** A long list, read chunk by chunk. */
  private final class Listed implements Ordinals {
    /** Of the run that begins with the number given last. */
    private int length;

    private final BitReader gaps = new BitReader();
    private long at;
    private int left;
    private int inChunk;
    private int low;
    private long number;

    Listed(long place, int count) {
      at = place;
      left = count;
    }

    @Override
    public int next() throws IOException {
      if (left == 0) {
        return END;
      }
      left--;
      if (inChunk == 0) {
        chunk();
      } else {
        number += gaps.rice(low) + 1;
      }
      inChunk--;
      if (runs) {
        length = gaps.gamma();
      }
      if (number >= records) {
        throw new IOException("a key beyond the records");
      }
      return (int) number;
    }

    private void chunk() throws IOException {
      if (at < 0 || at > listBytes - KeyFormat.CHUNK_HEAD) {
        throw new IOException("a list beyond the keys");
      }
      int from = lists + (int) at;
      Cursor head = new Cursor(copy(from, KeyFormat.CHUNK_HEAD));
      int crc = (int) head.number(4);
      number = head.number(4);
      inChunk = (int) head.number(2);
      low = head.next();
      int bytes = (int) head.number(2);
      if (bytes > listBytes - at - KeyFormat.CHUNK_HEAD) {
        throw new IOException("a list beyond the keys");
      }
      byte[] chunk = copy(from + 4, KeyFormat.CHUNK_HEAD - 4 + bytes);
      if (crc != KeyFormat.crc(chunk, 0, chunk.length) || inChunk == 0) {
        throw new IOException("a list of keys is damaged");
      }
      gaps.set(chunk, KeyFormat.CHUNK_HEAD - 4, chunk.length);
      at += KeyFormat.CHUNK_HEAD + bytes;
    }

    @Override
    public int most() {
      return left;
    }
  }
}
