package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.fixtures.disk.FaultyFileSystem;
import org.whosent.indexer.store.bytes.StoreFiles;

/**
 * The disk of the tests fails as one does: what it does otherwise would hide what it is to show.
 */
class FaultyDiskTest {
  @TempDir Path directory;

  private static void write(FileChannel channel, String text) throws IOException {
    StoreFiles.writeFully(channel, Path.of("file"), ByteBuffer.wrap(text.getBytes()));
  }

  @Test
  void whatIsSafeStaysAsItIsHoweverOftenSomebodyGoesOnWriting() throws IOException {
    Set<Integer> torn = new TreeSet<>();
    for (int seed = 0; seed < 40; seed++) {
      Path data = Files.createDirectories(directory.resolve("data-" + seed));
      FaultyFileSystem files = new FaultyFileSystem(seed, data);
      try (FileChannel one = open(files, data.resolve("one"));
          FileChannel other = open(files, data.resolve("other"))) {
        write(one, "safe");
        one.force(true);
        write(other, "safe");
        other.force(true);
        StoreFiles.syncDirectory(files.path(data));
        files.failAt(0, false);
        assertThrows(IOException.class, () -> write(other, "torn"));
        for (int i = 0; i < 5; i++) {
          assertThrows(IOException.class, () -> write(one, "after the end"));
          assertThrows(IOException.class, () -> write(other, "after the end"));
        }
      }
      assertArrayEquals("safe".getBytes(), Files.readAllBytes(data.resolve("one")));
      byte[] left = Files.readAllBytes(data.resolve("other"));
      assertTrue(left.length < "safetorn".length() && left.length >= 4, left.length + " bytes");
      torn.add(left.length - 4);
    }
    assertTrue(torn.size() > 1, "torn alike each time: " + torn);
  }

  private static FileChannel open(FaultyFileSystem files, Path file) throws IOException {
    return StoreFiles.open(files.path(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  @Test
  void aDirectoryIsListedAsItIsAskedFor() throws IOException {
    Path data = Files.createDirectories(directory.resolve("data"));
    Files.writeString(data.resolve("a"), "");
    Files.writeString(data.resolve("b"), "");
    Path faulty = new FaultyFileSystem(1, data).path(data);
    try (DirectoryStream<Path> some =
        Files.newDirectoryStream(faulty, file -> file.equals(faulty.resolve("b")))) {
      Set<String> names = new TreeSet<>();
      some.forEach(file -> names.add(file.getFileName().toString()));
      assertEquals(Set.of("b"), names);
    }
  }
}
