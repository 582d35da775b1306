package org.whosent.indexer.ingest;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.whosent.indexer.ingest.input.LineInput;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.NoFacts;
import org.whosent.indexer.store.Coverage;
import org.whosent.record.JournalEntry;
import org.whosent.record.SubmissionRecord;

/**
 * What lines say, on its way into the batch; and whose line a reader was shown last. Belongs to the
 * reading thread.
 */
final class LineFacts {
  private final IngestBatch work;
  private final HostNames hosts;
  private final Forgotten forgotten;

  /** Whose line was shown to a reader last, or null. */
  String host;

  /** When that was written, or null. */
  Instant time;

  /** Of the lines shown since {@link #known}, some were not the host's that all should be of. */
  private boolean others;

  /**
   * Nothing yet.
   *
   * @param hosts knows which machines go by one name
   * @param forgotten of all readers; is told the time
   */
  LineFacts(IngestBatch work, HostNames hosts, Forgotten forgotten) {
    this.work = work;
    this.hosts = hosts;
    this.forgotten = forgotten;
  }

  /**
   * For lines before a checkpoint: their facts were taken, the host's span goes on.
   *
   * @param name of the host that all should be of, or null
   */
  FactSink known(String name) {
    others = false;
    return new Known(name);
  }

  /** Lines were shown to {@link #known}, and all were that host's. */
  boolean wereAllOfOneHost() {
    return host != null && !others;
  }

  /**
   * Takes the facts of the line that is being read.
   *
   * @param file as the records are to name it
   */
  FactSink taken(String file, LineInput in, LogCounts counts, Tally tally) {
    return new Taking(file, in, counts, tally);
  }

  /** The same of a line that is read again: it does not count yet, nor does the host's span. */
  FactSink meanwhile(String file, LineInput in) {
    return new Meanwhile(file, in);
  }

  private final class Meanwhile extends NoFacts {
    private final String file;
    private final LineInput in;
    private List<String> machine = List.of();

    Meanwhile(String file, LineInput in) {
      this.file = file;
      this.in = in;
    }

    @Override
    public void machine(String logHost) {
      machine = hosts.machine(logHost);
    }

    @Override
    public void facts(SubmissionRecord.Builder facts) {
      facts.logHosts = machine;
      work.add(facts, file, in, null);
    }
  }

  private class CoverageOnly extends NoFacts {
    /** One for all lines. */
    private final Consumer<Coverage.Span> ended = span -> work.change(batch -> batch.covered(span));

    @Override
    public void seen(String host, Instant time, boolean continuous) {
      LineFacts.this.host = host;
      LineFacts.this.time = time;
      work.spans().seen(host, time, continuous, ended);
    }

    @Override
    public void dropped(String host, Instant from, Instant until) {
      work.change(batch -> batch.dropped(new Coverage.Span(host, from, until)));
    }
  }

  private final class Known extends CoverageOnly {
    private final String name;

    Known(String name) {
      this.name = name;
    }

    @Override
    public void seen(String host, Instant time, boolean continuous) {
      others |= name != null && !name.equals(host);
      super.seen(host, time, continuous);
    }
  }

  private final class Taking extends CoverageOnly {
    private final String file;
    private final LineInput in;
    private final LogCounts counts;
    private final Tally tally;
    private String lastLogHost;
    private boolean lastReplica;
    private List<String> machine = List.of();

    Taking(String file, LineInput in, LogCounts counts, Tally tally) {
      this.file = file;
      this.in = in;
      this.counts = counts;
      this.tally = tally;
    }

    @Override
    public void seen(String host, Instant time, boolean continuous) {
      tally.time(time);
      super.seen(host, time, continuous);
      forgotten.now(time);
      counts.line(host, time);
    }

    @Override
    public void facts(SubmissionRecord facts) {
      facts(facts.toBuilder());
    }

    @Override
    public void machine(String logHost) {
      if (logHost != lastLogHost || lastReplica) {
        machine = hosts.machine(logHost);
        lastLogHost = logHost;
        lastReplica = false;
      }
    }

    @Override
    public void replica(String logHost) {
      if (logHost != lastLogHost || !lastReplica) {
        machine = hosts.replica(logHost);
        lastLogHost = logHost;
        lastReplica = true;
      }
    }

    @Override
    public void facts(SubmissionRecord.Builder facts) {
      facts.logHosts = machine;
      LogCounts.Count count = counts.facts(facts.origin, facts.recipients);
      if (facts.origin != null) {
        tally.records++;
      }
      work.add(facts, file, in, count);
    }

    @Override
    public void clientText(String remedy) {
      counts.clientText(remedy);
    }

    @Override
    public void refusal() {
      tally.refusals++;
    }

    @Override
    public void loginFailure() {
      tally.loginFailures++;
    }

    @Override
    public void loginFailure(JournalEntry.LoginFailure failure) {
      tally.loginFailures++;
      work.add(failure, file, in);
    }
  }
}
