package org.whosent.benchmarks.store;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.whosent.benchmarks.GenerateJournal;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.record.SubmissionRecord;

/**
 * Our store alone at a size at which its journals would not fit beside it: {@code Growth DIRECTORY
 * RECORDS DAYS [keep] [sealing]}. Each day's journal is written, indexed and deleted; then all days
 * are asked, sealed, asked again (once when two are left to be sealed, once more at the end), and
 * the first one is purged unless all are kept or it is the only one. Time and processor of writing
 * the journals do not count. The store is left in {@code DIRECTORY/store}, an ID of its middle in
 * {@code DIRECTORY/id} (never one of the day that is purged), what is asked for in {@code
 * DIRECTORY/samples}. With {@code sealing} each day is sealed while the next one's journal is
 * written, and only sealed days are asked, which takes less time and room; what sealing takes is
 * not measured then. {@code Growth DIRECTORY} asks what was kept once more, with the program as it
 * is then, and purges nothing. Ends with exit status 1 when an answer lacks what was asked for.
 */
public final class Growth {
  /** Of the generator: the same records each time. */
  static final long SEED = 1;

  private final Path directory;
  private final Path data;
  private final Samples samples;
  private boolean lacksDays;
  private int wrong;

  private Growth(Path directory, Samples samples) {
    this.directory = directory;
    this.samples = samples;
    data = directory.resolve("store");
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    int wrong;
    if (arguments.length == 1) {
      wrong = again(directory);
    } else {
      int about = Integer.parseInt(arguments[1]);
      int days = Integer.parseInt(arguments[2]);
      List<String> options = List.of(arguments).subList(3, arguments.length);
      Growth growth = new Growth(directory, new Samples(about));
      try (RecordStore store = PartitionedRecordStore.open(growth.data)) {
        if (options.contains("sealing")) {
          growth.buildSealed(store, about, days);
        } else {
          growth.build(store, about, days, !options.contains("keep"));
        }
      }
      wrong = growth.wrong;
    }
    if (wrong > 0) {
      System.out.println(wrong + " answers without what was asked for");
      System.exit(1);
    }
  }

  private static int again(Path directory) throws Exception {
    Growth growth = new Growth(directory, Samples.read(directory.resolve("samples")));
    try (RecordStore store = PartitionedRecordStore.open(growth.data);
        View view = store.view()) {
      Instant horizon = view.horizon() == null ? Instant.MIN : view.horizon();
      growth.lacksDays = horizon.isAfter(growth.samples.first().time());
      growth.samples.since(horizon);
    }
    growth.ask(new Result("to warm up")); // in a whole run open days were asked before sealed ones
    Result result = new Result("ours, as it lies there");
    growth.ask(result);
    Report.print(List.of(result), null);
    return growth.wrong;
  }

  private void buildSealed(RecordStore store, int about, int days) throws Exception {
    try (Sealing sealing = new Sealing(store)) {
      Result index = fill(new Building(store, about, days, sealing));
      sealing.await();
      Result seal = new Result(Ours.Way.SEAL.title);
      ask(new Result("to warm up"));
      ask(seal);
      Report.print(List.of(index, seal), null);
      new GrowthModel(samples.records(), days).print(List.of(index, seal));
    }
  }

  private Result fill(Building building) throws Exception {
    new GenerateJournal(directory, building.about, building.days, SEED).write(building);
    samples.shuffle();
    samples.write(directory.resolve("samples"));
    Files.writeString(directory.resolve("id"), building.middle + "\n");
    Result index = new Result(Ours.Way.INDEX.title);
    index.ingestRate = building.watch.rate(samples.records());
    index.cpuMicros = building.watch.cpuMicros(samples.records());
    return index;
  }

