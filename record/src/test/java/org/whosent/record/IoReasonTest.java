package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class IoReasonTest {
  @TempDir Path directory;

  @Test
  void theJdksExceptionsInWords() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "x");
    assertReason("no such file", () -> Files.readString(directory.resolve("none")));
    assertReason("there is something else of that name", () -> Files.createDirectories(file));
    assertReason("not a directory", () -> Files.list(file).close());
    assertReason("Not a directory", () -> Files.readString(file.resolve("below")));
    assertReason(
        "No such file or directory",
        () -> new FileInputStream(directory.resolve("none").toFile()).close());
    Files.write(directory.resolve("latin1"), new byte[] {(byte) 0xe4});
    assertReason("not UTF-8", () -> Files.readString(directory.resolve("latin1")));
  }

  /** "No such file" of one that is there sends people the wrong way. */
  @Test
  void whyAFileIsMissing() throws Exception {
    assertEquals("no such file", IoReason.ofMissing(directory.resolve("none")));
    Path loop = directory.resolve("loop");
    Files.createSymbolicLink(loop, loop);
    String looped = IoReason.ofMissing(loop);
    assertTrue(looped.startsWith("Too many levels of symbolic links"), looped);
    String odd = IoReason.ofMissing(directory.resolve("m\ufffdil.log"));
    assertTrue(odd.startsWith("no such file; one whose name is not UTF-8 is read from"), odd);
  }

  @Test
  void theFileStandsBeforeItOnce() throws Exception {
    Path none = directory.resolve("none");
    IOException missing = assertThrows(IOException.class, () -> Files.readString(none));
    assertEquals(none + ": no such file", IoReason.withFile(missing));
    assertEquals("no place", IoReason.withFile(new IOException("no place")));
  }

  @Test
  void whatIsCutOffIsThere() throws Exception {
    java.io.ByteArrayOutputStream packed = new java.io.ByteArrayOutputStream();
    try (var gzip = new java.util.zip.GZIPOutputStream(packed)) {
      gzip.write(new byte[5000]);
    }
    byte[] half = Arrays.copyOf(packed.toByteArray(), 20);
    String reason =
        IoReason.of(
            assertThrows(
                IOException.class,
                () -> new GZIPInputStream(new ByteArrayInputStream(half)).readAllBytes()));
    assertEquals("it ends in the middle: cut off, or still being written", reason);
  }

  @Test
  void neverNullNorEmptyNorANameAlone() {
    assertEquals("permission denied", IoReason.of(new AccessDeniedException(null)));
    String here = directory.resolve("none").toString();
    assertEquals("permission denied", IoReason.of(new AccessDeniedException(here)));
    assertEquals(
        "permission denied", IoReason.of(new FileNotFoundException(here + " (Permission denied)")));
    assertEquals("Read-only", IoReason.of(new FileSystemException("/x", null, "Read-only")));
    assertEquals("IOException", IoReason.of(new IOException()));
    assertEquals("IOException", IoReason.of(new IOException(" ")));
    assertEquals("Input/output error", IoReason.of(new IOException("Input/output error")));
  }

  @Test
  void whereThereIsNoRoomItSaysWhatToDoOnce() {
    String full = "No space left on device";
    String advised = full + "; make room, then do this again";
    assertEquals(advised, IoReason.of(new IOException(full)));
    assertEquals("/x: " + advised, IoReason.withFile(new FileSystemException("/x", null, advised)));
    assertEquals("/x: " + advised, IoReason.withFile(new FileSystemException("/x", null, full)));
  }

  private static void assertReason(String expected, Executable failing) {
    assertEquals(expected, IoReason.of(assertThrows(IOException.class, failing)));
  }
}
