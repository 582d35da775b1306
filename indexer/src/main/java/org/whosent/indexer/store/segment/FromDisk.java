package org.whosent.indexer.store.segment;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * Reads what is not in memory as far as it is wanted, and no more. Whoever touches a page of a
 * mapped file that is not there has the kernel read what lies around it: 128 KiB as a rule,
 * megabytes where a machine is set up so. A process that asks one question touches six places of
 * each day, and a store that is larger than memory would drive out what others want. So the kernel
 * is asked first whether something is in memory; if not, just that is read before the mapping is
 * touched. One for all files of a view. Not thread-safe.
 *
 * <p>Not for ever: keys are small, and a view that is asked again and again is better off when they
 * come by megabytes. So this is done for the first {@value #PLACES} places only, and for blocks as
 * long as one of the last {@value #BLOCKS} was not there, or one was slow to come.
 *
 * <p>What is read here is thrown away: it is in memory afterwards, and that is all. So nothing can
 * go wrong in it that would not come out when the mapping is read.
 */
final class FromDisk {
  /** So many places other than blocks: a look-up of something in ninety days. */
  static final int PLACES = 512;

  /** So many blocks, from the start and from each one on that was not there. */
  static final int BLOCKS = 64;

  /** So many from one on that was slow: mostly its thread had to wait, and no disk was read. */
  static final int SUSPECTED = 4;

  /** No block that is in memory takes so long to be copied while its thread runs. */
  static final long SLOW_NANOS = 50_000;

  private final Predicate<MappedByteBuffer> there;
  private int places = PLACES;
  private int blocks = BLOCKS;
  private byte[] bytes = new byte[0];
  private int read;

  FromDisk() {
    this(MappedByteBuffer::isLoaded);
  }

  /** With what says whether bytes are in memory. */
  FromDisk(Predicate<MappedByteBuffer> there) {
    this.there = there;
  }

  /**
   * Has bytes of a file in memory before they are touched, where that seems to pay.
   *
   * @param file of which {@code mapped} is a mapping
   */
  void place(Path file, MappedByteBuffer mapped, int from, int length) {
    if (places > 0) {
      places--;
      bring(file, mapped, from, length);
    }
  }

  /** The same of a block. */
  void block(Path file, MappedByteBuffer mapped, int from, int length) {
    if (blocks > 0) {
      blocks--;
      bring(file, mapped, from, length);
    }
  }

  /** Whether places other than blocks are still looked at one by one. */
  boolean looksAtPlaces() {
    return places > 0;
  }

  /** Says how long it took to copy a block. */
  void took(long nanos) {
    if (nanos > SLOW_NANOS) {
      blocks = Math.max(blocks, SUSPECTED);
    }
  }

  private void bring(Path file, MappedByteBuffer mapped, int from, int length) {
    if (from < 0 || length <= 0 || length > mapped.capacity() - from) {
      return; // whoever reads it will say so
    }
    if (there.test(mapped.slice(from, length))) {
      return;
    }
    // Opened each time: there may be thousands of files, and the disk takes longer.
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      if (bytes.length < length) {
        bytes = new byte[length];
      }
      in.seek(from);
      in.readFully(bytes, 0, length);
      read++;
      blocks = BLOCKS;
    } catch (IOException | UnsupportedOperationException _) {
      // Gone, perhaps, or the disk fails: the mapping tells. Or of a file system without such
      // files.
    }
  }

  /** How often something was read so. */
  int read() {
    return read;
  }
}
