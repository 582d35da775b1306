package org.whosent.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The systemd units say what systemd understands; {@link PackagedIT} tries the installed tree. */
class PackagingTest {
  private static final Path TOP = Path.of(System.getProperty("whosent.root"));
  private static final Path UNITS = TOP.resolve("packaging/systemd");

  @TempDir Path directory;

  private String run(String... command) throws Exception {
    Path out = directory.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    try {
      int exit = builder.start().waitFor();
      return exit + "\n" + Files.readString(out);
    } catch (IOException e) {
      return "absent";
    }
  }

  private static List<Path> services() throws IOException {
    try (Stream<Path> files = Files.list(UNITS)) {
      List<Path> services = files.filter(f -> f.toString().endsWith(".service")).toList();
      assertEquals(3, services.size());
      return services;
    }
  }

  @Test
  void unitsAreUnderstoodAndTight() throws Exception {
    assumeTrue(
        run("systemd-analyze", "--version").startsWith("0"),
        "SKIPPED: systemd-analyze is not installed");
    // The commands need not be there: names of programs that are stand for them.
    for (Path unit : services()) {
      Path copy = directory.resolve(unit.getFileName());
      Files.writeString(
          copy,
          Files.readString(unit)
              .replace("=/usr/bin/whosent ", "=/bin/true ")
              .replace("Documentation=file:", "#"));
      String verified = run("systemd-analyze", "verify", copy.toString());
      assertTrue(
          verified.lines().noneMatch(line -> line.contains(unit.getFileName().toString())),
          verified);
      String security =
          run("systemd-analyze", "security", "--offline=true", "--threshold=20", copy.toString());
      assertTrue(security.startsWith("0\n"), security);
    }
  }

  /** As systemd would run it, over a command that fails as it is told to. */
  @Test
  void daysArePackedAlsoWhenAPurgeFailsAndTheUnitFailsThen() throws Exception {
    String unit = Files.readString(UNITS.resolve("whosent-purge.service"));
    List<String> starts = unit.lines().filter(line -> line.startsWith("ExecStart=")).toList();
    assertEquals(1, starts.size());
    Path command = directory.resolve("whosent");
    Path done = directory.resolve("done");
    for (String how : List.of("0 0", "2 0", "0 2", "2 2")) {
      String[] each = how.split(" ");
      Files.writeString(
          command,
          "#!/bin/sh\necho $1 >> %s\n[ $1 = purge ] && exit %s\nexit %s\n"
              .formatted(done, each[0], each[1]));
      assertTrue(command.toFile().setExecutable(true));
      Files.deleteIfExists(done);
      String line =
          starts
              .getFirst()
              .substring("ExecStart=".length())
              .replace("$$", "$")
              .replace("/usr/bin/whosent", command.toString());
      String ended = run("/bin/sh", "-c", line);
      assertEquals("purge\nseal\n", Files.readString(done), ended);
      assertTrue(ended.startsWith(how.equals("0 0") ? "0\n" : "2\n"), how + ": " + ended);
    }
  }
}
