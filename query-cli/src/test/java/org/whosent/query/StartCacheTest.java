package org.whosent.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody would notice its absence, but for tests that take twice as long. */
class StartCacheTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"search", "index"})
  void theProgramsClassesAreNotLoadedFromJars(String name) throws Exception {
    ProcessBuilder command = Program.command(name, "--data", directory.resolve("data"), "none");
    Path loaded = directory.resolve("loaded");
    command
        .command()
        .add(
            command.command().indexOf("-cp"),
            "-Xlog:class+load:file=" + loaded + ":none:filecount=0");
    Process process =
        command
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("said").toFile())
            .start();
    process.getOutputStream().close();
    assertEquals(2, process.waitFor(), Files.readString(directory.resolve("said")));
    try (Stream<String> lines = Files.lines(loaded)) {
      List<String> ours = lines.filter(line -> line.startsWith("org.whosent.")).toList();
      assertTrue(
          ours.stream().anyMatch(line -> line.contains("shared objects file")), ours::toString);
      // What the JVM spins at run time comes from neither.
      assertEquals(
          List.of(), ours.stream().filter(line -> line.contains("source: file:")).toList());
    }
  }
}
