package org.whosent.benchmarks.store;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import org.whosent.indexer.store.segment.BlockCache;
import org.whosent.indexer.store.segment.Compression;
import org.whosent.indexer.store.segment.SegmentInfo;
import org.whosent.indexer.store.segment.SegmentReader;
import org.whosent.indexer.store.segment.SegmentWriter;
import org.whosent.indexer.store.segment.key.Ordinals;
import org.whosent.indexer.store.segment.key.SipHash;
import org.whosent.record.ClueType;
import org.whosent.record.Sketch;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;

/**
 * The same records as one segment of different layouts, and what other ways to find them cost:
 * {@code Layouts JOURNALS DIRECTORY}, of at most 200,000 records, which are held in memory. Times
 * are of the processor, by one thread, which a busy machine disturbs least; means over 1000
 * questions, each asked once, after 1000 others.
 */
public final class Layouts {
  private static final int MOST = 200_000;
  private static final int ASKED = 1000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Path directory;
  private final SipHash hash;
  private final List<SubmissionRecord> records = new ArrayList<>();
  private final List<SubmissionRecord> asked;
  private int number;

  private Layouts(Journals journals, Path directory) throws Exception {
    this.directory = Files.createDirectories(directory);
    byte[] key = new byte[SipHash.KEY_BYTES];
    new SecureRandom().nextBytes(key);
    hash = new SipHash(key);
    journals.read(
        record -> {
          if (records.size() < MOST) {
            records.add(record);
          }
        });
    records.sort(Comparator.comparing(SubmissionRecord::time).reversed());
    List<SubmissionRecord> shuffled = new ArrayList<>(records);
    Collections.shuffle(shuffled, new Random(3));
    asked = shuffled.subList(0, 2 * ASKED);
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    Layouts layouts = new Layouts(new JournalFiles(Path.of(arguments[0])), Path.of(arguments[1]));
    layouts.segment(Compression.SEALED); // for the compiler; the row that counts comes again
    System.out.println(
        """
        | zstd level | records a block | dictionary | records lie | bytes/record | µs to pack | \
        µs: ID | µs: user, newest 20 |
        |---|---|---|---|---|---|---|---|\
        """);
    for (int level : new int[] {1, 3, 9, 19}) {
      layouts.row(
          new Compression(level, Compression.SEALED.rows(), 64 << 10, Compression.SEALED.slice()));
    }
    for (int rows : new int[] {32, 128, 256, 512}) {
      layouts.row(new Compression(19, rows, 64 << 10, Compression.SEALED.slice()));
    }
    for (int dictionary : new int[] {0, 16 << 10, 256 << 10}) {
      layouts.row(
          new Compression(19, Compression.SEALED.rows(), dictionary, Compression.SEALED.slice()));
    }
    layouts.row(new Compression(19, Compression.SEALED.rows(), 64 << 10, 0));
    layouts.row(Compression.OPEN);
    System.out.println("\n| a way to find | bytes/record | µs to find | |\n|---|---|---|---|");
    layouts.others();
  }

  private interface Look {
    void at(SubmissionRecord record) throws IOException;
  }

  /** Microseconds of this thread's processor for one question, the mean. */
  private double micros(Look look) throws IOException {
    for (SubmissionRecord record : asked.subList(0, ASKED)) {
      look.at(record);
    }
    LongSupplier clock = THREADS::getCurrentThreadCpuTime;
    long start = clock.getAsLong();
    for (SubmissionRecord record : asked.subList(ASKED, 2 * ASKED)) {
      look.at(record);
    }
    return (clock.getAsLong() - start) / 1e3 / ASKED;
  }

  private SegmentInfo segment(Compression as) throws IOException {
    try (SegmentWriter writer = new SegmentWriter(directory, ++number, as, hash)) {
      for (SubmissionRecord record : records) {
        writer.add(record);
      }
      return writer.finish();
    }
  }

  private void row(Compression as) throws IOException {
    long start = THREADS.getCurrentThreadCpuTime();
    SegmentInfo info = segment(as);
    double pack = (THREADS.getCurrentThreadCpuTime() - start) / 1e3 / records.size();
    double bytes = info.recordsBytes() + info.privateBytes() + info.indexBytes();
    try (SegmentReader reader = reader(info)) {
      double id = micros(record -> find(reader, ClueType.TRANSACTION_ID, record.transactionId()));
      double user = micros(record -> find(reader, ClueType.USER, record.user()));
      System.out.printf(
          "| %d | %d | %d KiB | %s | %.1f | %.1f | %.0f | %.0f |%n",
          as.level(),
          as.rows(),
          as.dictionary() >> 10,
          as.sealed() ? "by user" : "by time",
          bytes / records.size(),
          pack,
          id,
          user);
    }
  }

