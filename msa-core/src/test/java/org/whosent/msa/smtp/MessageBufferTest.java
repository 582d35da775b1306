package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessageBufferTest {
  @TempDir Path directory;

  @Test
  void theLastOfTheDiskIsLeftToTheJournal() throws Exception {
    byte[] octets = new byte[MessageBuffer.MAX_IN_MEMORY];
    AtomicLong free = new AtomicLong(MessageBuffer.LEFT_FREE - 1);
    try (MessageBuffer small = new MessageBuffer(directory, octets.length, free::get)) {
      small.write(octets, 0, octets.length);
      assertEquals(octets.length, small.open().readAllBytes().length);
      assertThrows(IOException.class, () -> small.write(octets, 0, 1));
    }
    free.set(MessageBuffer.LEFT_FREE);
    try (MessageBuffer growing = new MessageBuffer(directory, octets.length, free::get)) {
      growing.write(octets, 0, octets.length);
      growing.write(octets, 0, octets.length);
      free.decrementAndGet();
      IOException e =
          assertThrows(IOException.class, () -> growing.write(octets, 0, octets.length));
      assertTrue(
          e.getMessage().startsWith(directory + ": less than 64 MiB are free"), e.toString());
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void allConnectionsTogetherGetAQuarterOfTheHeap() {
    for (long heap : new long[] {64 << 20, 128 << 20, 512 << 20, 8L << 30}) {
      for (int connections : new int[] {1, 100, 1000}) {
        int each = MessageBuffer.inMemory(heap, connections);
        assertTrue(each <= MessageBuffer.MAX_IN_MEMORY, each + " octets");
        assertTrue((long) each * connections <= heap / 4, each + " octets of " + heap);
      }
    }
    assertEquals(MessageBuffer.MAX_IN_MEMORY, MessageBuffer.inMemory(512 << 20, 1000));
  }
}
