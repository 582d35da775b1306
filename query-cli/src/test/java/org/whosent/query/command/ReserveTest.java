package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.query.Program;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/** On a small disk, which root may mount: who has no room must be able to forget. */
class ReserveTest {
  @TempDir Path mounted;
  private Path data;

  @BeforeEach
  void mount() throws Exception {
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=32m", "whosent", mounted.toString()) == 0,
        "SKIPPED: nothing can be mounted");
    data = Files.createDirectories(mounted.resolve("data"));
    Instant then = Instant.now().minus(Duration.ofDays(12));
    String day =
        DateTimeFormatter.BASIC_ISO_DATE.format(then.atOffset(ZoneOffset.UTC).toLocalDate());
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.time = then;
    b.transactionId = "ID1";
    b.host = "msa.example.org";
    b.origin = Origin.AUTHENTICATED;
    b.user = "mallory";
    String line =
        new String(
            JournalCodec.encode(new JournalEntry.Submission(b.build())), StandardCharsets.UTF_8);
    Path segment =
        Files.writeString(
            Files.createDirectories(data.resolve("journal"))
                .resolve("journal-" + day + "-0000.jsonl"),
            line.strip() + "\n");
    assertEquals(0, Program.run("index", "--data", data, segment).status());
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", mounted.toString());
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(List.of(command))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  /** Ever smaller files, until none has room. */
  private void fill() throws IOException {
    byte[] bytes = new byte[1 << 16];
    for (int i = 0; i < 10_000; i++) {
      Path file = mounted.resolve("filler-" + i);
      try {
        Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
      } catch (IOException e) {
        if (bytes.length == 1) {
          return;
        }
        bytes = new byte[Math.max(1, bytes.length / 16)];
      }
    }
  }

  @Test
  void purgeMakesRoomWhereThereIsNone() throws Exception {
    assertEquals(0, Program.run("purge", "--data", data).status());
    fill();
    Program.Result hold = Program.run("hold", "add", "--data", data, "--name", "h", "--user", "u");
    assertEquals(2, hold.status(), hold.err());
    assertTrue(hold.err().endsWith("make room, then do this again\n"), hold.err());
    Program.Result purged = Program.run("purge", "--data", data, "--retention", "8d");
    assertEquals(0, purged.status(), purged.err());
    assertTrue(purged.out().startsWith("purged 1 day"), purged.out());
    assertEquals(1, Program.run("verify", "--data", data).status(), "nothing is left, and sound");
  }

  @Test
  void aDryRunLeavesNone() throws Exception {
    assertEquals(0, Program.run("purge", "--data", data, "--dry-run").status());
    assertFalse(Files.exists(data.resolve("reserve")));
  }

  /** Whoever searches the files for a name that was purged is not to find it by chance. */
  @Test
  void thereIsNoTextInIt() throws Exception {
    assertEquals(0, Program.run("purge", "--data", data).status());
    for (byte each : Files.readAllBytes(data.resolve("reserve").resolve("0"))) {
      assertTrue(each < 0);
    }
  }

  @Test
  void erasureTooAndTheReserveIsThereAgainOnceThereIsRoom() throws Exception {
    assertEquals(0, Program.run("purge", "--data", data).status());
    fill();
    Program.Result erased = Program.run("erase", "--data", data, "--user", "mallory");
    assertEquals(0, erased.status(), erased.err());
    assertTrue(erased.err().contains("1 record erased"), erased.err());
    Files.delete(mounted.resolve("filler-0"));
    for (int i = 1; Files.exists(mounted.resolve("filler-" + i)); i++) {
      Files.delete(mounted.resolve("filler-" + i));
    }
    assertEquals(0, Program.run("purge", "--data", data).status());
    assertTrue(Files.size(data.resolve("reserve").resolve("63")) > 0);
  }
}