  private SegmentReader reader(SegmentInfo info) throws IOException {
    return new SegmentReader(directory, info, hash, new BlockCache());
  }

  /** Reads the newest 20 that may have it. */
  private static void find(SegmentReader reader, ClueType type, String value) throws IOException {
    Ordinals found = reader.find(type, type.fold(value));
    int count = 0;
    if (found != null) {
      for (int at = found.next();
          at != Ordinals.END && count < Question.NEWEST;
          at = found.next()) {
        count += type.of(reader.record(at)).contains(type.fold(value)) ? 1 : 0;
      }
    }
    if (count == 0) {
      throw new IOException("not found: " + value);
    }
  }

  private void others() throws IOException {
    SegmentInfo info = segment(Compression.SEALED);
    try (SegmentReader reader = reader(info)) {
      other(
          "ID, hashed keys",
          Double.NaN,
          micros(r -> find(reader, ClueType.TRANSACTION_ID, r.transactionId())),
          "about 4 bytes of keys");
      other(
          "ID, binary search by the ID's time, no key",
          0,
          binarySearch(),
          "answers for our IDs only, not for foreign queue IDs, aliases and hops");
      other(
          "what is not there, hashed keys",
          Double.NaN,
          micros(r -> reader.find(ClueType.MESSAGE_ID, r.transactionId())),
          "no block is read");
      BloomFilter bloom = new BloomFilter(records.size(), hash);
      records.forEach(r -> bloom.add(r.messageId()));
      other(
          "what is not there, a Bloom filter of ten bits a value",
          (double) bloom.bytes() / records.size(),
          micros(r -> bloom.mayHave(r.transactionId())),
          "for one clue; one in a hundred is asked all the same");
      sketches(reader);
    }
    try (LuceneKeys lucene = new LuceneKeys(directory.resolve("lucene"), records)) {
      other(
          "ID, Message-ID, two digests as terms of Lucene",
          (double) lucene.bytes() / records.size(),
          micros(r -> lucene.find("id", r.transactionId())),
          "without reading the record; hashed keys of these and the hop's ID: 17");
    }
  }

  private double binarySearch() throws IOException {
    Compression byTime = new Compression(19, Compression.SEALED.rows(), 64 << 10, 0);
    try (SegmentReader reader = reader(segment(byTime))) {
      return micros(r -> byTime(reader, r));
    }
  }

  /** Where records lie newest first: an ID has its record's millisecond. */
  private static void byTime(SegmentReader reader, SubmissionRecord asked) throws IOException {
    long millis = TransactionId.parse(asked.transactionId()).orElseThrow().millis();
    int at = reader.firstBefore((millis + 1) * 1000);
    while (!reader.record(at).transactionId().equals(asked.transactionId())) {
      at++;
    }
  }

  /** Anchors as keys, beside a column of all sketches that is compared one by one. */
  private void sketches(SegmentReader reader) throws IOException {
    other(
        "alike text, anchors of the sketch as keys",
        Double.NaN,
        micros(
            r -> {
              for (String anchor : ClueType.SKETCH.of(r)) {
                Ordinals found = reader.find(ClueType.SKETCH, anchor);
                while (found != null && found.next() != Ordinals.END) {
                  // each would be read and compared
                }
              }
            }),
        "all eight anchors; 19 bytes of keys; the same at a hundred times the records");
    List<Sketch> column = new ArrayList<>();
    for (SubmissionRecord record : records) {
      column.add(Sketch.parse(record.sketch()).orElseThrow());
    }
    Sketch sought = column.getFirst();
    double best = 0;
    long start = THREADS.getCurrentThreadCpuTime();
    for (Sketch sketch : column) {
      best = Math.max(best, sought.similarity(sketch));
    }
    double micros = (THREADS.getCurrentThreadCpuTime() - start) / 1e3;
    if (best < 1) {
      throw new IOException("a sketch is not like itself");
    }
    other(
        "alike text, all %,d sketches compared".formatted(column.size()),
        0,
        micros,
        "grows with the records; decoded sketches in memory, without reading them");
  }

  private static void other(String what, double bytes, double micros, String remark) {
    System.out.printf(
        "| %s | %s | %s | %s |%n", what, Report.number(bytes, 1), Report.number(micros, 1), remark);
  }
}
