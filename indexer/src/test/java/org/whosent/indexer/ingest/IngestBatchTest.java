package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.ingest.input.Hashes;
import org.whosent.indexer.ingest.input.LineInput;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/** When it is time to commit, and whose work the lines' hashes are. */
class IngestBatchTest {

  @Test
  void aCommitIsDueAfterSoManyLines() throws IOException {
    try (IngestBatch work = new IngestBatch(Fixtures.store(), 3, Duration.ZERO)) {
      for (int i = 0; i < 2; i++) {
        assertFalse(work.lineRead());
        assertFalse(work.lineRead());
        assertTrue(work.lineRead());
        assertTrue(work.lineRead(), "until there is one");
        work.commitSoon();
      }
    }
  }

  @Test
  void notBeforeItsTimeHoweverManyLines() throws IOException {
    try (IngestBatch work = new IngestBatch(Fixtures.store(), 3, Duration.ofDays(1))) {
      for (int i = 0; i < 100_000; i++) {
        assertFalse(work.lineRead());
      }
    }
  }

  /** The thread that reads hashes when it is ahead; the one that stores hashes the rest. */
  @Test
  void bothThreadsHashAlike() throws Exception {
    String[] lines = {"first", "second, of two messages", ""};
    byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII);
    ReadFacts ahead = read(bytes, lines.length);
    ReadFacts behind = read(bytes, lines.length);
    ahead.hash(new Hashes());
    Hashes hashes = new Hashes();
    assertEquals(2 * lines.length, ahead.said().size());
    long offset = 0;
    for (int i = 0; i < ahead.said().size(); i++) {
      String line = lines[i / 2];
      byte[] sha256 =
          MessageDigest.getInstance("SHA-256").digest(line.getBytes(StandardCharsets.US_ASCII));
      String hash = HexFormat.of().formatHex(Arrays.copyOf(sha256, 8));
      SourceLine expected = new SourceLine("mail.log", offset, hash);
      for (ReadFacts read : List.of(ahead, behind)) {
        assertEquals(expected, read.source(read.said().get(i), hashes));
      }
      offset += i % 2 == 0 ? 0 : line.length() + 1;
    }
  }

  /** Two facts a line. */
  private static ReadFacts read(byte[] bytes, int lines) throws IOException {
    ReadFacts read = new ReadFacts("mail.log", new Tally("mail.log"), ReadFacts.room());
    try (LineInput in = new LineInput(new ByteArrayInputStream(bytes), 0)) {
      for (int i = 0; i < lines; i++) {
        assertEquals(LineInput.Found.LINE, in.next());
        for (int j = 0; j < 2; j++) {
          SubmissionRecord.Builder facts = new SubmissionRecord.Builder();
          facts.time = Instant.EPOCH;
          facts.transactionId = "A" + i + j;
          facts.host = "mail";
          read.add(facts, in, new LogCounts.Count());
        }
      }
    }
    return read;
  }
}
