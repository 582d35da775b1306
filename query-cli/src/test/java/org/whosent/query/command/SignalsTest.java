package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.query.Program;

/** What a signal leaves behind, and what the exit status says then. */
class SignalsTest {
  private static final String LINE =
      "2026-11-23T15:52:45.000000+00:00 mx1 postfix/submission/smtpd[12]: %s:"
          + " client=unknown[192.0.2.1], sasl_method=PLAIN, sasl_username=alice\n";

  @TempDir Path directory;

  private static void signal(Process process, String name) throws Exception {
    assertEquals(0, kill(process, name));
  }

  /** Exit status of kill(1), which is not 0 where the process has ended. */
  private static int kill(Process process, String name) throws Exception {
    String number = String.valueOf(process.pid());
    return new ProcessBuilder("kill", "-" + name, number).start().waitFor();
  }

  /** "whosent index LOG && rm LOG" must not take it for done. */
  @Test
  void anIndexThatWasStoppedHasNotReadAll() throws Exception {
    Path data = directory.resolve("data");
    Path said = directory.resolve("said");
    Process index =
        Program.command("index", "--data", data, "-").redirectError(said.toFile()).start();
    // More than any buffer on the way holds: when it is written, the first lines have been read.
    Writer log = index.outputWriter();
    for (int i = 0; i < 60_000; i++) {
      log.write(LINE.formatted(id(i)));
    }
    log.flush();
    signal(index, "TERM");
    assertTrue(index.waitFor(300, TimeUnit.SECONDS));
    assertEquals(2, index.exitValue(), Files.readString(said));
    assertTrue(Files.readString(said).contains("stopped by a signal"), Files.readString(said));
    assertEquals(0, Program.run("search", "--data", data, "--id", id(0)).status());
  }

  /** Keys, passwords' hashes and a journal are in it. */
  @Test
  void aDemoThatWasStoppedLeavesNothing() throws Exception {
    ProcessBuilder command = Program.command("demo");
    command.environment().put("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + directory);
    Process demo;
    List<String> midst;
    int tries = 0;
    do { // until one is stopped before it is done
      demo = command.redirectErrorStream(true).start();
      try (BufferedReader out = demo.inputReader()) {
        String line;
        do {
          line = out.readLine();
        } while (line != null && !line.startsWith("2. "));
        kill(demo, "STOP");
        midst = temporary();
        kill(demo, "TERM");
        kill(demo, "CONT");
        assertTrue(demo.waitFor(300, TimeUnit.SECONDS));
      }
    } while ((midst.isEmpty() || demo.exitValue() == 0) && ++tries < 20);
    assertEquals(List.of("whosent-demo"), midst);
    assertEquals(143, demo.exitValue());
    assertEquals(List.of(), temporary());
  }

  private List<String> temporary() throws Exception {
    return names(directory).stream()
        .filter(name -> name.startsWith("whosent-"))
        .map(name -> name.replaceFirst("[0-9]+$", ""))
        .toList();
  }

  @Test
  void anExportThatWasStoppedLeavesNobodysData() throws Exception {
    Path data = directory.resolve("data");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 30_000; i++) {
      lines.append(LINE.formatted(id(i)));
    }
    Path log = Files.writeString(directory.resolve("mail.log"), lines);
    assertEquals(0, Program.run("index", "--data", data, log).status());
    Path exports = Files.createDirectory(directory.resolve("exports"));
    Path said = directory.resolve("said");
    Process export;
    List<String> midst;
    int tries = 0;
    do { // until one is stopped before it is done
      Files.deleteIfExists(exports.resolve("all.csv"));
      export =
          Program.command("export", "--data", data, "--to", exports.resolve("all.csv"))
              .redirectError(said.toFile())
              .start();
      while (names(exports).isEmpty() && export.isAlive()) {
        Thread.onSpinWait();
      }
      kill(export, "STOP");
      midst = names(exports);
      kill(export, "TERM");
      kill(export, "CONT");
      assertTrue(export.waitFor(300, TimeUnit.SECONDS));
      // Which may be between the signal and its being heard, too.
    } while (names(exports).contains("all.csv") && ++tries < 20);
    assertEquals(1, midst.size(), Files.readString(said));
    assertTrue(midst.getFirst().matches("all\\.csv\\.[0-9a-f]{8}\\.part"), midst.toString());
    assertEquals(143, export.exitValue(), Files.readString(said));
    assertEquals(List.of(), names(exports));
  }

  /** Whoever has read enough and presses Ctrl-C has seen those records all the same. */
  @Test
  void whatASignalCutOffIsInTheAccessLogAsFarAsItGot() throws Exception {
    Path data = directory.resolve("data");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 30_000; i++) {
      lines.append(LINE.formatted(id(i)));
    }
    Path log = Files.writeString(directory.resolve("mail.log"), lines);
    assertEquals(0, Program.run("index", "--data", data, log).status());
    Process search = Program.command("search", "--data", data, "--output", "csv").start();
    BufferedReader out = search.inputReader();
    out.readLine();
    signal(search, "TERM");
    assertTrue(search.waitFor(300, TimeUnit.SECONDS));
    assertEquals(143, search.exitValue());
    long seen = out.lines().count() - 1; // the last one is cut

    Program.Result looks =
        Program.run("access-log", "--data", data, "--shown", "ALICE", "--output", "json");
    JsonNode look = new ObjectMapper().readTree(looks.out());
    assertTrue(look.get("shown").asLong() >= seen && seen > 0, seen + ": " + look);
    assertTrue(look.get("shown").asLong() < 30_000, look.toString());
    assertEquals("[\"alice\"]", look.get("users").toString());
    assertTrue(look.get("status").isNull(), look.toString());
    String text = Program.run("access-log", "--data", data).out();
    assertTrue(text.contains(" shown of alice, then a signal ended it"), text);
  }

  private static String id(int i) {
    return "4jY9Sc3Vm" + (100_000 + i);
  }

  private static List<String> names(Path directory) throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
