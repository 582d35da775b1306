package org.whosent.indexer.log.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;
import org.whosent.record.BadLineException;
import org.whosent.record.JournalEntry;
import org.whosent.record.JournalLineReader;
import org.whosent.record.Outcome;
import org.whosent.record.SubmissionRecord;

/**
 * The journal of our own MSA: JSON lines, read by {@link JournalLineReader}. A submission is a
 * whole record; an outcome gives the recipients' fates. Refusals are counted only.
 *
 * <p>The journal's host is the name after {@code by} already, whatever {@code --host} says. Between
 * two lines further apart than {@link #SILENCE} the MSA was not there: its heartbeats are closer.
 *
 * <p>Thread-safe.
 */
public final class JournalSource implements LogSource {
  /** Several heartbeats; a hole longer than this is a gap in the coverage. */
  static final Duration SILENCE = Duration.ofMinutes(5);

  private static final int HOSTS = 1000;

  @Override
  public String name() {
    return "journal";
  }

  @Override
  public boolean recognises(String line) {
    return line.startsWith("{\"v\":") && line.contains("\"type\":\"");
  }

  @Override
  public boolean showsItsEnd() {
    return true; // a JSON object
  }

  @Override
  public LogReader reader(LogSettings settings) {
    return new Reader();
  }

  private static final class Reader implements LogReader {
    private final JournalLineReader lines = new JournalLineReader();
    private final Map<String, Instant> lastOfHost = new HashMap<>();
    private Instant last;

    @Override
    public LineKind read(byte[] line, int length, FactSink sink) {
      JournalEntry entry;
      try {
        SubmissionRecord.Builder submission = lines.submission(line, length);
        if (submission != null) {
          seen(submission.host, submission.time, sink);
          return submission(submission, sink);
        }
        entry = lines.read(line, length);
      } catch (BadLineException e) {
        return length > 0 && line[0] == '{' ? LineKind.UNKNOWN : LineKind.NOT_A_LOG;
      }
      seen(entry.host(), entry.time(), sink);
      return switch (entry) {
        case JournalEntry.Submission submission ->
            submission(submission.record().toBuilder(), sink);
        case JournalEntry.Outcome outcome -> {
          sink.facts(facts(outcome));
          yield LineKind.USED;
        }
        case JournalEntry.Refusal _ -> {
          sink.refusal();
          yield LineKind.KNOWN;
        }
        case JournalEntry.LoginFailure failure -> {
          sink.loginFailure(failure);
          yield LineKind.USED;
        }
        case JournalEntry.Heartbeat _ -> LineKind.KNOWN;
      };
    }

    /**
     * The MSA never writes where a fact was read, nor other IDs of the message: those are learnt by
     * the index. A line that has them could make it open a file of its choice or join two messages.
     */
    private LineKind submission(SubmissionRecord.Builder submission, FactSink sink) {
      submission.provenance = List.of();
      submission.aliases = List.of();
      submission.continuations = List.of();
      sink.facts(submission);
      return LineKind.USED;
    }

    private void seen(String host, Instant time, FactSink sink) {
      last = time;
      if (lastOfHost.size() >= HOSTS && !lastOfHost.containsKey(host)) {
        return;
      }
      Instant before = lastOfHost.put(host, time);
      boolean continuous = before == null || !time.isAfter(before.plus(SILENCE));
      sink.seen(host, time, continuous);
    }

    private static SubmissionRecord.Builder facts(JournalEntry.Outcome outcome) {
      SubmissionRecord.Builder facts =
          SubmissionRecord.Builder.of(outcome.time(), outcome.host(), outcome.transactionId());
      facts.recipients = outcome.recipients();
      boolean done = !outcome.recipients().isEmpty();
      for (int i = 0; done && i < outcome.recipients().size(); i++) {
        Outcome fate = outcome.recipients().get(i).outcome();
        done = fate != null && fate != Outcome.DEFERRED && fate != Outcome.UNKNOWN;
      }
      if (done) {
        facts.completed = outcome.time();
      }
      return facts;
    }

    @Override
    public Instant lastTime() {
      return last;
    }

    @Override
    public void lastTime(Instant time) {
      last = time;
    }

    @Override
    public void fileTime(Instant time) {
      // Journal times are complete.
    }
  }
}
