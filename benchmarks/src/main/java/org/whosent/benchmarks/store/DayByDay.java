package org.whosent.benchmarks.store;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.whosent.benchmarks.GenerateJournal;
import org.whosent.record.SubmissionRecord;

/**
 * Journals that would not fit beside the store: each day's is made when it is read, and deleted
 * then. They are those that {@link Growth} made with the same samples and keys. Not thread-safe.
 */
final class DayByDay implements Journals {
  private final Path work;
  private final Samples samples;
  private final Stopwatch.Part onFirst;
  private final Stopwatch all = new Stopwatch();
  private final Stopwatch read = new Stopwatch();

  /**
   * Journals of some samples.
   *
   * @param work where {@code keys} lie, and {@code journal} comes to lie
   * @param onFirst what is done with the first day's before it is read
   */
  DayByDay(Path work, Samples samples, Stopwatch.Part onFirst) {
    this.work = work;
    this.samples = samples;
    this.onFirst = onFirst;
  }

  /** Nanoseconds that making them took, which are nobody's to pay. */
  long nanosOfMaking() {
    return all.nanos() - read.nanos();
  }

  /** Nanoseconds of a processor, the same. */
  long cpuOfMaking() {
    return all.cpu() - read.cpu();
  }

  @Override
  public Path directory() {
    return work.resolve("journal");
  }

  @Override
  public void read(Taking taking) throws Exception {
    GenerateJournal journal =
        new GenerateJournal(
            work, samples.records(), samples.days(), samples.dayAfter(0), Growth.SEED);
    all.time(() -> journal.write(new Days(new JournalFiles(directory()), taking)));
  }

  /** Reads and deletes the journal of each day when it is whole. */
  private final class Days implements GenerateJournal.Watching {
    private final JournalFiles journal;
    private final Taking taking;
    private int done;

    Days(JournalFiles journal, Taking taking) {
      this.journal = journal;
      this.taking = taking;
    }

    @Override
    public void record(SubmissionRecord record) {}

    @Override
    public void day() throws Exception {
      Usage.sync(journal.directory());
      if (done == 0) {
        onFirst.run();
      }
      read.time(() -> journal.read(taking));
      try (DirectoryStream<Path> files = Files.newDirectoryStream(journal.directory())) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
      System.err.printf(
          "day %d of %d: %,.0f records/s so far%n",
          ++done, samples.days(), read.rate((long) samples.records() * done / samples.days()));
    }
  }
}
