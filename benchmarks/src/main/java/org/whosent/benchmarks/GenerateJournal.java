package org.whosent.benchmarks;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionIdSource;
import org.whosent.record.TransactionKeys;

/**
 * Writes a journal of made-up submissions into a data directory, as the MSA would have: {@code
 * GenerateJournal DATA RECORDS DAYS [SEED]}. 200,000 users whose volume follows Zipf's law, 1 to 20
 * recipients (mostly one), digests and sketches. One ID of each day goes to standard output.
 */
public final class GenerateJournal {
  private static final int USERS = 200_000;
  private static final String[] WORDS =
      "invoice offer meeting holiday photos order contract newsletter report update your the re fwd new"
          .split(" ");

  private final Path data;
  private final int records;
  private final int days;
  private final Instant start;
  private final Random random;

  /**
   * A journal that is not written yet.
   *
   * @param data where {@code journal} and {@code keys} come to lie
   * @param records in all
   * @param days over which they are spread evenly, the last one today (UTC)
   * @param seed the same one gives the same records but for their time and IDs
   */
  public GenerateJournal(Path data, int records, int days, long seed) {
    this(
        data,
        records,
        days,
        Instant.now().truncatedTo(ChronoUnit.DAYS).minus(days - 1L, ChronoUnit.DAYS),
        seed);
  }

  /**
   * The same journal once more, with the same times and, if {@code keys} are the same, IDs.
   *
   * @param start when the first day begins
   */
  public GenerateJournal(Path data, int records, int days, Instant start, long seed) {
    this.data = data;
    this.records = records;
    this.days = days;
    this.start = start;
    this.random = new Random(seed);
  }

  /** What wants to know of each record, and of each day that is written whole. */
  public interface Watching {
    void record(SubmissionRecord record);

    /** All files of the directory {@code journal} are whole, and may be deleted. */
    void day() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    new GenerateJournal(
            Path.of(arguments[0]),
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            arguments.length > 3 ? Long.parseLong(arguments[3]) : 1)
        .write(
            new Watching() {
              private boolean first = true;

              @Override
              public void record(SubmissionRecord record) {
                if (first) {
                  System.out.println(record.transactionId());
                }
                first = false;
              }

              @Override
              public void day() {
                first = true;
              }
            });
  }

  /** Writes it, day after day. */
  public void write(Watching watching) throws Exception {
    Path journal = Files.createDirectories(data.resolve("journal"));
    TransactionKeys keys =
        TransactionKeys.readOrCreate(data.resolve("keys"), 0, start.minusSeconds(1));
    AtomicLong clock = new AtomicLong();
    Path mark = markFile();
    TransactionIdSource ids =
        new TransactionIdSource(keys, 0, mark, () -> Instant.ofEpochMilli(clock.get()));
    long step = Duration.ofDays(days).toNanos() / records;
    OutputStream out = null;
    String openDay = null;
    for (int i = 0; i < records; i++) {
      Instant time = start.plusNanos(step * i);
      clock.set(time.toEpochMilli());
      String day =
          DateTimeFormatter.BASIC_ISO_DATE.format(time.atOffset(ZoneOffset.UTC)).substring(0, 8);
      if (!day.equals(openDay)) {
        if (out != null) {
          out.close();
          watching.day();
        }
        out =
            new BufferedOutputStream(
                Files.newOutputStream(journal.resolve("journal-" + day + "-0000.jsonl")), 1 << 20);
        openDay = day;
      }
      String id = ids.next().toString();
      SubmissionRecord record = record(random, time, id);
      watching.record(record);
      out.write(JournalCodec.encode(new JournalEntry.Submission(record)));
      out.write('\n');
      out.write(
          JournalCodec.encode(
              new JournalEntry.Outcome(
                  time.plusMillis(20), record.host(), id, delivered(record, time, random))));
      out.write('\n');
    }
    if (out != null) {
      out.close();
      watching.day();
    }
    Files.deleteIfExists(mark);
  }

  /**
   * The IDs' clock jumps, so their mark is forced to disk for each: in memory where there is one.
   */
  private static Path markFile() throws IOException {
    Path memory = Path.of("/dev/shm");
    Path mark =
        Files.isWritable(memory)
            ? Files.createTempFile(memory, "mark", "")
            : Files.createTempFile("mark", "");
    Files.delete(mark);
    return mark;
  }

  static SubmissionRecord record(Random random, Instant time, String id) {
    // Zipf with exponent 1: the k-th user is as frequent as 1/k.
    int user = (int) Math.exp(random.nextDouble() * Math.log(USERS));
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.time = time;
    b.transactionId = id;
    b.host = "msa.example.org";
    b.service = "submission";
    b.protocol = "ESMTPSA";
    b.origin = Origin.AUTHENTICATED;
    b.user = "user" + user + "@example.org";
    b.mechanism = "PLAIN";
    b.client = "192.0." + (user >> 8 & 255) + "." + (user & 255);
    b.clientPort = 1024 + random.nextInt(60000);
    b.helo = "[192.168.1." + random.nextInt(255) + "]";
    b.clientInside = false;
    b.tlsVersion = "TLSv1.3";
    b.tlsCipher = "TLS_AES_256_GCM_SHA384";
    b.mailFrom = b.user;
    int recipients = random.nextInt(10) < 8 ? 1 : 1 + random.nextInt(20);
    List<Recipient> list = new ArrayList<>();
    for (int r = 0; r < recipients; r++) {
      list.add(
          new Recipient(
              "r" + random.nextInt(1_000_000) + "@dest" + random.nextInt(2000) + ".example",
              null,
              false,
              null,
              null,
              null,
              null,
              null,
              null));
    }
    b.recipients = list;
    b.messageId = "<" + Long.toHexString(random.nextLong()) + "@example.org>";
    b.headerFrom = "User " + user + " <" + b.user + ">";
    b.subject = word(random) + " " + word(random) + " " + random.nextInt(10000);
    // A Date field has whole seconds (RFC 5322, section 3.3).
    b.headerDate = time.minusSeconds(1).truncatedTo(ChronoUnit.SECONDS);
    b.size = 500L + random.nextInt(60000);
    b.bodyDigest = "%016x%016x".formatted(random.nextLong(), random.nextLong());
    b.textDigest = "%016x%016x".formatted(random.nextLong(), random.nextLong());
    byte[] sketch = new byte[53];
    random.nextBytes(sketch);
    sketch[0] = 3; // the version; the rest is as random as in a real one
    b.sketch = java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(sketch);
    return b.build();
  }

  private static List<Recipient> delivered(SubmissionRecord record, Instant time, Random random) {
    // One number in some ten million has fewer than nine digits: zeros go before it.
    String digits = "00000000" + Long.toString(random.nextLong() >>> 1, 36);
    String hopId =
        "4b" + digits.substring(digits.length() < 17 ? digits.length() - 9 : 8).substring(0, 9);
    return record.recipients().stream()
        .map(
            r ->
                new Recipient(
                    r.address(),
                    null,
                    false,
                    Outcome.DELIVERED,
                    "2.0.0",
                    "250 2.0.0 Ok: queued as " + hopId,
                    "127.0.0.1:25",
                    hopId,
                    time.plusMillis(20)))
        .toList();
  }

  private static String word(Random random) {
    return WORDS[random.nextInt(WORDS.length)];
  }
}
