package org.whosent.indexer.log.exim;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.NoFacts;
import org.whosent.indexer.log.reader.SetBackClock;
import org.whosent.record.SubmissionRecord;

/**
 * What lines at the end of a log say as long as it is not known how far a client's text goes: of
 * the first line of a message, if it is an arrival, all but whom it names, as of a doubtful one.
 * Nothing of what may turn out to be too early for Exim's ({@link EximClientText#isForged}): so
 * whatever shows later, all that is given is given again. Not thread-safe.
 */
final class EximMeanwhile implements LogReader {
  private final EximReader inside;
  private final Predicate<String> known;
  private final Set<String> met = new HashSet<>();
  private Instant latest;

  /**
   * For a log's end.
   *
   * @param inside at the undecided line, of which it knows nothing else
   * @param known true for the ID of a message that stands before it
   * @param latest no line that is earlier counts; null: all do
   */
  EximMeanwhile(EximReader inside, Predicate<String> known, Instant latest) {
    this.inside = inside;
    this.known = known;
    this.latest = latest == null ? Instant.MIN : latest;
  }

  @Override
  public LineKind read(byte[] line, int length, FactSink sink) {
    LineKind kind = inside.read(line, length, new Nameless(sink));
    if (kind != LineKind.NOT_A_LOG) {
      Instant notBefore = inside.framing().time().minus(SetBackClock.DISORDER);
      latest = notBefore.isAfter(latest) ? notBefore : latest;
      met.add(inside.framing().id());
    }
    return kind;
  }

  private final class Nameless extends NoFacts {
    private final FactSink sink;

    Nameless(FactSink sink) {
      this.sink = sink;
    }

    @Override
    public void machine(String logHost) {
      sink.machine(logHost);
    }

    @Override
    public void facts(SubmissionRecord.Builder facts) {
      boolean first = !met.contains(facts.transactionId) && !known.test(facts.transactionId);
      boolean named = facts.user != null || facts.localUser != null;
      if (first && !named && !facts.time.isBefore(latest)) {
        sink.facts(facts);
      }
    }
  }

  @Override
  public Instant lastTime() {
    return inside.lastTime();
  }

  @Override
  public void lastTime(Instant time) {
    inside.lastTime(time);
  }

  @Override
  public void fileTime(Instant time) {
    inside.fileTime(time);
  }
}
