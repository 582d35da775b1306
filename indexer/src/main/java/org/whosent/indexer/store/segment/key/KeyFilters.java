package org.whosent.indexer.store.segment.key;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.record.ClueType;

/**
 * Bloom filters of what is asked of every day there is, since it does not tell its own: Message-IDs
 * and digests of bodies. Each day in vain is a page of keys; who asks often holds the filters in
 * memory instead and reads a page for one day of seventeen. Whether a filter says no hangs on its
 * checksum, which is compared when it is brought into memory; where that is wrong, or there is no
 * room, pages are read as without it. Not thread-safe.
 *
 * <p>Head: {@code WsB1}; for each of {@link #TYPES}: bytes of its filter (4), 0 for none, and their
 * CRC-32C (4); CRC-32C of the head (4). Then the filters. In segments that lie by user and have
 * {@value #LEAST} records or more, from format 6 on: keys of smaller ones are read quickly as they
 * are, and a small day has no byte to spare. Public for the segment's {@code SegmentKeys} and
 * {@code SegmentKeysWriter}.
 */
public final class KeyFilters {
  /** Which clues have one, in their order. */
  public static final List<ClueType> TYPES = List.of(ClueType.MESSAGE_ID, ClueType.BODY_DIGEST);

  /** Records of a segment that has filters. */
  public static final int LEAST = 1 << 17;

  /** Whoever asks more often goes on to do so: a filter takes as long to bring as some hundred. */
  public static final int OFTEN = 256;

  private static final int MAGIC = 0x57734231; // WsB1
  private static final int HEAD_BYTES = 4 + 8 * TYPES.size() + 4;

  private final KeyBytes keys;

  /** Bytes of each filter and their checksum; null until they are needed. */
  private int[] lengths;

  private final int[] checksums = new int[TYPES.size()];

  /** Filters that are in memory, and how often each was wanted before. */
  private final BloomFilter[] held = new BloomFilter[TYPES.size()];

  private final int[] asked = new int[TYPES.size()];

  /**
   * Reads nothing yet: who asks one question needs none of it.
   *
   * @param keys from their head on
   */
  public KeyFilters(KeyBytes keys) {
    this.keys = keys;
  }

  /** Reads and checks the head. */
  private void load() throws IOException {
    if (lengths != null) {
      return;
    }
    byte[] head = keys.copy(0, HEAD_BYTES);
    if (Bytes.integer(head, 0) != MAGIC
        || Bytes.integer(head, HEAD_BYTES - 4) != Bytes.crc(head, 0, HEAD_BYTES - 4)) {
      throw new IOException("the head of the filters is damaged");
    }
    int[] read = new int[TYPES.size()];
    long all = HEAD_BYTES;
    for (int i = 0; i < read.length; i++) {
      read[i] = Bytes.integer(head, 4 + 8 * i);
      checksums[i] = Bytes.integer(head, 8 + 8 * i);
      all += read[i];
      if (read[i] < 0 || all > keys.length()) {
        throw new IOException("the filters are cut short");
      }
    }
    lengths = read;
  }

  /** Bytes that they take, head and all. */
  public int length() throws IOException {
    load();
    return HEAD_BYTES + Arrays.stream(lengths).sum();
  }

  /** Whether no record has a clue of this hash; false where nobody knows yet. */
  public boolean lacks(ClueType type, long hash) {
    int kind = TYPES.indexOf(type);
    if (kind < 0) {
      return false;
    }
    if (asked[kind] < OFTEN && ++asked[kind] == OFTEN) {
      hold(kind);
    }
    return held[kind] != null && !held[kind].mayHave(hash);
  }

  private void hold(int kind) {
    try {
      load();
      byte[] bytes = lengths[kind] == 0 ? null : keys.filter(at(kind), lengths[kind]);
      if (bytes != null && isSound(kind, bytes)) {
        held[kind] = BloomFilter.read(bytes);
      }
    } catch (IOException _) {
      // The pages tell all the same. What is wrong with them too they say; who verifies hears all.
    }
  }

  private boolean isSound(int kind, byte[] bytes) {
    return Bytes.crc(bytes, 0, bytes.length) == checksums[kind];
  }

  private int at(int kind) {
    int at = HEAD_BYTES;
    for (int i = 0; i < kind; i++) {
      at += lengths[i];
    }
    return at;
  }

  /** Reads and checks all of them. */
  public void verify() throws IOException {
    load();
    for (int kind = 0; kind < lengths.length; kind++) {
      if (!isSound(kind, keys.copy(at(kind), lengths[kind]))) {
        throw new IOException("a filter is damaged");
      }
    }
  }

  /** Hashes on their way into filters. Not thread-safe. */
  public static final class Writer {
    private final long[][] hashes = new long[TYPES.size()][64];
    private final int[] counts = new int[TYPES.size()];

    /** Says that a record has a clue of that hash. */
    public void add(ClueType type, long hash) {
      int kind = TYPES.indexOf(type);
      if (kind < 0) {
        return;
      }
      if (counts[kind] == hashes[kind].length) {
        hashes[kind] = Arrays.copyOf(hashes[kind], 2 * counts[kind]);
      }
      hashes[kind][counts[kind]++] = hash;
    }

    /**
     * All of them.
     *
     * @param wanted whether there are any; else there is a head alone
     */
    public Bytes finish(boolean wanted) {
      Bytes head = new Bytes(HEAD_BYTES).number(MAGIC, 4);
      Bytes filters = new Bytes(64);
      for (int kind = 0; kind < counts.length; kind++) {
        byte[] filter =
            wanted && counts[kind] > 0
                ? BloomFilter.of(hashes[kind], counts[kind]).write()
                : new byte[0];
        head.number(filter.length, 4).number(Bytes.crc(filter, 0, filter.length), 4);
        filters.put(filter);
        hashes[kind] = new long[1]; // keys are put together next, which takes room
        counts[kind] = 0;
      }
      head.number(Bytes.crc(head.array, 0, head.length), 4);
      return head.put(filters.array, 0, filters.length);
    }
  }
}
