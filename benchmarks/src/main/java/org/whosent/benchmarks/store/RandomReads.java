package org.whosent.benchmarks.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The yardstick for look-ups in a store that is larger than any cache: what the machine takes to
 * read {@value #BYTES} bytes at a random place of files that lie in memory, out of a mapping or by
 * a positioned read. Each place hangs on what was read before, so that no two reads overlap.
 * Machines differ in it, and look-ups with it.
 */
final class RandomReads {
  /** About those of a page of keys. */
  static final int BYTES = 256;

  private static final int READS = 100_000;
  private static final int ROUNDS = 3;
  private static final long LEAST = 4096;

  private RandomReads() {}

  /**
   * Nanoseconds a read.
   *
   * @param mapped the mean of the last of three rounds; first touches of pages, of which a few
   *     rounds leave most, are part of it
   * @param positioned the same of reads that copy
   */
  record Nanos(double mapped, double positioned) {}

  /** Copies bytes of one of the files. */
  private interface Reading {
    void read(int file, long place, ByteBuffer into) throws IOException;
  }

  /** Of the files below a directory; NaN where none is as large as a page. */
  static Nanos measure(Path directory) throws IOException {
    List<FileChannel> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        if (Files.size(file) >= LEAST) {
          files.add(FileChannel.open(file));
        }
      }
      if (files.isEmpty()) {
        return new Nanos(Double.NaN, Double.NaN);
      }
      List<MappedByteBuffer> mappings = new ArrayList<>();
      long[] begins = new long[files.size()];
      long bytes = 0;
      for (int i = 0; i < begins.length; i++) {
        begins[i] = bytes;
        bytes += files.get(i).size();
        mappings.add(files.get(i).map(FileChannel.MapMode.READ_ONLY, 0, files.get(i).size()));
      }
      double mapped =
          nanos(
              begins,
              bytes,
              (file, place, into) ->
                  into.put(0, mappings.get(file), (int) place, into.remaining()));
      double positioned =
          nanos(begins, bytes, (file, place, into) -> files.get(file).read(into, place));
      return new Nanos(mapped, positioned);
    } finally {
      for (FileChannel file : files) {
        file.close();
      }
    }
  }

  private static double nanos(long[] begins, long bytes, Reading reading) throws IOException {
    ByteBuffer into = ByteBuffer.allocateDirect(BYTES);
    long state = 1; // of a generator, whose places alone would soon come round again
    double nanos = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < READS; i++) {
        long place = (state >>> 8) % (bytes - BYTES);
        int at = Arrays.binarySearch(begins, place);
        int file = at < 0 ? -at - 2 : at;
        long end = file + 1 < begins.length ? begins[file + 1] : bytes;
        place = Math.min(place, end - BYTES);
        into.clear();
        reading.read(file, place - begins[file], into);
        state = (state + into.get(0)) * 6364136223846793005L + 1442695040888963407L;
      }
      nanos = (System.nanoTime() - start) / (double) READS;
    }
    return nanos;
  }
}
