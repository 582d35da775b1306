package org.whosent.benchmarks.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.record.SubmissionRecord;

/**
 * Another store beside ours, at a size at which its journals would not fit: {@code GrowthPeer KEPT
 * WORK PEER [purge]}. {@code KEPT} is what {@link Growth} kept. Ours is asked first; then the peer
 * gets the same records, each day's journal being made once more, read and deleted, and is asked
 * the same. Its answers must begin with ours, which lack the days that were purged. The first day
 * is indexed by ours, too, so that there is a rate of the same run. What was measured goes to
 * standard error as soon as it is known. A day is dropped where that can be done, but none is
 * deleted record by record, which takes hours at this size; with {@code purge} the first day is
 * purged from the kept store and deleted record by record from the peer, and the second one is
 * dropped there. Ends with exit status 1 when an answer is another one.
 */
public final class GrowthPeer {
  private final Path kept;
  private final Path work;
  private final Samples samples;
  private final boolean purging;
  private final Map<Question, Map<String, List<String>>> answers = new EnumMap<>(Question.class);
  private final List<Result> results = new ArrayList<>();
  private int different;

  private GrowthPeer(Path kept, Path work, boolean purging) throws Exception {
    this.kept = kept;
    this.work = work;
    this.purging = purging;
    samples = Samples.read(kept.resolve("samples"));
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    boolean purging = List.of(arguments).subList(3, arguments.length).contains("purge");
    GrowthPeer run = new GrowthPeer(Path.of(arguments[0]), Path.of(arguments[1]), purging);
    run.askOurs();
    for (Peers known : Peers.values()) {
      if (known.argument.equals(arguments[2])) {
        try (Peer peer = known.opening.open(run.work, run.samples, run.samples.days())) {
          run.measure(peer);
        }
      }
    }
    Report.print(run.results, null);
    if (run.different > 0) {
      System.out.println(run.different + " answers differ from ours: see above");
      System.exit(1);
    }
  }

  private void askOurs() throws Exception {
    Path data = kept.resolve("store");
    try (RecordStore store = PartitionedRecordStore.open(data);
        View view = store.view()) {
      samples.since(view.horizon() == null ? Instant.MIN : view.horizon());
    }
    try (Ours ours = new Ours(Ours.Way.INDEX, data)) {
      ours.reopen();
      ask(ours, new Result("to warm up"));
      Result result = new Result("ours, sealed");
      ask(ours, result);
      export(ours, result);
      if (purging) {
        result.purgeMillis = Stopwatch.millis(() -> ours.purge(samples.dayAfter(1)));
      }
      add(result);
    }
  }

  private void measure(Peer peer) throws Exception {
    if (peer.missing() != null) {
      throw new IllegalStateException(peer.missing());
    }
    peer.start();
    Result result = new Result(peer.name());
    ingest(peer, result);
    result.bytes = (double) peer.bytes() / samples.records();
    Report.sofar(result);
    ask(peer, result);
    Report.sofar(result);
    export(peer, result);
    if (purging) {
      result.purgeMillis = Stopwatch.millis(() -> peer.purge(samples.dayAfter(1)));
    }
    result.dropMillis = Stopwatch.millis(() -> peer.drop(samples.dayAfter(purging ? 2 : 1)));
    add(result);
  }

  private void add(Result result) {
    results.add(result);
    Report.sofar(result);
  }

  private void ingest(Peer peer, Result result) throws Exception {
    copyKeys();
    Result ours = new Result("ours, `index`, the first day");
    DayByDay journals = new DayByDay(work, samples, () -> indexDay(ours));
    long start = System.nanoTime();
    long cpu = Usage.cpu() + peer.serverCpu();
    peer.ingest(journals);
    double records = samples.records();
    result.ingestRate = records / ((System.nanoTime() - start - journals.nanosOfMaking()) / 1e9);
    result.cpuMicros =
        (Usage.cpu() + peer.serverCpu() - cpu - journals.cpuOfMaking()) / 1e3 / records;
    results.add(ours);
  }

  /** The IDs are to be the same. */
  private void copyKeys() throws Exception {
    try (Stream<Path> all = Files.walk(kept.resolve("keys"))) {
      for (Path file : (Iterable<Path>) all::iterator) {
        Path to = work.resolve("keys").resolve(kept.resolve("keys").relativize(file).toString());
        if (!Files.isDirectory(to)) {
          Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private void indexDay(Result result) throws Exception {
    Path data = work.resolve("day");
    try (RecordStore store = PartitionedRecordStore.open(data)) {
      Stopwatch watch = new Stopwatch();
      watch.time(() -> Ours.index(store, work.resolve("journal")));
      int records = samples.records() / samples.days();
      result.ingestRate = watch.rate(records);
      result.cpuMicros = watch.cpuMicros(records);
      result.bytes = (double) Usage.bytes(data) / records;
    }
    Report.sofar(result);
  }

  private void ask(Peer peer, Result result) throws Exception {
    Usage.read(peer.files());
    for (Question question : Question.values()) {
      result.looks.put(
          question,
          new Asking(peer, samples)
              .measure(question, (asked, found) -> check(peer, question, asked, found)));
    }
  }

  /** The first store's answers are those with which others must begin. */
  private void check(Peer peer, Question question, SubmissionRecord asked, List<String> found) {
    List<String> ours =
        answers
            .computeIfAbsent(question, _ -> new HashMap<>())
            .computeIfAbsent(question.value(asked), _ -> found);
    boolean whole = found.contains(asked.transactionId()) || found.size() == Question.NEWEST;
    if (!whole || !ours.equals(found.subList(0, Math.min(ours.size(), found.size())))) {
      differs(peer.name() + ", " + question.title + " " + question.value(asked) + ": " + found);
    }
  }

  private void differs(String what) {
    if (different++ < 10) {
      System.out.println("another answer: " + what);
    }
  }

  private void export(Peer peer, Result result) throws Exception {
    Map.Entry<String, Integer> busiest = samples.busiest();
    try (Export to = new Export()) {
      long start = System.nanoTime();
      long rows = peer.export(busiest.getKey(), to);
      result.exportRate = rows / ((System.nanoTime() - start) / 1e9);
      if (!(peer instanceof Ours) && rows != busiest.getValue()) {
        differs(peer.name() + ", export: " + rows + " rows of " + busiest.getValue());
      }
    }
  }
}
