package org.whosent.indexer.ingest;

import static org.whosent.indexer.ingest.input.Unreadable.reading;

import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.whosent.indexer.ingest.input.LineInput;
import org.whosent.indexer.ingest.input.SourceFile;
import org.whosent.indexer.ingest.input.TurnedRound;
import org.whosent.indexer.ingest.input.Unreadable;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.NoFacts;

/**
 * Logs whose newest lines come first, as {@code journalctl -r} and the searches of log services
 * have them: found by the times of their lines, and turned round, since what several lines say
 * together hangs on their order. Belongs to one thread.
 */
final class NewestFirst {
  /** What is wrong with one that was not turned round. */
  static final String PROBLEM =
      "its newest lines come first: what several lines say together, such as who logged in, is not"
          + " joined; index it as a file of at most 2 GiB and 4 million lines and without --follow,"
          + " which reads it from its end, or oldest first (where a line is an entry: tac FILE |"
          + " whosent index -), into a new --data";

  /** So much of every log is looked at first, at most. */
  private static final int HEAD = 1 << 19;

  private static final int STOP_CHECK = 1024;

  private final BooleanSupplier stopped;

  NewestFirst(BooleanSupplier stopped) {
    this.stopped = stopped;
  }

  /**
   * Whether a log may be one, by its beginning.
   *
   * @param reader of its format, for this alone
   */
  boolean mayBe(SourceFile file, LogReader reader) {
    Times times = new Times();
    try (LineInput in = new LineInput(reading(() -> file.open(0)), 0)) {
      LineInput.Found found = reading(in::next);
      while ((found == LineInput.Found.LINE || found == LineInput.Found.OVERLONG)
          && in.offset() < HEAD
          && !times.order.runsForwards()) {
        if (found == LineInput.Found.LINE) {
          reader.read(in.line(), in.length(), times);
        }
        found = reading(in::next);
      }
    } catch (Unreadable e) {
      // Cut off: what there is of it is still to be read, and the reading says so.
    }
    return times.order.runsBackwards();
  }

  /**
   * The log turned round; null when it is none of these after all, has too much for that, or when
   * the run was stopped meanwhile.
   *
   * @param reader of its format, for this alone
   */
  TurnedRound turn(SourceFile file, LogReader reader) throws Unreadable {
    TurnedRound turned = reading(TurnedRound::new);
    boolean done = false;
    Times times = new Times();
    try (LineInput in = new LineInput(reading(() -> turned.keeping(file.open(0))), 0)) {
      LineInput.Found found = reading(in::next);
      for (long count = 0;
          found == LineInput.Found.LINE || found == LineInput.Found.OVERLONG;
          count++) {
        if (count % STOP_CHECK == 0 && stopped.getAsBoolean() || !turned.add(in)) {
          return null;
        }
        if (found == LineInput.Found.LINE) {
          reader.read(in.line(), in.length(), times);
        }
        found = reading(in::next);
      }
      turned.waiting(found == LineInput.Found.UNFINISHED);
      done = times.order.runsBackwards();
      return done ? turned : null;
    } finally {
      if (!done) {
        turned.close();
      }
    }
  }

  /** Takes the times alone. */
  private static final class Times extends NoFacts {
    private final LineOrder order = new LineOrder();

    @Override
    public void seen(String host, Instant time, boolean continuous) {
      order.time(time);
    }
  }
}
