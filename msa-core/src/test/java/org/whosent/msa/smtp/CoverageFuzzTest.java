package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fuzzing that follows coverage (Jazzer, libFuzzer beneath it), of commands and data, each input
 * held against {@link SessionModel}. A short run with a fixed seed here, in a process of its own;
 * {@code -Dwhosent.fuzz.seconds=N} for a longer one, {@code -Dwhosent.fuzz.corpus=DIR} to keep the
 * inputs that reached something new. What breaks is printed in Base64; it belongs into the corpus.
 */
class CoverageFuzzTest {
  @TempDir Path directory;

  private static Path resources() throws Exception {
    return Path.of(CoverageFuzzTest.class.getResource("fuzz/smtp.dict").toURI()).getParent();
  }

  @Test
  void everyInputOfTheCorpusEndsAsTheModelSays() throws Exception {
    try (Stream<Path> files = Files.list(resources().resolve("corpus"))) {
      List<Path> corpus = files.sorted().toList();
      assertTrue(corpus.size() >= 28, "the corpus is gone");
      for (Path file : corpus) {
        try {
          SessionTarget.fuzzerTestOneInput(Files.readAllBytes(file));
        } catch (AssertionError e) {
          throw new AssertionError(file.getFileName() + ": " + e.getMessage(), e);
        }
      }
    }
  }

  @Test
  void fuzzForAWhile() throws Exception {
    Integer seconds = Integer.getInteger("whosent.fuzz.seconds");
    List<String> bounds =
        seconds == null
            ? List.of("-seed=20261125", "-runs=200", "-max_total_time=60")
            : List.of("-max_total_time=" + seconds);
    List<String> command = new ArrayList<>();
    Path found =
        Path.of(System.getProperty("whosent.fuzz.corpus", directory.resolve("found").toString()));
    Files.createDirectories(found);
    Path output = directory.resolve("output");
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            // What it leaves behind when it is cut goes with the test.
            "-Djava.io.tmpdir=" + directory,
            "-XX:+EnableDynamicAgentLoading",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + SessionTarget.class.getName(),
            "--instrumentation_includes=org.whosent.msa.**",
            // The model is the measure, not what is measured.
            "--instrumentation_excludes=org.whosent.msa.smtp.SessionModel:org.whosent.msa.support.**",
            "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.RegexRoadblocks"));
    command.addAll(bounds);
    command.addAll(
        List.of(
            "-max_len=4096",
            "-dict=" + resources().resolve("smtp.dict"),
            "-artifact_prefix=" + directory + "/",
            found.toString(),
            resources().resolve("corpus").toString()));
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      int status = process.waitFor();
      String said = Files.readString(output, StandardCharsets.ISO_8859_1);
      assertEquals(0, status, said);
      assertTrue(said.matches("(?s).*Done [0-9]+ runs in [0-9]+ second.*"), said);
      said.lines()
          .filter(l -> l.startsWith("Done "))
          .forEach(l -> System.out.println("fuzz: " + l));
    } finally {
      process.destroyForcibly();
    }
  }
}
