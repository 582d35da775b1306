package org.whosent.indexer.store.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.fixtures.disk.FaultyFileSystem;

class FromDiskTest {
  private static final int LENGTH = 10_000;

  @TempDir Path directory;
  private Path file;
  private MappedByteBuffer mapped;
  private int asked;

  @BeforeEach
  void map() throws IOException {
    file = Files.write(directory.resolve("file"), new byte[LENGTH]);
    try (FileChannel channel = FileChannel.open(file)) {
      mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, LENGTH);
    }
  }

  private FromDisk fromDisk(boolean there) {
    return new FromDisk(
        bytes -> {
          asked++;
          return there;
        });
  }

  /** A store may lie on a file system of another provider, as in tests of faults. */
  @Test
  void aPathThatIsNoFileOfTheSystemIsLeftToTheMapping() throws IOException {
    Path other = new FaultyFileSystem(1, directory).path(file);
    FromDisk fromDisk = fromDisk(false);
    fromDisk.place(other, mapped, 0, 28);
    fromDisk.block(other, mapped, 0, 28);
    assertEquals(2, asked);
    assertEquals(0, fromDisk.read());
  }

  @Test
  void whatIsNotThereIsReadAndNotForEver() {
    FromDisk fromDisk = fromDisk(false);
    for (int i = 0; i < 2 * FromDisk.PLACES; i++) {
      fromDisk.place(file, mapped, i, 28);
    }
    assertEquals(FromDisk.PLACES, fromDisk.read());
    // Blocks are, as long as they are not there.
    for (int i = 0; i < 5 * FromDisk.BLOCKS; i++) {
      fromDisk.block(file, mapped, i, LENGTH - i);
    }
    assertEquals(FromDisk.PLACES + 5 * FromDisk.BLOCKS, fromDisk.read());
  }

  @Test
  void whatIsThereIsNotReadAndSoonNotAskedFor() {
    FromDisk fromDisk = fromDisk(true);
    for (int i = 0; i < 3 * FromDisk.BLOCKS; i++) {
      fromDisk.block(file, mapped, 0, LENGTH);
      fromDisk.took(FromDisk.SLOW_NANOS); // not longer
    }
    assertEquals(FromDisk.BLOCKS, asked);
    fromDisk.took(FromDisk.SLOW_NANOS + 1);
    for (int i = 0; i < 3 * FromDisk.BLOCKS; i++) {
      fromDisk.block(file, mapped, 0, LENGTH);
    }
    assertEquals(FromDisk.BLOCKS + FromDisk.SUSPECTED, asked);
    assertEquals(0, fromDisk.read());
  }

  /** A damaged directory names such places, and a purge is faster at times. */
  @Test
  void whatCannotBeReadIsLeftToWhoeverReadsIt() throws IOException {
    FromDisk fromDisk = fromDisk(false);
    int[][] beyond = {
      {-1, 5}, {LENGTH, 1}, {LENGTH - 4, 5}, {5, -1}, {0, 0}, {5, Integer.MAX_VALUE}
    };
    for (int[] place : beyond) {
      fromDisk.place(file, mapped, place[0], place[1]);
      fromDisk.block(file, mapped, place[0], place[1]);
    }
    Files.delete(file);
    fromDisk.place(file, mapped, 0, LENGTH);
    assertEquals(0, fromDisk.read());
  }
}
