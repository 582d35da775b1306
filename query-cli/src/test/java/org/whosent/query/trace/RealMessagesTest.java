package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionKeys;
import org.whosent.record.message.MessageSplitter;
import org.whosent.record.message.UnreadableMessageException;

/** Real mail that went through Postfix, with the records of its real log. */
class RealMessagesTest {
  @TempDir Path none;
  private List<SubmissionRecord> records;
  private Tracer tracer;
  private Map<String, String> truth;

  @BeforeEach
  void read() throws Exception {
    records = Corpus.records();
    tracer = Corpus.tracer(records, TransactionKeys.read(none.resolve("keys")));
    truth = Corpus.truth();
  }

  private TraceResult trace(String file) throws Exception {
    try (MessageSplitter splitter =
        new MessageSplitter(new ByteArrayInputStream(Corpus.bytes(file)))) {
      return Corpus.one(tracer, splitter.next());
    }
  }

  @Test
  void everyMessageIsTracedToWhoSubmittedIt() throws Exception {
    for (Map.Entry<String, String> row : truth.entrySet()) {
      TraceResult result = trace(row.getKey());
      if (row.getKey().startsWith("bodyonly")) {
        assertEquals(Verdict.FOREIGN, result.verdict(), row.getKey());
      } else if (row.getValue().startsWith("uid:")) {
        assertEquals(Verdict.UNAUTHENTICATED, result.verdict(), row.getKey());
        assertNull(result.user());
      } else {
        assertEquals(Verdict.IDENTIFIED, result.verdict(), row.getKey() + TraceText.render(result));
        assertTrue(row.getValue().equalsIgnoreCase(result.user()), row.getKey());
        assertEquals(
            Confidence.BY_HEADER,
            result.confidence(),
            row.getKey() + ": logs have no content to compare");
        assertTrue(result.candidates().isEmpty());
      }
    }
  }

  @Test
  void withoutTheSubmittersRecordNobodyElseIsNamed() throws Exception {
    // The day's log is incomplete: whoever's ID was copied must not step in for whoever is missing.
    for (Map.Entry<String, String> row : truth.entrySet()) {
      List<SubmissionRecord> rest =
          records.stream().filter(r -> !row.getValue().equalsIgnoreCase(r.user())).toList();
      tracer = Corpus.tracer(rest, TransactionKeys.read(none.resolve("keys")));
      TraceResult result = trace(row.getKey());
      assertNull(result.user(), row.getKey() + "\n" + TraceText.render(result));
    }
  }

  @Test
  void anothersTraceOnOnesOwnMessageBlamesNobodyElse() throws Exception {
    // Received fields of one message, the sender's own fields and body of another: all pairs.
    List<String> whole =
        List.of(
            "sink-00003.eml", "far-exim-00003.eml", "far-postfix-00000.eml", "refolded-0003.eml");
    for (String victim : whole) {
      for (String spam : whole) {
        if (!victim.equals(spam)) {
          String spliced = trace(victim, true) + trace(spam, false);
          TraceResult result = Corpus.one(tracer, spliced);
          assertTrue(
              result.user() == null || !result.user().equalsIgnoreCase(truth.get(victim)),
              victim + " framed with " + spam + "\n" + TraceText.render(result));
        }
      }
    }
  }

  private static String trace(String file, boolean head) throws Exception {
    String text = new String(Corpus.bytes(file), StandardCharsets.ISO_8859_1);
    int cut = text.indexOf("\nMessage-ID:") + 1;
    return head ? text.substring(0, cut) : text.substring(cut);
  }

  @Test
  void brokenCopiesNeverBreakUsAndNeverNameAnybodyElse() throws Exception {
    for (long seed : new long[] {7, System.nanoTime()}) {
      Random random = new Random(seed);
      for (Map.Entry<String, String> row : truth.entrySet()) {
        byte[] original = Corpus.bytes(row.getKey());
        for (int i = 0; i < 25; i++) {
          byte[] mutant = mutate(original, random);
          List<TraceResult> results = new ArrayList<>();
          try {
            results.addAll(tracer.trace(new TraceInput.Content("x", mutant)));
          } catch (UnreadableMessageException e) {
            continue;
          } catch (RuntimeException e) {
            throw new AssertionError(row.getKey() + ", seed " + seed, e);
          }
          for (TraceResult result : results) {
            assertTrue(
                result.user() == null || result.user().equalsIgnoreCase(row.getValue()),
                row.getKey() + ", seed " + seed + ", round " + i + ": " + result.user());
            TraceText.render(result).lines().forEach(RealMessagesTest::assertPrintable);
            TraceJson.line(result).chars().forEach(c -> assertTrue(c >= ' '));
            assertEquals(TraceCsv.COLUMNS.size(), TraceCsv.row(result).size());
          }
        }
      }
    }
  }

  static void assertPrintable(String line) {
    assertTrue(
        line.codePoints()
            .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT),
        line);
  }

  private static byte[] mutate(byte[] original, Random random) {
    byte[] bytes = original.clone();
    for (int n = 1 + random.nextInt(12); n > 0; n--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = '\n';
        case 2 -> {
          int length = Math.min(random.nextInt(300), bytes.length - at);
          System.arraycopy(bytes, random.nextInt(bytes.length - length + 1), bytes, at, length);
        }
        default ->
            bytes = java.util.Arrays.copyOf(bytes, Math.max(1, bytes.length - random.nextInt(99)));
      }
    }
    return bytes;
  }
}
