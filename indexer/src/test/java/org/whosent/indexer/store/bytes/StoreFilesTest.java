package org.whosent.indexer.store.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.record.IoReason;

class StoreFilesTest {
  @TempDir Path directory;

  @Test
  void whatIsThereIsNotOverwritten() throws IOException {
    Path from = Files.writeString(directory.resolve("made"), "new");
    Path file = Files.writeString(directory.resolve("there"), "old");
    String line = file + ": is there already and stays as it is: somebody else may be writing";
    for (Executable each :
        List.<Executable>of(
            () -> StoreFiles.create(file).close(), () -> StoreFiles.place(from, file))) {
      String said = IoReason.withFile(assertThrows(IOException.class, each));
      assertTrue(said.startsWith(line), said);
      assertEquals("old", Files.readString(file));
    }
    Files.delete(file);
    StoreFiles.place(from, file);
    assertEquals("new", Files.readString(file));
    StoreFiles.create(from).close();
    assertEquals("", Files.readString(from));
  }

  /** As where somebody has put {@code days} on another disk and a link in its place. */
  @Test
  void whoSpreadsADataDirectoryOverTwoFileSystemsIsToldSo() throws Exception {
    Path other = Path.of("/dev/shm");
    assumeTrue(
        Files.isWritable(other) && !Files.getFileStore(other).equals(Files.getFileStore(directory)),
        "SKIPPED: there is no second file system");
    Path there = Files.createTempDirectory(other, "whosent");
    try {
      Path from = Files.writeString(directory.resolve("made"), "x");
      Path to = there.resolve("placed");
      IOException e = assertThrows(IOException.class, () -> StoreFiles.move(from, to));
      assertEquals(
          to + ": is on another file system than " + from + "; a data directory must be on one",
          IoReason.withFile(e));
    } finally {
      Files.delete(there);
    }
  }
}
