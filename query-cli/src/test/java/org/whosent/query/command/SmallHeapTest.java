package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.query.Program;

/** A machine with a gigabyte gives the JVM a quarter of it, one with less still less. */
class SmallHeapTest {
  private static final int MESSAGES = 120_000;

  @TempDir Path directory;

  /**
   * Whatever waits, for its rest or for being written, takes no more for there being more of it.
   */
  @Test
  void aLogOfTransactionsThatNeverEndIsReadInSixtyFourMegabytes() throws Exception {
    Path log = directory.resolve("mail.log");
    try (BufferedWriter out = Files.newBufferedWriter(log, StandardCharsets.US_ASCII)) {
      for (int i = 0; i < MESSAGES; i++) {
        int second = i / 100;
        String stamp =
            "Nov 20 %02d:%02d:%02d mail postfix/"
                .formatted(second / 3600, second / 60 % 60, second % 60);
        String id = "%010X".formatted(1 << 28 | i * 7);
        String domain = "a-domain-of-some-length-%d.example".formatted(i % 5000);
        out.write(
            "%ssubmission/smtpd[%d]: %s: client=c.example.net[192.0.2.%d], sasl_method=PLAIN, sasl_username=user%d@%s%n"
                .formatted(stamp, 1000 + i % 9000, id, i % 250, i % 5000, domain));
        out.write("%scleanup[8]: %s: message-id=<%d.x@%s>%n".formatted(stamp, id, i, domain));
        out.write(
            "%sqmgr[77]: %s: from=<user%d@%s>, size=%d, nrcpt=1 (queue active)%n"
                .formatted(stamp, id, i % 5000, domain, 1000 + i % 9000));
      }
    }
    ProcessBuilder command =
        Program.command(
            "index", "--data", directory.resolve("data"), "--timezone", "UTC", "--year", 2026, log);
    command.command().add(1, "-Xmx64m");
    Path said = directory.resolve("said");
    Process process = command.redirectErrorStream(true).redirectOutput(said.toFile()).start();
    process.getOutputStream().close();
    int status = process.waitFor();
    String text = Files.readString(said, StandardCharsets.UTF_8);
    assertEquals(0, status, text);
    assertTrue(text.contains(" %d records made, 0 not understood".formatted(MESSAGES)), text);
    try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
      long segments = files.filter(f -> f.toString().endsWith(".records")).count();
      assertTrue(segments < 20, segments + " segments: small ones are not merged");
    }
  }
}
