package org.whosent.indexer.log.reader;

import java.time.Instant;
import org.whosent.indexer.log.Forgotten;

/**
 * When the last line of each message was, for servers that do not give out an ID twice within days.
 * Where a clock is set back, a message's lines count no earlier than the one before: see {@link
 * SetBackClock}.
 *
 * <p>Bounded: of too many messages the one heard of longest ago is forgotten; its lines have their
 * own time then. Not thread-safe.
 */
public final class MessageTimes {
  private final SessionTable<String, SetBackClock.Mark> heard;
  private final SetBackClock clock = new SetBackClock();

  /** Knows no message yet. */
  public MessageTimes(Forgotten forgotten) {
    // Many of them are over, and nobody says so: nothing is lost that is worth counting.
    this.heard = new SessionTable<>(SessionTable.MANY, forgotten, _ -> Instant.MIN);
  }

  /**
   * A line begins that message, at its own time; also once more, where a log is read again.
   *
   * @param message by its ID and machine
   */
  public void opened(String message, Instant time) {
    clock.isBehind(time);
    heard.put(message, clock.mark(time, time));
  }

  /** The same of a line that may not be the first. */
  public void mayOpen(String message, Instant time) {
    clock.isBehind(time);
    heard.putIfAbsent(message, clock.mark(time, time));
  }

  /** The time that counts for a further line; its own where the beginning was not read. */
  public Instant of(String message, Instant time) {
    clock.isBehind(time);
    SetBackClock.Mark before = heard.get(message);
    if (before == null) {
      return time;
    }
    Instant counts = clock.after(before, time);
    if (counts.isAfter(before.time())) {
      heard.put(message, clock.mark(counts, time));
    }
    return counts;
  }

  /** Nothing more comes of that message. */
  public void over(String message) {
    heard.remove(message);
  }
}
