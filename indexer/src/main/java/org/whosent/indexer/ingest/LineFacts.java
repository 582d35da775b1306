package org.whosent.indexer.ingest;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.whosent.indexer.ingest.input.Hashes;
import org.whosent.indexer.ingest.input.LineInput;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.LogReader;
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
  private final Hashes hashes = new Hashes();

  /** Whose line was shown to a reader last, or null. */
  String host;

  /** When that was written, or null. */
  Instant time;

  /** Of the log that is read. */
  LastingLines lasting = new LastingLines();

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

  /** A reader of a log begins that was shown no line of it. */
  void begin() {
    host = null;
    time = null;
    lasting = new LastingLines();
  }

  /** A reader goes on where it stands. */
  void goOn(StandingReaders.Standing standing) {
    host = standing.host();
    time = standing.time();
    lasting = standing.lasting();
  }

  /** How far that log is read now. */
  Checkpoint behind(String first, LineInput in, Instant lastTime) {
    return Checkpoint.behind(first, in, hashes, lastTime, lasting.before(in.wholeEnd()));
  }

  /** The reader of the log stands at that offset. */
  StandingReaders.Standing standing(LogReader reader, long offset) {
    return new StandingReaders.Standing(reader, offset, host, time, lasting);
  }

  /**
   * For lines before a checkpoint: their facts were taken, the host's span goes on.
   *
   * @param name of the host that all should be of, or null
   */
  FactSink known(String name, LineInput in) {
    others = false;
    return new Known(name, in);
  }

  /** For a line far before a checkpoint, which begins there. */
  FactSink lasting(long place) {
    return new NoFacts() {
      @Override
      public void lasting(String what) {
        lasting.add(what, place);
      }
    };
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
    /** Has the line. */
    protected final LineInput in;

    /** One for all lines. */
    private final Consumer<Coverage.Span> ended = span -> work.change(batch -> batch.covered(span));

    @Override
    public void seen(String host, Instant time, boolean continuous) {
      LineFacts.this.host = host;
      LineFacts.this.time = time;
      work.spans().seen(host, time, continuous, ended);
    }

    CoverageOnly(LineInput in) {
      this.in = in;
    }

    @Override
    public void lasting(String what) {
      lasting.add(what, in.lineStart());
    }

    @Override
    public void dropped(String host, Instant from, Instant until) {
      work.change(batch -> batch.dropped(new Coverage.Span(host, from, until)));
    }
  }

  private final class Known extends CoverageOnly {
    private final String name;

    Known(String name, LineInput in) {
      super(in);
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
    private final LogCounts counts;
    private final Tally tally;
    private String lastLogHost;
    private boolean lastReplica;
    private List<String> machine = List.of();

    Taking(String file, LineInput in, LogCounts counts, Tally tally) {
      super(in);
      this.file = file;
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
