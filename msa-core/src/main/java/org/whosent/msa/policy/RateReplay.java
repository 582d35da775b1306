package org.whosent.msa.policy;

import java.io.BufferedInputStream;
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
  private static final byte[] REFUSAL = type("refusal");
  private static final byte[] LOGIN_FAILURE = type("login-failure");
  private static final byte[] HEARTBEAT = type("heartbeat");

  private final UserRates rates;
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

  private RateReplay(UserRates rates, Instant since) {
    this.rates = rates;
    this.since = since;
  }

  private static byte[] type(String type) {
    return ("\"type\":\"" + type + "\"").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads the journal files that were written to within a day.
   *
   * @param journal the directory; nothing is counted when there is none
   * @return how many messages were counted
   */
  public static long run(Path journal, UserRates rates, Instant now) throws IOException {
    RateReplay replay = new RateReplay(rates, now.minus(Duration.ofDays(1)));
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
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
        replay.read(in);
      }
    }
    return replay.counted;
  }

  private void read(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(4096);
    int b;
    while ((b = in.read()) >= 0) {
      if (b == '\n') {
        if (line.size() <= MAX_LINE) {
          take(line.toByteArray());
        }
        line.reset();
      } else if (line.size() <= MAX_LINE) {
        line.write(b);
      }
    }
  }

  private void take(byte[] line) {
    if (begins(line, REFUSAL) || begins(line, LOGIN_FAILURE) || begins(line, HEARTBEAT)) {
      return;
    }
    try {
      switch (JournalCodec.decode(line)) {
        case JournalEntry.Submission(var record) -> {
          if (record.user() != null && !record.time().isBefore(since)) {
            rates.add(record.user(), record.time(), record.recipients().size());
            open.put(record.transactionId(), record);
            counted++;
          }
        }
        case JournalEntry.Outcome outcome -> {
          SubmissionRecord record = open.remove(outcome.transactionId());
          if (record != null
              && outcome.recipients().stream().allMatch(r -> r.outcome() == Outcome.DEFERRED)) {
            rates.giveBack(record.user(), record.time(), record.recipients().size());
            counted--;
          }
        }
        default -> {}
      }
    } catch (BadLineException e) {
      // torn, or damaged: the indexer says so, and one message more is no harm
    }
  }

  /** A look at where our own writer puts the type: most lines need not be read for it. */
  private static boolean begins(byte[] line, byte[] type) {
    int start = "{\"v\":1,".length();
    int end = start + type.length;
    return line.length > end && Arrays.equals(line, start, end, type, 0, type.length);
  }
}
