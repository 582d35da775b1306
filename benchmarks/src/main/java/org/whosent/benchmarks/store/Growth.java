package org.whosent.benchmarks.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.whosent.benchmarks.GenerateJournal;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.record.SubmissionRecord;

/**
 * Our store alone at a size at which its journals would not fit beside it: {@code Growth DIRECTORY
 * RECORDS DAYS}. Each day's journal is written, indexed and deleted; then all days are asked,
 * sealed, asked again, and the first one is purged. Time and processor of writing the journals do
 * not count. The store is left in {@code DIRECTORY/store}, an ID of its middle on the last line of
 * the output. Ends with exit status 1 when an answer lacks what was asked for.
 */
public final class Growth implements GenerateJournal.Watching {
  private final Path directory;
  private final Path data;
  private final int about;
  private final int days;
  private final Samples samples;
  private final RecordStore store;
  private final Result index = new Result(Ours.Way.INDEX.title);
  private long nanos;
  private long cpu;
  private int daysDone;
  private int wrong;
  private String middle;

  private Growth(Path directory, int about, int days) throws IOException {
    this.directory = directory;
    this.about = about;
    this.days = days;
    data = directory.resolve("store");
    samples = new Samples(about);
    store = PartitionedRecordStore.open(data);
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    Growth growth =
        new Growth(
            Files.createDirectories(Path.of(arguments[0])),
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]));
    growth.run();
    if (growth.wrong > 0) {
      System.out.println(growth.wrong + " answers without what was asked for");
      System.exit(1);
    }
  }

  @Override
  public void record(SubmissionRecord record) {
    samples.add(record);
    if (samples.records() == about / 2) {
      middle = record.transactionId();
    }
  }

  @Override
  public void day() throws Exception {
    Path journals = directory.resolve("journal");
    long start = System.nanoTime();
    long cpuBefore = Usage.cpu();
    Ours.index(store, journals);
    nanos += System.nanoTime() - start;
    cpu += Usage.cpu() - cpuBefore;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(journals)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    System.err.printf(
        "day %d of %d: %,d records, %,.0f records/s so far%n",
        ++daysDone, days, samples.records(), samples.records() / (nanos / 1e9));
  }

  private void run() throws Exception {
    new GenerateJournal(directory, about, days, 1).write(this);
    samples.shuffle();
    index.ingestRate = samples.records() / (nanos / 1e9);
    index.cpuMicros = cpu / 1e3 / samples.records();
    ask(index);
    Report.print(List.of(index), null); // sealing takes its time

    Result seal = new Result(Ours.Way.SEAL.title);
    long start = System.nanoTime();
    long cpuBefore = Usage.cpu();
    store.seal(Instant.now().plus(2, ChronoUnit.DAYS));
    seal.ingestRate = samples.records() / ((System.nanoTime() - start) / 1e9);
    seal.cpuMicros = (Usage.cpu() - cpuBefore) / 1e3 / samples.records();
    ask(seal);
    start = System.nanoTime();
    store.purge(samples.dayAfter(1), false);
    seal.purgeMillis = (System.nanoTime() - start) / 1e6;
    store.close();
    Report.print(List.of(index, seal), null);
    new GrowthModel(samples.records(), days).print(List.of(index, seal));
    Files.writeString(directory.resolve("id"), middle + "\n");
  }

  private void ask(Result result) throws Exception {
    try (Ours ours = new Ours(Ours.Way.INDEX, data)) {
      ours.reopen();
      result.bytes = (double) ours.bytes() / samples.records();
      for (Question question : Question.values()) {
        result.looks.put(
            question,
            new Asking(ours, samples)
                .measure(question, (asked, found) -> check(question, asked, found)));
      }
      Map.Entry<String, Integer> busiest = samples.busiest();
      try (Export to = new Export()) {
        long start = System.nanoTime();
        long rows = ours.export(busiest.getKey(), to);
        result.exportRate = rows / ((System.nanoTime() - start) / 1e9);
        wrong += rows == busiest.getValue() ? 0 : 1;
      }
    }
  }

  /** The newest 20 of a recipient or user may all be newer than the one that was asked for. */
  private void check(Question question, SubmissionRecord asked, List<String> found) {
    if (!found.contains(asked.transactionId()) && found.size() < Question.NEWEST) {
      wrong++;
    }
  }
}
