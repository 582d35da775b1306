package org.whosent.benchmarks.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.whosent.record.SubmissionRecord;

/**
 * Our store beside others, with the same records in the same run: {@code StoreComparison JOURNALS
 * DIRECTORY RECORDS DAYS PEER...}. Every peer gets the parsed records, keeps every field, has the
 * indexes that the questions need, and must answer as ours does: the same IDs in the same order,
 * the same CSV. Ends with exit status 1 when one does not.
 */
public final class StoreComparison {
  private final Journals journals;
  private final Samples samples;
  private final Map<Question, Map<String, List<String>>> answers = new EnumMap<>(Question.class);
  private long exported;
  private final List<Result> results = new ArrayList<>();
  private int different;

  private StoreComparison(Journals journals, Samples samples) {
    this.journals = journals;
    this.samples = samples;
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    Journals journals = new JournalFiles(Path.of(arguments[0]));
    Path directory = Files.createDirectories(Path.of(arguments[1]));
    int about = Integer.parseInt(arguments[2]);
    int days = Integer.parseInt(arguments[3]);
    Set<String> peers = Set.of(Arrays.copyOfRange(arguments, 4, arguments.length));
    long start = System.nanoTime();
    long cpu = Usage.cpu();
    Samples samples = Samples.of(journals, about);
    String parsing =
        "| reading and parsing the journal alone | %s | %s | | | | |"
            .formatted(
                Report.number(samples.records() / seconds(start), 0),
                Report.number((Usage.cpu() - cpu) / 1e3 / samples.records(), 1));
    for (SubmissionRecord record : samples.measured) {
      Field.checkAllKept(record);
    }
    StoreComparison run = new StoreComparison(journals, samples);
    for (Peers known : Peers.values()) {
      if (peers.contains(known.argument)) {
        try (Peer peer = known.opening.open(directory, samples, days)) {
          run.measure(peer);
        }
      }
    }
    Report.print(run.results, parsing);
    new GrowthModel(samples.records(), days).print(run.results);
    if (run.different > 0) {
      System.out.println(run.different + " answers differ from ours: see above");
      System.exit(1);
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private void measure(Peer peer) throws Exception {
    String missing = peer.missing();
    if (missing != null) {
      System.out.println("left out: " + missing);
      return;
    }
    Result result = new Result(peer.name());
    results.add(result);
    peer.start();
    ingest(peer, result);
    result.bytes = (double) peer.bytes() / samples.records();
    Usage.read(peer.files());
    for (Question question : Question.values()) {
      if (peer.answers(question)) {
        Asking asking = new Asking(peer, samples);
        result.looks.put(
            question,
            asking.measure(question, (asked, found) -> compare(peer, question, asked, found)));
      }
    }
    export(peer, result);
    purge(peer, result);
    Report.sofar(result);
  }

  private void ingest(Peer peer, Result result) throws Exception {
    Usage.sync(journals.directory());
    long start = System.nanoTime();
    long cpu = Usage.cpu() + peer.serverCpu();
    if (peer.ingest(journals)) {
      result.ingestRate = samples.records() / seconds(start);
      result.cpuMicros = (Usage.cpu() + peer.serverCpu() - cpu) / 1e3 / samples.records();
    }
  }

  /**
   * The first peer's answers are those that others must give; and they must have what was asked.
   */
  private void compare(Peer peer, Question question, SubmissionRecord asked, List<String> found) {
    List<String> ours =
        answers
            .computeIfAbsent(question, _ -> new HashMap<>())
            .computeIfAbsent(question.value(asked), _ -> found);
    boolean single = question.ordinal() <= Question.BODY.ordinal();
    if (!found.equals(ours) || single && !found.equals(List.of(asked.transactionId()))) {
      differs(peer, question.title + " " + question.value(asked) + ": " + found + ", not " + ours);
    }
  }

  private void differs(Peer peer, String what) {
    if (different++ < 10) {
      System.out.println(peer.name() + " answers otherwise: " + what);
    }
  }

  private void export(Peer peer, Result result) throws Exception {
    Map.Entry<String, Integer> busiest = samples.busiest();
    try (Export to = new Export()) {
      long start = System.nanoTime();
      long rows = peer.export(busiest.getKey(), to);
      double seconds = seconds(start);
      if (rows < 0) {
        return;
      }
      result.exportRate = rows / seconds;
      exported = exported == 0 ? to.sum() : exported;
      if (rows != busiest.getValue() || to.sum() != exported) {
        differs(peer, "export of " + rows + " rows, not the " + busiest.getValue() + " of ours");
      }
    }
  }

  private void purge(Peer peer, Result result) throws Exception {
    if (!peer.purges() || samples.dayAfter(2).isAfter(samples.last().time())) {
      return; // nothing would be left
    }
    result.purgeMillis = Stopwatch.millis(() -> peer.purge(samples.dayAfter(1)));
    result.dropMillis = Stopwatch.millis(() -> peer.drop(samples.dayAfter(2)));
    if (peer.answers(Question.BODY)
        && (!peer.find(Question.ID, samples.first()).isEmpty()
            || peer.find(Question.ID, samples.last()).isEmpty())) {
      differs(peer, "after the first day was deleted");
    }
  }
}
