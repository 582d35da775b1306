package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The quick reader of journal lines says what the codec says, of good lines and bad ones. */
class JournalLineReaderTest {
  private final JournalLineReader reader = new JournalLineReader();

  private static Object codec(byte[] line) {
    try {
      return JournalCodec.decode(line);
    } catch (BadLineException e) {
      return "bad: " + e.getMessage();
    }
  }

  private Object quick(byte[] line) {
    // Something behind the line, as in a reader's buffer.
    byte[] buffer = Arrays.copyOf(line, line.length + 40);
    Arrays.fill(buffer, line.length, buffer.length, (byte) '"');
    try {
      JournalEntry entry = reader.read(buffer, line.length);
      SubmissionRecord.Builder facts = reader.submission(buffer, line.length);
      if (facts != null) {
        assertEquals(new JournalEntry.Submission(facts.build()), entry);
      }
      return entry;
    } catch (BadLineException e) {
      assertBad(buffer, line.length);
      return "bad: " + e.getMessage();
    }
  }

  private void assertBad(byte[] buffer, int length) {
    try {
      assertNull(reader.submission(buffer, length));
    } catch (BadLineException _) {
      // as it should be
    }
  }

  private static List<byte[]> lines() {
    SubmissionRecord.Builder plain = Records.full().toBuilder();
    plain.user = "alice@example.org";
    plain.subject = "h\u00e9llo \ud83d\ude00";
    plain.aliases = List.of();
    plain.continuations = List.of();
    plain.provenance = List.of();
    List<byte[]> lines = new ArrayList<>();
    lines.add(JournalCodec.encode(new JournalEntry.Submission(plain.build())));
    lines.add(JournalCodec.encode(new JournalEntry.Submission(Records.full())));
    lines.add(
        JournalCodec.encode(
            new JournalEntry.Outcome(
                Records.NOON,
                "mail.example.org",
                "ID1",
                List.of(Recipient.of("b@example.net"), Records.full().recipients().getFirst()))));
    lines.add(JournalCodec.encode(new JournalEntry.Outcome(Records.NOON, "m", "ID1", List.of())));
    List<Recipient> together = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      // One hand-over: values as in the recipient before, save where they begin alike or are gone.
      together.add(
          new Recipient(
              "r" + i + "@example.net",
              null,
              false,
              i == 5 ? Outcome.DEFERRED : Outcome.DELIVERED,
              i % 4 == 0 ? null : "2.0.0",
              "250 queued as 4b" + (i == 7 ? "" : i == 9 ? "ab" : "a"),
              i == 11 ? "h\u00e9llo" : "127.0.0.1:25",
              i == 13 ? null : "4ba",
              Records.NOON.plusSeconds(i / 10)));
    }
    lines.add(JournalCodec.encode(new JournalEntry.Outcome(Records.NOON, "m", "ID1", together)));
    lines.add(JournalCodec.encode(new JournalEntry.Heartbeat(Records.NOON, "m")));
    return lines;
  }

  @Test
  void itReadsWhatTheCodecWrites() {
    for (byte[] line : lines()) {
      assertEquals(codec(line), quick(line), new String(line, StandardCharsets.UTF_8));
      assertTrue(quick(line) instanceof JournalEntry);
      assertEquals(quick(line) instanceof JournalEntry.Submission, isSubmission(line));
    }
  }

  private boolean isSubmission(byte[] line) {
    try {
      return reader.submission(line, line.length) != null;
    } catch (BadLineException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void nothingChangedOrCutReadsOtherwiseThanByTheCodec() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] telling =
        "\"\\{}[],:0123456789-+.eE \t\ntruefalsnTZ\u0000\u007f".getBytes(StandardCharsets.UTF_8);
    for (byte[] whole : lines()) {
      for (int round = 0; round < 20_000; round++) {
        byte[] line = whole.clone();
        int changes = 1 + random.nextInt(2);
        for (int i = 0; i < changes; i++) {
          int at = random.nextInt(line.length);
          line =
              switch (random.nextInt(5)) {
                case 0 -> with(line, at, telling[random.nextInt(telling.length)]);
                case 1 -> with(line, at, (byte) random.nextInt(256));
                case 2 -> Arrays.copyOf(line, at);
                case 3 -> spliced(line, at, random.nextInt(line.length), random.nextInt(40));
                default -> without(line, at, 1 + random.nextInt(30));
              };
          if (line.length == 0) {
            break;
          }
        }
        assertEquals(
            codec(line),
            quick(line),
            "seed " + seed + ": " + new String(line, StandardCharsets.ISO_8859_1));
      }
    }
  }

  private static byte[] with(byte[] line, int at, byte value) {
    byte[] changed = line.clone();
    changed[at] = value;
    return changed;
  }

  private static byte[] without(byte[] line, int at, int count) {
    int to = Math.min(line.length, at + count);
    byte[] rest = Arrays.copyOf(line, line.length - (to - at));
    System.arraycopy(line, to, rest, at, line.length - to);
    return rest;
  }

  /** A piece of the line once more, somewhere else: fields twice and out of order. */
  private static byte[] spliced(byte[] line, int at, int from, int count) {
    byte[] piece = Arrays.copyOfRange(line, from, Math.min(line.length, from + count));
    byte[] longer = Arrays.copyOf(line, line.length + piece.length);
    System.arraycopy(line, at, longer, at + piece.length, line.length - at);
    System.arraycopy(piece, 0, longer, at, piece.length);
    return longer;
  }
}
