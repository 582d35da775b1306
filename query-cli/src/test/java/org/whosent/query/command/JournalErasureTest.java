package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.fixtures.disk.FaultyFileSystem;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/** An erasure that something interrupts is run again, and then nothing of the user is left. */
class JournalErasureTest {
  private static final Instant THEN = Instant.parse("2026-11-23T10:00:00Z");
  private static final Instant END = Instant.parse("2026-11-24T00:00:00Z");

  @TempDir Path data;

  private Path segment(int number) throws IOException {
    return Files.createDirectories(data.resolve("journal"))
        .resolve("journal-20261123-000%d.jsonl".formatted(number));
  }

  private static byte[] lines(String id, String user) throws IOException {
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.time = THEN;
    b.transactionId = id;
    b.host = "msa.example.org";
    b.origin = Origin.AUTHENTICATED;
    b.user = user;
    b.subject = "secret of " + user;
    b.recipients = List.of(Recipient.of("rcpt-of-" + id + "@far.example"));
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (JournalEntry entry :
        List.of(
            new JournalEntry.Heartbeat(THEN, "msa.example.org"),
            new JournalEntry.Submission(b.build()),
            new JournalEntry.Outcome(THEN, "msa.example.org", id, b.recipients))) {
      lines.write(
          (new String(JournalCodec.encode(entry), StandardCharsets.UTF_8).strip() + "\n")
              .getBytes(StandardCharsets.UTF_8));
    }
    return lines.toByteArray();
  }

  private long erase() throws IOException {
    return new JournalErasure("mallory", END, List.of()).run(data);
  }

  private static void assertNothingLeft(Path segment, String why) throws IOException {
    String text = Files.readString(segment, StandardCharsets.ISO_8859_1);
    assertFalse(text.contains("mallory") || text.contains("rcpt-of-ID1"), why + ": " + text);
    assertTrue(text.contains("alice") && text.contains("rcpt-of-ID2"), why + ": " + text);
  }

  /** Only the submission says whose the outcome is. */
  @Test
  void outcomesAreFoundAgainAfterAFailureBehindThem() throws Exception {
    Path first = segment(1);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(lines("ID1", "mallory"));
    all.write(lines("ID2", "alice"));
    Files.write(first, all.toByteArray());
    Path unreadable = Files.createDirectory(segment(2));
    assertThrows(IOException.class, this::erase);
    Files.delete(unreadable);
    erase();
    assertNothingLeft(first, "after a failure");
    assertEquals(0, erase());
  }

  /** A page of what was written got to the disk, and the other one did not. */
  @Test
  void aLineThatIsHalfOverwrittenIsOverwrittenWhole() throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(lines("ID1", "mallory"));
    int ofMallory = all.size();
    all.write(lines("ID2", "alice"));
    byte[] before = all.toByteArray();
    Path segment = segment(1);
    Files.write(segment, before);
    assertEquals(2, erase());
    byte[] after = Files.readAllBytes(segment);
    String text = new String(before, StandardCharsets.UTF_8);
    int submission = text.indexOf('\n') + 1;
    int outcome = text.indexOf('\n', submission) + 1;
    for (int torn = submission + 1; torn < ofMallory - 1; torn += 7) {
      // Outcomes were overwritten first, and were on disk before a submission was.
      boolean inOutcome = torn > outcome;
      int line = inOutcome ? outcome : submission;
      int end = inOutcome ? ofMallory : outcome;
      for (boolean headIsNew : new boolean[] {true, false}) {
        byte[] mixed = before.clone();
        System.arraycopy(after, end, mixed, end, mixed.length - end);
        int from = headIsNew ? line : torn;
        int to = headIsNew ? torn : end;
        System.arraycopy(after, from, mixed, from, to - from);
        Files.write(segment, mixed);
        erase();
        assertNothingLeft(segment, (headIsNew ? "new until " : "new from ") + torn);
        byte[] left = Files.readAllBytes(segment);
        assertEquals(
            text.substring(ofMallory),
            new String(left, ofMallory, left.length - ofMallory, StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void whatWasPurgedDoesNotComeBackByAPowerFailure() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      Path there = Files.createDirectories(data.resolve("data-" + seed));
      Path segment = Files.write(there.resolve("journal-20261123-0001.jsonl"), new byte[100]);
      FaultyFileSystem files = new FaultyFileSystem(seed, there);
      JournalFiles.delete(List.of(files.path(segment)), false);
      files.failAt(0, false);
      assertThrows(
          IOException.class, () -> Files.createFile(files.path(there).resolve("after the end")));
      assertFalse(Files.exists(segment), "seed " + seed);
    }
  }
}
