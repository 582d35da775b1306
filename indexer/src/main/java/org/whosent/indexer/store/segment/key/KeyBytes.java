package org.whosent.indexer.store.segment.key;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.whosent.indexer.store.bytes.Quota;
import org.whosent.indexer.store.bytes.SegmentBytes;

/**
 * Bytes of a segment's keys, or of those from some place on. Read where they are in the file; once
 * they are asked often they are mapped, where the {@link Quota} lets them: a few are in the
 * processor's caches, and not to ask the kernel is what is quickest. Not thread-safe. Public for
 * {@code SegmentFile}, which knows where they are.
 */
public final class KeyBytes {
  /** Whoever asks more often goes on to do so: a process that asks one question does not. */
  static final int OFTEN = 64;

  private final All all;
  private final int from;

  /** All keys of a segment. */
  private static final class All {
    final SegmentBytes file;
    final int at;
    final int length;
    final Quota quota;
    ByteBuffer mapped;
    int reads;

    /** What of it is counted as mapped. */
    int mappedBytes;

    /** Bytes of tables. */
    int kept;

    /** Bytes of filters. */
    int filters;

    All(SegmentBytes file, int at, int length, Quota quota, ByteBuffer mapped) {
      this.file = file;
      this.at = at;
      this.length = length;
      this.quota = quota;
      this.mapped = mapped;
    }

    void read(int from, byte[] into, int at, int count) throws IOException {
      if (reads < OFTEN && ++reads == OFTEN && mapped == null && quota.mapKeys(length)) {
        mapped = file.map(this.at, length);
        mappedBytes = length;
      }
      if (mapped != null) {
        mapped.get(from, into, at, count);
      } else {
        file.read((long) this.at + from, into, at, count);
      }
    }
  }

  private KeyBytes(All all, int from) {
    this.all = all;
    this.from = from;
  }

  /** Those at a place of a file. */
  public KeyBytes(SegmentBytes file, int at, int length, Quota quota) {
    this(new All(file, at, length, quota, null), 0);
  }

  /** Keys that are in memory. */
  KeyBytes(byte[] bytes) {
    this(new All(null, 0, bytes.length, new Quota(), ByteBuffer.wrap(bytes)), 0);
  }

  /** Those from a place on. */
  public KeyBytes from(int place) {
    return new KeyBytes(all, from + place);
  }

  int length() {
    return all.length - from;
  }

  /**
   * Copies some.
   *
   * @throws IOException when they are not all here
   */
  void read(int at, byte[] into, int to, int count) throws IOException {
    if (at < 0 || count < 0 || at > length() - count) {
      throw new IOException("beyond the keys");
    }
    all.read(from + at, into, to, count);
  }

  /** The same as an array of their own. */
  byte[] copy(int at, int count) throws IOException {
    if (count < 0 || count > length()) {
      throw new IOException("beyond the keys");
    }
    byte[] copy = new byte[count];
    read(at, copy, 0, count);
    return copy;
  }

  /**
   * A part of them that says where others are, to be kept in memory: null until they were read
   * often, or when there is no room.
   */
  byte[] table(int at, int count) throws IOException {
    if (all.reads < OFTEN || !all.quota.keepTable(count)) {
      return null;
    }
    all.kept += count;
    return copy(at, count);
  }

  /** A filter, to be kept in memory: null when there is no room. */
  byte[] filter(int at, int count) throws IOException {
    if (!all.quota.keepFilter(count)) {
      return null;
    }
    all.filters += count;
    return copy(at, count);
  }

  /** Nobody reads these keys any more. */
  public void close() {
    all.quota.dropTable(all.kept);
    all.quota.dropKeys(all.mappedBytes);
    all.quota.dropFilters(all.filters);
    all.kept = 0;
    all.filters = 0;
    all.mappedBytes = 0;
  }
}
