package org.whosent.indexer.log.exim;

import java.time.Instant;
import java.util.ArrayDeque;
import org.whosent.record.QueueIdTime;
import org.whosent.record.SubmissionRecord;

/**
 * Names in arrivals that a client may have written ({@link EximClientText}), which count once a
 * line that is surely Exim's is of that message. One that a client made up has no other line, or it
 * is a message of his own, and then there is the arrival that Exim wrote: so all of the log since
 * the message's ID was given must have been read, and no second arrival may stand in it.
 *
 * <p>What counts is in the last {@value #WITHIN} bytes, which a reader is shown again when it
 * starts in a log's middle. Not thread-safe.
 */
final class EximHeldNames {
  private static final long WITHIN = 4 << 20;
  private static final long STEP = 64 << 10;

  /** Of receiving a message. */
  private static final long LONGEST_SECONDS = 3600;

  /** A name and where the log has it. */
  record Held(String user, String localUser, long at) {}

  /** A time up to which the log is known, and where. */
  private record Mark(long second, long at) {}

  private final ArrayDeque<Mark> marks = new ArrayDeque<>();
  private long at;
  private long missingAt = -1;
  private long forgotten = Long.MIN_VALUE;
  private boolean any;

  /** The log's next line begins, of so many bytes. */
  void line(Instant time, int length, boolean doubtful) {
    at += length + 1;
    if (!doubtful && (marks.isEmpty() || at - marks.getLast().at >= STEP)) {
      marks.add(new Mark(time.getEpochSecond(), at));
      while (at - marks.getFirst().at > WITHIN) {
        marks.removeFirst();
      }
    }
  }

  /** Lines are missing before the next one. */
  void missing() {
    marks.clear();
    missingAt = at;
  }

  /** An arrival of that time is not known any more. */
  void forgotten(Instant time) {
    forgotten = Math.max(forgotten, time.getEpochSecond());
  }

  /**
   * The name of an arrival that nothing confirms yet; null where nothing could.
   *
   * @param facts hold the name
   */
  Held hold(SubmissionRecord.Builder facts) {
    long given = QueueIdTime.ofExim(facts.transactionId);
    long arrived = facts.time.getEpochSecond();
    boolean known = false; // what was logged since then
    for (Mark mark : marks) {
      known |= mark.second < given && at - mark.at <= WITHIN;
    }
    boolean named = facts.user != null || facts.localUser != null;
    boolean plausible = given <= arrived && arrived - given <= LONGEST_SECONDS;
    if (!named || !known || given <= forgotten || !plausible) {
      return null;
    }
    any = true;
    return new Held(facts.user, facts.localUser, at);
  }

  /** False where no name was held so far. */
  boolean isAny() {
    return any;
  }

  /** A line that is surely Exim's is of that message: it says its name too. */
  void confirm(EximOpening opening, SubmissionRecord.Builder facts) {
    Held held = opening == null ? null : opening.held;
    if (held != null && held.at > missingAt && at - held.at <= WITHIN) {
      facts.user = held.user;
      facts.localUser = held.localUser;
    }
  }
}
