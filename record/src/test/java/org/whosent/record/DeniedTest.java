package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Root may open everything, and tests may run as root: so it is said here what may not be. */
class DeniedTest {
  @TempDir Path directory;
  private Path file;
  private String self;
  private String whose;

  @BeforeEach
  void make() throws Exception {
    file = Files.writeString(directory.resolve("MANIFEST"), "");
    mode(file, "rw-------");
    mode(directory, "rwx------");
    PosixFileAttributes attributes =
        Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    self = attributes.owner().getName();
    whose = self + ":" + attributes.group().getName();
  }

  private static void mode(Path path, String mode) throws Exception {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private static Predicate<Path> allBut(Path... shut) {
    return path -> !Set.of(shut).contains(path);
  }

  private String asAnother() {
    return self.equals("root") ? "run this as root" : "run this as " + self + ", or as root";
  }

  @Test
  void whoIsNotTheOwnerLearnsWhoIs() {
    assertEquals(
        ": it belongs to " + whose + ", mode rw-------; " + asAnother(),
        Denied.advice(file.toString(), "somebody", allBut(file)));
  }

  @Test
  void aDirectoryThatIsShutIsNamed() {
    String expected = ": %s belongs to %s, mode rwx------; ".formatted(directory, whose);
    assertEquals(
        expected + asAnother(),
        Denied.advice(file.toString(), "somebody", allBut(directory)),
        "where a file may not be deleted");
    assertEquals(
        expected + asAnother(),
        Denied.advice(
            directory.resolve("days/2026-11-21").toString(), "somebody", allBut(directory)),
        "where one may not be made");
  }

  @Test
  void theOwnerLearnsTheMode() throws Exception {
    mode(file, "-w-------");
    assertEquals(
        ": it is yours, mode -w-------; give yourself the right to it with chmod",
        Denied.advice(file.toString(), self, allBut(file)));
  }

  @Test
  void whatOwnerAndModeDoNotExplainIsNotExplained() {
    assertEquals("", Denied.advice(file.toString(), "somebody", allBut()));
    assertEquals("", Denied.advice(null, "somebody", allBut(file)));
    assertEquals("", Denied.advice("\0", "somebody", allBut(file)));
    String odd = Denied.advice(file.toString(), self, allBut(file));
    assertTrue(odd.isEmpty(), odd);
  }
}