  private void build(RecordStore store, int about, int days, boolean purged) throws Exception {
    Result index = fill(new Building(store, about, days, null));
    ask(index);
    Report.print(List.of(index), null); // sealing takes its time

    Result operation = new Result(Ours.Way.OPERATION.title);
    Result seal = new Result(Ours.Way.SEAL.title);
    Stopwatch watch = new Stopwatch();
    for (int day = 1; day <= days; day++) {
      int until = day;
      watch.time(() -> store.seal(samples.dayAfter(until)));
      System.err.printf(
          "day %d of %d sealed: %,.0f records/s so far%n",
          day, days, watch.rate((long) samples.records() * day / days));
      if (day == days - 2) {
        store.compact(samples.dayAfter(day), () -> false);
        ask(operation);
      }
    }
    seal.ingestRate = watch.rate(samples.records());
    seal.cpuMicros = watch.cpuMicros(samples.records());
    ask(seal);
    if (purged && days > 1) {
      long start = System.nanoTime();
      store.purge(samples.dayAfter(1), false);
      seal.purgeMillis = (System.nanoTime() - start) / 1e6;
    }
    Report.print(List.of(index, operation, seal), null);
    new GrowthModel(samples.records(), days).print(List.of(index, seal));
  }

  private void ask(Result result) throws Exception {
    try (Ours ours = new Ours(Ours.Way.INDEX, data)) {
      ours.reopen();
      result.bytes = lacksDays ? Double.NaN : (double) ours.bytes() / samples.records();
      Usage.read(data);
      for (Question question : Question.values()) {
        long faults = Usage.majorFaults();
        result.looks.put(
            question,
            new Asking(ours, samples)
                .measure(question, (asked, found) -> check(question, asked, found)));
        faults = Usage.majorFaults() - faults;
        if (faults > 0) {
          System.out.printf("%s, %s: %d page faults met the disk%n", result.name, question, faults);
        }
      }
      RandomReads.Nanos reads = RandomReads.measure(data);
      System.out.printf(
          "%s: %d bytes at random places of the files, one after the other: mapped %.0f ns, by"
              + " positioned reads %.0f ns%n",
          result.name, RandomReads.BYTES, reads.mapped(), reads.positioned());
      Map.Entry<String, Integer> busiest = samples.busiest();
      try (Export to = new Export()) {
        long start = System.nanoTime();
        long rows = ours.export(busiest.getKey(), to);
        result.exportRate = rows / ((System.nanoTime() - start) / 1e9);
        wrong += lacksDays || rows == busiest.getValue() ? 0 : 1;
      }
    }
  }

  /** The newest 20 of a recipient or user may all be newer than the one that was asked for. */
  private void check(Question question, SubmissionRecord asked, List<String> found) {
    if (!found.contains(asked.transactionId()) && found.size() < Question.NEWEST) {
      wrong++;
    }
  }

  /** Indexes and deletes the journal of each day when it is whole. */
  private final class Building implements GenerateJournal.Watching {
    private final RecordStore store;
    private final int about;
    private final int days;
    private final Sealing sealing;
    private final Stopwatch watch = new Stopwatch();
    private int daysDone;
    private String middle;

    /** {@code sealing} is null where days stay open. */
    Building(RecordStore store, int about, int days, Sealing sealing) {
      this.store = store;
      this.about = about;
      this.days = days;
      this.sealing = sealing;
    }

    @Override
    public void record(SubmissionRecord record) {
      samples.add(record);
      boolean stays = days == 1 || daysDone > 0;
      if (middle == null && stays && samples.records() >= about / 2) {
        middle = record.transactionId();
      }
    }

    @Override
    public void day() throws Exception {
      if (sealing != null) {
        sealing.await();
      }
      Path journals = directory.resolve("journal");
      Usage.sync(journals);
      watch.time(() -> Ours.index(store, journals));
      try (DirectoryStream<Path> files = Files.newDirectoryStream(journals)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
      System.err.printf(
          "day %d of %d: %,d records, %,.0f records/s so far%n",
          ++daysDone, days, samples.records(), watch.rate(samples.records()));
      if (sealing != null) {
        sealing.begin(samples.dayAfter(daysDone));
      }
    }
  }

  /** Seals days while something else is done, one call at a time. */
  private static final class Sealing implements AutoCloseable {
    private final RecordStore store;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private Future<?> begun = CompletableFuture.completedFuture(null);

    Sealing(RecordStore store) {
      this.store = store;
    }

    void begin(Instant before) {
      begun =
          thread.submit(
              () -> {
                store.seal(before);
                return null;
              });
    }

    void await() throws Exception {
      begun.get();
    }

    @Override
    public void close() {
      thread.close();
    }
  }
}
