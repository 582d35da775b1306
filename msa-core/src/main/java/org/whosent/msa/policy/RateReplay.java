package org.whosent.msa.policy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.whosent.record.BadLineException;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;
import org.whosent.record.Outcome;
import org.whosent.record.SubmissionRecord;

/**
 * Counts again from the journal what users sent in the last day, so that a restart gives nobody a
 * second allowance. Stateless but for one run; not thread-safe.
 *
 * <p>Unreadable lines are passed over: a crash tears the last one of a file.
 */
public final class RateReplay {
  private static final int MAX_LINE = 16 << 20;
  private static final int MAX_OPEN = 100_000;
  private static final byte[] SUBMISSION = type("submission");
  private static final byte[] OUTCOME = type("outcome");
  private static final byte[] DEFERRED =
      Outcome.DEFERRED.word().getBytes(StandardCharsets.US_ASCII);

  private final UserRates rates;
  private final Instant now;
  private final Instant since;

  /** Submissions whose outcome was not read yet; the oldest are forgotten when there are many. */
  private final Map<String, SubmissionRecord> open =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SubmissionRecord> eldest) {
          return size() > MAX_OPEN;
        }
      };

  private long counted;

  private RateReplay(UserRates rates, Instant now) {
    this.rates = rates;
    this.now = now;
    this.since = now.minus(Duration.ofDays(1));
  }

  private static byte[] type(String type) {
    return "{\"v\":%d,\"type\":\"%s\""
        .formatted(JournalCodec.VERSION, type)
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads the journal files that were written to within a day.
   *
   * @param journal the directory; nothing is counted when there is none
   * @return how many messages were counted
   */
  public static long run(Path journal, UserRates rates, Instant now) throws IOException {
    RateReplay replay = new RateReplay(rates, now);
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(journal)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(journal, "journal-*.jsonl")) {
        for (Path file : all) {
          if (!Files.getLastModifiedTime(file).toInstant().isBefore(replay.since)) {
            files.add(file);
          }
        }
      }
    }
    Collections.sort(files);
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        replay.read(in);
      }
    }
    return replay.counted;
  }

  private void read(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(4096);
    byte[] chunk = new byte[1 << 16];
    boolean tooLong = false;
    int count;
    while ((count = in.read(chunk)) >= 0) {
      int start = 0;
      for (int i = 0; i < count; i++) {
        if (chunk[i] == '\n') {
          line.write(chunk, start, i - start);
          if (!tooLong) {
            take(line.toByteArray());
          }
          line.reset();
          tooLong = false;
          start = i + 1;
        }
      }
      tooLong |= line.size() + count - start > MAX_LINE;
      if (tooLong) {
        line.reset();
      } else {
        line.write(chunk, start, count - start);
      }
    }
  }

  /** Looks at where our own writer puts the type, and reads no more of a line than it must. */
  private void take(byte[] line) {
    try {
      if (begins(line, SUBMISSION)) {
        submission(JournalCodec.record(line, 0, line.length));
      } else if (begins(line, OUTCOME) && mentions(line, DEFERRED)) {
        if (JournalCodec.decode(line) instanceof JournalEntry.Outcome outcome) {
          outcome(outcome);
        }
      }
    } catch (BadLineException e) {
      // torn, or damaged: the indexer says so, and one message more is no harm
    }
  }

  private void submission(SubmissionRecord record) {
    if (record.user() != null && !record.time().isBefore(since)) {
      rates.add(record.user(), time(record), record.recipients().size());
      open.put(record.transactionId(), record);
      counted++;
    }
  }

  private void outcome(JournalEntry.Outcome outcome) {
    SubmissionRecord record = open.remove(outcome.transactionId());
    if (record != null
        && outcome.recipients().stream().allMatch(r -> r.outcome() == Outcome.DEFERRED)) {
      rates.giveBack(record.user(), time(record), record.recipients().size());
      counted--;
    }
  }

  /** A clock that ran ahead, or damage, must not make what others sent look a day old. */
  private Instant time(SubmissionRecord record) {
    return record.time().isAfter(now) ? now : record.time();
  }

  private static boolean begins(byte[] line, byte[] type) {
    return line.length > type.length && Arrays.equals(line, 0, type.length, type, 0, type.length);
  }

  private static boolean mentions(byte[] line, byte[] word) {
    for (int i = 0; i + word.length <= line.length; i++) {
      if (line[i] == word[0] && Arrays.equals(line, i, i + word.length, word, 0, word.length)) {
        return true;
      }
    }
    return false;
  }
}
