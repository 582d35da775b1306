package org.whosent.indexer.store.bytes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same bytes come from an open file and from a mapping, and none from elsewhere. */
class SegmentBytesTest {
  /** More than is read at once. */
  private static final int LENGTH = 700_000;

  @TempDir Path directory;
  private Path file;
  private final byte[] all = new byte[LENGTH];

  @BeforeEach
  void write() throws IOException {
    new Random(1).nextBytes(all);
    file = Files.write(directory.resolve("file"), all);
  }

  private void readsTheSame(SegmentBytes bytes) throws IOException {
    Random random = new Random(2);
    for (int i = 0; i < 300; i++) {
      int from = random.nextInt(LENGTH + 1);
      int most = random.nextInt(4) == 0 ? LENGTH : 300;
      int count = random.nextInt(Math.min(most, LENGTH - from) + 1);
      assertArrayEquals(Arrays.copyOfRange(all, from, from + count), bytes.copy(from, count));
      byte[] into = new byte[count + 2];
      bytes.read(from, into, 1, count);
      assertArrayEquals(
          Arrays.copyOfRange(all, from, from + count), Arrays.copyOfRange(into, 1, count + 1));
      assertEquals(0, into[0] + into[count + 1]);
    }
    ByteBuffer mapped = bytes.map(11, 400);
    assertEquals(ByteBuffer.wrap(all, 11, 400), mapped);
    long[][] beyond = {
      {-1, 1},
      {0, LENGTH + 1},
      {LENGTH, 1},
      {LENGTH - 3, 4},
      {5, -1},
      {Long.MAX_VALUE, 1},
      {Long.MIN_VALUE, 1},
      {1L << 32, 1},
      {1, Integer.MAX_VALUE}
    };
    for (long[] place : beyond) {
      assertThrows(IOException.class, () -> bytes.copy(place[0], (int) place[1]));
      assertThrows(IOException.class, () -> bytes.read(place[0], new byte[9], 0, (int) place[1]));
    }
  }

  @Test
  void deletedOrNotFromFileOrMapping() throws IOException {
    for (Quota quota : new Quota[] {new Quota(), SpentQuota.spent()}) {
      try (SegmentBytes bytes = new SegmentBytes(file, LENGTH, quota)) {
        assertEquals(LENGTH, bytes.length());
        readsTheSame(bytes);
        Files.delete(file);
        readsTheSame(bytes); // a purge was faster: whoever has it open goes on
      }
      Files.write(file, all);
    }
  }

  @Test
  void noMoreFilesAreOpenThanAllowed() throws IOException {
    Quota quota = new Quota();
    SegmentBytes[] open = new SegmentBytes[Quota.FILES];
    for (int i = 0; i < open.length; i++) {
      open[i] = new SegmentBytes(file, LENGTH, quota);
    }
    assertFalse(quota.openFile());
    try (SegmentBytes mapped = new SegmentBytes(file, LENGTH, quota)) {
      readsTheSame(mapped);
    }
    assertFalse(quota.openFile(), "one that is mapped was not counted");
    open[7].close();
    open[7].close();
    assertTrue(quota.openFile());
    assertFalse(quota.openFile(), "closed twice, given back once");
    for (SegmentBytes each : open) {
      each.close();
    }
  }

  @Test
  void anInterruptIsNoDamage() throws IOException {
    try (SegmentBytes bytes = new SegmentBytes(file, LENGTH, new Quota())) {
      for (int i = 0; i < 3; i++) {
        Thread.currentThread().interrupt();
        assertArrayEquals(Arrays.copyOfRange(all, 0, 300), bytes.copy(0, 300));
        assertTrue(Thread.interrupted(), "who interrupted is still heard");
        readsTheSame(bytes);
      }
    } finally {
      Thread.interrupted();
    }
  }

  @Test
  void anotherLengthIsTold() throws IOException {
    Quota quota = new Quota();
    for (int i = 0; i < 2 * Quota.FILES; i++) {
      assertThrows(IOException.class, () -> new SegmentBytes(file, LENGTH + 1, quota));
      assertThrows(
          NoSuchFileException.class, () -> new SegmentBytes(directory.resolve("no"), 1, quota));
    }
    assertTrue(quota.openFile(), "what was not opened was not counted");
    try (SegmentBytes any = new SegmentBytes(file, -1, quota)) {
      readsTheSame(any);
    }
  }
}
