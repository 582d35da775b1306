package org.whosent.msa.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.auth.UserLimits;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/** What a restart counts again, from journals whole and broken. */
class RateReplayTest {
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
  @TempDir Path journal;

  private static Recipient recipient(String address, Outcome outcome) {
    return new Recipient(address, null, false, outcome, null, null, null, null, null);
  }

  private static byte[] submission(String id, String user, Instant time, int recipients) {
    SubmissionRecord.Builder record = new SubmissionRecord.Builder();
    record.transactionId = id;
    record.host = "msa.example.org";
    record.time = time;
    record.user = user;
    record.recipients =
        java.util.stream.IntStream.range(0, recipients)
            .mapToObj(i -> recipient("r" + i + "@b.example", null))
            .toList();
    return JournalCodec.encode(new JournalEntry.Submission(record.build()));
  }

  private static byte[] outcome(String id, Outcome... outcomes) {
    List<Recipient> recipients =
        java.util.Arrays.stream(outcomes).map(o -> recipient("r@b.example", o)).toList();
    return JournalCodec.encode(new JournalEntry.Outcome(NOW, "msa.example.org", id, recipients));
  }

  private Path write(String name, byte[]... lines) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] line : lines) {
      out.writeBytes(line);
      out.write('\n');
    }
    Path file = Files.write(journal.resolve(name), out.toByteArray());
    return Files.setLastModifiedTime(file, FileTime.from(NOW));
  }

  private static UserLimits perDay(long messages, long recipients) {
    long no = UserLimits.UNLIMITED;
    return new UserLimits(no, messages, no, recipients, no);
  }

  @Test
  void theLastDayAndNothingElse() throws Exception {
    Instant hourAgo = NOW.minusSeconds(3600);
    write(
        "journal-20261122-0001.jsonl",
        submission("A", "alice", NOW.minus(Duration.ofHours(25)), 1),
        submission("B", "alice", NOW.minus(Duration.ofHours(23)), 2),
        outcome("B", Outcome.DELIVERED, Outcome.DEFERRED));
    write(
        "journal-20261123-0001.jsonl",
        JournalCodec.encode(new JournalEntry.Heartbeat(NOW, "msa.example.org")),
        submission("C", "ALICE", hourAgo, 3),
        outcome("C", Outcome.DEFERRED, Outcome.DEFERRED),
        submission("D", "alice", hourAgo, 4),
        outcome("D", Outcome.UNKNOWN),
        submission("E", null, hourAgo, 5),
        submission("F", "alice", hourAgo, 6),
        "{\"v\":1,\"type\":\"submission\",\"time\"".getBytes(StandardCharsets.UTF_8),
        new byte[] {0, -1, '{'},
        new byte[0],
        "x".repeat(17 << 20).getBytes(StandardCharsets.UTF_8),
        submission("G", "alice", hourAgo, 7),
        submission("H", "mallory", Instant.parse("9999-01-01T00:00:00Z"), 1));
    Files.writeString(journal.resolve("notes.txt"), "not a journal");
    UserRates rates = new UserRates();
    // B, D, F and G: 2 + 4 + 6 + 7 recipients
    assertEquals(5, RateReplay.run(journal, rates, NOW));
    assertNotNull(rates.refusal("mallory", perDay(1, 1), NOW, 1));
    assertNull(rates.refusal("alice", perDay(5, 20), NOW, 1));
    assertNotNull(rates.refusal("alice", perDay(4, 20), NOW, 1));
    assertNotNull(rates.refusal("alice", perDay(5, 19), NOW, 1));
    assertEquals(0, RateReplay.run(journal.resolve("absent"), new UserRates(), NOW));
  }

  @Test
  void damageNeverStopsTheStart() throws Exception {
    for (long seed : new long[] {5, System.nanoTime()}) {
      Random random = new Random(seed);
      byte[] good = submission("A", "alice", NOW, 3);
      byte[][] lines = new byte[300][];
      for (int i = 0; i < lines.length; i++) {
        lines[i] = good.clone();
        for (int n = random.nextInt(4); n > 0; n--) {
          lines[i][random.nextInt(good.length)] = (byte) random.nextInt(256);
        }
      }
      write("journal-20261123-0001.jsonl", lines);
      long counted = RateReplay.run(journal, new UserRates(), NOW);
      assertEquals(true, counted > 0 && counted <= 300, "seed " + seed + ": " + counted);
    }
  }
}
