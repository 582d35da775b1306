package org.whosent.indexer.log.reader;

import java.time.Duration;
import java.time.Instant;

/**
 * Knows when a line of one log stands behind a later one: the clock was set back. What is logged
 * then of a message whose opening was before that has a time before its own beginning, as the rest
 * of an older message would that had the same queue ID. But an older one's lines stand before the
 * opening, not behind it: so the reader, who alone sees the order, moves the line's time to it, or
 * to that of a later line of the message.
 *
 * <p>Not thread-safe.
 */
public final class SetBackClock {
  /** Log lines of two processes may be out of order by so much; records join within it. */
  public static final Duration DISORDER = Duration.ofSeconds(2);

  /** What one session does before and after the clock was set back is joined within that. */
  public static final Duration SOON = Duration.ofMinutes(1);

  /** What is further behind is another log's, read later. */
  private static final Duration FURTHEST = Duration.ofHours(3);

  private long latest = Long.MIN_VALUE;

  /** Of the line before; that when there is none. */
  private long last = Long.MAX_VALUE;

  /** The last two lines between which the clock was set back. */
  private long stepFrom = Long.MIN_VALUE;

  private long stepTo = Long.MIN_VALUE;

  /** How often it was. */
  private int steps;

  /**
   * When something was that further lines of the same message come after.
   *
   * @param time that counts
   * @param steps how often the clock had been set back by then; -1 where it is not its line's time
   */
  public record Mark(Instant time, int steps) {}

  /**
   * True when the line is earlier than one before it, by seconds; asked of each line, in order.
   *
   * @param time of the line
   */
  public boolean isBehind(Instant time) {
    long second = time.getEpochSecond();
    if (last != Long.MAX_VALUE && second < last - DISORDER.getSeconds()) {
      stepFrom = last;
      stepTo = second;
      steps++;
    }
    last = second;
    if (second > latest || second == latest && steps == 0) {
      latest = second;
      return false;
    }
    return true;
  }

  /**
   * The time that counts for a line which stands behind its message's opening.
   *
   * @param opened the time of the opening
   * @param time of the line
   */
  public static Instant notBefore(Instant opened, Instant time) {
    return isSetBack(opened, time) ? opened : time;
  }

  /** How often the lines so far went back. */
  public int steps() {
    return steps;
  }

  /**
   * What the line that was read last is, for those behind it.
   *
   * @param counts the time that counts for it
   * @param time that it has
   */
  public Mark mark(Instant counts, Instant time) {
    return new Mark(counts, counts.equals(time) ? steps : -1);
  }

  /**
   * The time that counts for a line which stands behind that one of its message: a moment later, if
   * the clock was set back between them, since of two outcomes of one time neither is the last.
   */
  public Instant after(Mark mark, Instant time) {
    boolean back =
        mark.steps == steps
            ? isSetBack(mark.time, time)
            : !time.isAfter(mark.time) && time.isAfter(mark.time.minus(FURTHEST));
    return back ? mark.time.plusNanos(1000) : time;
  }

  /**
   * True when a line is so much earlier than one before it as only a clock that was set back is.
   */
  static boolean isSetBack(Instant before, Instant time) {
    return time.isBefore(before.minus(DISORDER)) && time.isAfter(before.minus(FURTHEST));
  }

  /**
   * True when the clock was set back between two lines, and it was no longer from one to the other
   * than that, as far as the lines around tell.
   *
   * @param time of the line that was read last
   */
  public boolean wasSetBack(Instant before, Instant time, Duration longest) {
    return steps > 0 && isSetBack(before, time) && isShort(before, time, longest);
  }

  /** The same where it is known by the order of the lines; so it is seen of the least step, too. */
  public boolean wasSetBack(Mark before, Instant time, Duration longest) {
    return before.steps != steps
        && time.isAfter(before.time.minus(FURTHEST))
        && isShort(before.time, time, longest);
  }

  private boolean isShort(Instant before, Instant time, Duration longest) {
    long until = Math.max(0, stepFrom - before.getEpochSecond());
    long since = Math.max(0, time.getEpochSecond() - stepTo);
    return until + since <= longest.getSeconds();
  }
}
