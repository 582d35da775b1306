package org.whosent.benchmarks.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The yardstick for look-ups in a store that is larger than any cache: what the machine takes to
 * read one byte at a random place of mapped files that lie in memory. Each place hangs on what was
 * read before, so that no two reads overlap. Machines differ in it, and look-ups with it.
 */
final class RandomReads {
  private static final int READS = 100_000;
  private static final int ROUNDS = 3;
  private static final long LEAST = 4096;

  private RandomReads() {}

  /**
   * Nanoseconds a read, the mean of the last of three rounds; first touches of pages, of which a
   * few rounds leave most, are part of it. NaN where no file is as large as a page.
   */
  static double nanos(Path directory) throws IOException {
    try (Arena arena = Arena.ofConfined();
        Stream<Path> all = Files.walk(directory)) {
      List<MemorySegment> files = new ArrayList<>();
      for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        try (FileChannel channel = FileChannel.open(file)) {
          if (channel.size() >= LEAST) {
            files.add(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
          }
        }
      }
      if (files.isEmpty()) {
        return Double.NaN;
      }
      long[] begins = new long[files.size()];
      long bytes = 0;
      for (int i = 0; i < begins.length; i++) {
        begins[i] = bytes;
        bytes += files.get(i).byteSize();
      }
      long state = 1; // of a generator, whose places alone would soon come round again
      double nanos = 0;
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        for (int i = 0; i < READS; i++) {
          long place = (state >>> 8) % bytes;
          int at = Arrays.binarySearch(begins, place);
          int file = at < 0 ? -at - 2 : at;
          byte read = files.get(file).get(ValueLayout.JAVA_BYTE, place - begins[file]);
          state = (state + read) * 6364136223846793005L + 1442695040888963407L;
        }
        nanos = (System.nanoTime() - start) / (double) READS;
      }
      return nanos;
    }
  }
}
