package org.whosent.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.record.ClueType;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;
import org.whosent.record.TransactionIdSource;
import org.whosent.record.TransactionKeys;

/**
 * How long it takes until what a server has just logged is found: {@code FollowDelay
 * postfix|journal LOG DATA COUNT [COMMAND…]}.
 *
 * <p>Appends one submission at a time to a log that {@code whosent index --follow} reads, after a
 * pause of random length, and asks for its ID again and again until it is there: with a command
 * ({@code ./whosent trace --data DIR}), whose own time counts, or without one a reader of the store
 * in this process, every 5 ms. Prints median, worst and how many were later than a second and two;
 * and the first, for which neither program is compiled yet.
 */
public final class FollowDelay {
  private static final String ALPHABET = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.US);
  private static final long GIVEN_UP_NANOS = 60_000_000_000L;

  private final Random random = new Random();
  private final Path log;
  private final Path data;
  private final List<String> command;

  private FollowDelay(Path log, Path data, List<String> command) {
    this.log = log;
    this.data = data;
    this.command = command;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path log = Path.of(arguments[1]);
    Path data = Path.of(arguments[2]);
    List<String> command = Arrays.asList(arguments).subList(4, arguments.length);
    FollowDelay follow = new FollowDelay(log, data, command);
    follow.run(arguments[0].equals("journal"), Integer.parseInt(arguments[3]));
  }

  private void run(boolean journal, int count) throws IOException, InterruptedException {
    TransactionIdSource ids = journal ? ids() : null;
    long[] delays = new long[count];
    int asked = 0;
    for (int i = 0; i < count; i++) {
      Thread.sleep(300 + random.nextInt(500)); // so that each falls elsewhere between two looks
      String id = journal ? ids.next().toString() : queueId();
      byte[] lines = journal ? journal(id) : postfix(id);
      Files.write(log, lines, StandardOpenOption.APPEND);
      long start = System.nanoTime();
      while (!isFound(id)) {
        asked++;
        if (System.nanoTime() - start > GIVEN_UP_NANOS) {
          throw new IOException(id + " was not found within a minute");
        }
      }
      delays[i] = System.nanoTime() - start;
    }
    long first = delays[0];
    Arrays.sort(delays);
    System.out.printf(
        "%d submissions: the first %.0f ms; median %.0f ms, worst %.0f ms; %d later than 1 s, %d"
            + " later than 2 s (asked in vain %.1f times each)%n",
        count,
        first / 1e6,
        delays[count / 2] / 1e6,
        delays[count - 1] / 1e6,
        Arrays.stream(delays).filter(delay -> delay > 1_000_000_000L).count(),
        Arrays.stream(delays).filter(delay -> delay > 2_000_000_000L).count(),
        (double) asked / count);
  }

  private TransactionIdSource ids() throws IOException {
    TransactionKeys keys = TransactionKeys.readOrCreate(data.resolve("keys"), 0, Instant.now());
    Path mark = Files.createTempFile("mark", "");
    Files.delete(mark);
    mark.toFile().deleteOnExit();
    return new TransactionIdSource(keys, 0, mark, Instant::now);
  }

  private boolean isFound(String id) throws IOException, InterruptedException {
    if (!command.isEmpty()) {
      List<String> words = new java.util.ArrayList<>(command);
      words.add(id);
      return new ProcessBuilder(words)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    }
    // As a command does: opened anew each time, in another process than the indexer's.
    try (RecordStore store = PartitionedRecordStore.open(data);
        View view = store.view()) {
      if (!view.find(ClueType.TRANSACTION_ID, id, 1).isEmpty()) {
        return true;
      }
    }
    Thread.sleep(5);
    return false;
  }

  private byte[] journal(String id) {
    byte[] line =
        JournalCodec.encode(
            new JournalEntry.Submission(GenerateJournal.record(random, Instant.now(), id)));
    byte[] lines = Arrays.copyOf(line, line.length + 1);
    lines[line.length] = '\n';
    return lines;
  }

  private String queueId() {
    StringBuilder id = new StringBuilder("4");
    for (int i = 0; i < 14; i++) {
      id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return id.toString();
  }

  private byte[] postfix(String id) {
    String head = STAMP.format(Instant.now().atOffset(ZoneOffset.UTC)) + " mail postfix/";
    String user = "user" + random.nextInt(1000) + "@example.com";
    String lines =
        head
            + "submission/smtpd[4711]: connect from unknown[198.51.100.7]\n"
            + head
            + "submission/smtpd[4711]: %s: client=unknown[198.51.100.7], sasl_method=PLAIN, sasl_username=%s\n"
                .formatted(id, user)
            + head
            + "cleanup[4712]: %s: message-id=<%s@laptop>\n".formatted(id, id)
            + head
            + "qmgr[4713]: %s: from=<%s>, size=2345, nrcpt=1 (queue active)\n".formatted(id, user);
    return lines.getBytes(StandardCharsets.US_ASCII);
  }
}
