package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By which name the commands that answer speak of the data directory. */
class DataOptionTest {
  @TempDir Path directory;

  @Test
  void withoutDots() throws Exception {
    Path data = Files.createDirectories(directory.resolve("data"));
    Path other = Files.createDirectories(directory.resolve("other/inner"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), other);
    assertEquals(data, existing(directory + "/./other/../data"));
    assertEquals(data, existing(directory + "/other/inner/../../data"));
    assertEquals(link, existing(directory + "/other/../link"));
    // What is above a link's target, though a directory of that name is beside the link.
    Files.createDirectories(directory.resolve("above"));
    Path above = Files.createDirectories(directory.resolve("other/above"));
    assertEquals(above.toRealPath(), existing(link + "/../above"));
    assertEquals(Path.of("").toRealPath(), existing("."));
  }

  /** A name without dots stays what it is, relative or a link. */
  @Test
  void asItWasNamed() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
    assertEquals(link, existing(link.toString()));
    assertEquals(Path.of("src"), existing("src"));
  }

  private static Path existing(String name) throws Exception {
    return new DataOption(Path.of(name)).existing();
  }
}
