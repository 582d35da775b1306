package org.whosent.indexer.ingest;

import static org.whosent.indexer.ingest.input.Unreadable.reading;

import java.io.IOException;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.whosent.indexer.ingest.input.LineInput;
import org.whosent.indexer.ingest.input.Unreadable;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogReader;

/**
 * One reading of a log: its lines from where an input stands, what they say into the batch, and how
 * far it came into the checkpoint. Used once. Not thread-safe.
 */
final class LogReading {
  private static final int STOP_CHECK = 1024;

  /**
   * What all readings of a run have.
   *
   * @param forgotten counts what any reader forgets
   * @param follows the rest of a line will be waited for: it is never read early
   */
  record Run(
      IngestBatch work,
      LineFacts facts,
      StandingReaders readers,
      Forgotten forgotten,
      BooleanSupplier stopped,
      boolean follows) {}

  private final Run run;
  private final Log log;
  private final LineInput in;
  private final LogReader reader;
  private final Tally tally;
  private final LogCounts counts;
  private final FactSink sink;
  private final long start;

  /** In the batch. */
  private Checkpoint stored;

  /** Of the last whole line, where a line without its line feed was read behind it. */
  private Instant lastTime;

  /** What an open end counted before has been taken back: that line is read anew. */
  private boolean openEndDropped;

  /** The last line that was read has no line feed. */
  private boolean open;

  private long forgotten;

  /**
   * A reading that has not begun.
   *
   * @param in stands where it begins
   * @param reader knows what is to be known of the lines before
   */
  LogReading(Run run, Log log, LineInput in, LogReader reader) {
    this.run = run;
    this.log = log;
    this.in = in;
    this.reader = reader;
    this.tally = log.tally();
    LineFacts facts = run.facts;
    this.counts = new LogCounts(log.file().family(), log.format().name(), facts.host, facts.time);
    this.sink = facts.taken(log.file().place(), in, counts, tally);
    this.start = in.offset();
    this.forgotten = run.forgotten.count();
  }

  /**
   * Reads to the end, or until the run is stopped.
   *
   * @param from the checkpoint where the input stands, or null
   * @throws IOException the store's
   */
  void read(Checkpoint from) throws IOException, Unreadable {
    stored = from;
    run.readers.reads(reader, log.format());
    reader.lookAhead(UndecidedEnd.ahead(log.file(), in, tally));
    tally.undecided = false;
    Unreadable broken = null;
    try {
      lines();
    } catch (Unreadable e) {
      broken = e;
      reader.inTheMidst();
    }
    reached(from);
    if (open) {
      counts.commitOpen(run.work, OpenCounts.place(log.first(), in.wholeEnd()));
    } else {
      counts.commit(run.work);
    }
    String problem = reader.problem();
    if (broken != null) {
      throw broken;
    }
    if (tally.undecided) {
      run.readers.standsBefore();
      UndecidedEnd.read(in, reader, run.facts.meanwhile(log.file().place(), in));
    }
    if (problem == null && log.format().sessionsNameUsers() && tally.runsBackwards()) {
      problem = NewestFirst.PROBLEM;
    }
    tally.problem = problem == null ? tally.problem : problem;
  }

  private void lines() throws IOException, Unreadable {
    Unreadable.Reading<LineInput.Found> next = in::next; // one for all lines
    long count = 0;
    while (true) {
      LineInput.Found found = reading(next);
      if (found == LineInput.Found.END || isUnfinished(found) && waits() || !line(found)) {
        return;
      }
      if (isUnfinished(found)) {
        open = !log.file().isStream();
        return;
      }
      if (run.work.lineRead()) {
        put(run.facts.behind(log.first(), in, reader.lastTime()));
        counts.commit(run.work);
        run.work.commitSoon();
      }
      if (++count % STOP_CHECK == 0 && run.stopped.getAsBoolean()) {
        return;
      }
    }
  }

  private static boolean isUnfinished(LineInput.Found found) {
    return found == LineInput.Found.UNFINISHED;
  }

  /** An unfinished line waits for its rest. */
  private boolean waits() {
    if (log.file().isComplete()) {
      return false;
    }
    tally.waiting =
        !run.follows
            && !(log.format().showsItsEnd() && OpenEnd.maybeDocument(in.line(), in.length()));
    return run.follows || tally.waiting;
  }

  /** Reads the line that was found; false when it is undecided. */
  private boolean line(LineInput.Found found) throws IOException {
    if (!openEndDropped && !log.file().isStream()) {
      openEndDropped = true;
      String place = OpenCounts.place(log.first(), start);
      run.work.change(batch -> OpenCounts.drop(batch, place));
    }
    boolean passedOver =
        isUnfinished(found) && !log.format().showsItsEnd() || found == LineInput.Found.OVERLONG;
    if (isUnfinished(found)) {
      lastTime = reader.lastTime();
      counts.commit(run.work);
    }
    if (passedOver) {
      reader.inTheMidst();
    }
    LineKind kind = passedOver ? LineKind.UNKNOWN : reader.read(in.line(), in.length(), sink);
    if (kind == LineKind.UNDECIDED) {
      in.putBack();
      tally.undecided = true;
      return false;
    }
    tally.lines++;
    long now = run.forgotten.count();
    if (now != forgotten) {
      tally.forgotten += now - forgotten;
      counts.forgotten(now - forgotten);
      forgotten = now;
    }
    tally.line(kind, counts);
    return true;
  }

  /** Leaves the checkpoint and the reader behind the last whole line. */
  private void reached(Checkpoint from) {
    Checkpoint reached = from;
    if (in.wholeEnd() > start) {
      Instant time = lastTime == null ? reader.lastTime() : lastTime;
      reached = run.facts.behind(log.first(), in, time);
      tally.bytes += reached.offset() - start;
    }
    if (reached != null) {
      put(reached);
      run.readers.put(log.first(), run.facts.standing(reader, reached.offset()));
    }
  }

  private void put(Checkpoint reached) {
    Checkpoint before = stored;
    if (!log.file().isStream() && !tally.turned && !reached.equals(before)) {
      run.work.checkpoint(batch -> reached.put(batch, before));
    }
    stored = reached;
  }
}
