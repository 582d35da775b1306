package org.whosent.msa.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.whosent.msa.auth.UserLimits;
import org.whosent.record.ClueType;

/**
 * How much each user sent in the last day, in slices of five minutes. Thread-safe.
 *
 * <p>A slice counts while any of it lies within the hour or day looked at, so that the limit holds
 * for every span of that length; a place is free up to five minutes late. Memory: at most 289
 * slices for each user who sent within a day. Messages that the next hop put off do not count: the
 * client must send them again.
 */
public final class UserRates {
  private static final long SLICE_SECONDS = 300;
  private static final long HOUR = Duration.ofHours(1).toSeconds() / SLICE_SECONDS;
  private static final long DAY = Duration.ofDays(1).toSeconds() / SLICE_SECONDS;

  private static final class Slice {
    final long number;
    long messages;
    long recipients;

    Slice(long number) {
      this.number = number;
    }

    /** Takes over what was counted in one that is not before this one; false for any other. */
    boolean takes(Slice other) {
      if (other.number < number) {
        return false;
      }
      messages += other.messages;
      recipients += other.recipients;
      return true;
    }
  }

  private final Map<String, ArrayDeque<Slice>> byUser = new HashMap<>();
  private long pruned;
  private long newest = Long.MIN_VALUE;

  /**
   * What speaks against a message of this user now.
   *
   * @param recipients of the message so far
   * @return for the client; null when nothing does
   */
  public synchronized String refusal(String user, UserLimits limits, Instant now, long recipients) {
    long slice = slice(now);
    look(slice);
    long hourMessages = 1;
    long dayMessages = 1;
    long hourRecipients = recipients;
    long dayRecipients = recipients;
    for (Slice s : byUser.getOrDefault(ClueType.USER.fold(user), new ArrayDeque<>())) {
      // A clock that was set back a little leaves a slice ahead of it: it counts.
      if (s.number >= slice - DAY) {
        dayMessages += s.messages;
        dayRecipients += s.recipients;
      }
      if (s.number >= slice - HOUR) {
        hourMessages += s.messages;
        hourRecipients += s.recipients;
      }
    }
    if (hourMessages > limits.perHour()) {
      return "more than " + limits.perHour() + " messages in an hour";
    }
    if (dayMessages > limits.perDay()) {
      return "more than " + limits.perDay() + " messages in a day";
    }
    if (hourRecipients > limits.recipientsPerHour()) {
      return "more than " + limits.recipientsPerHour() + " recipients in an hour";
    }
    if (dayRecipients > limits.recipientsPerDay()) {
      return "more than " + limits.recipientsPerDay() + " recipients in a day";
    }
    return null;
  }

  /** Counts a message when nothing speaks against it; otherwise says what does. */
  public synchronized String take(String user, UserLimits limits, Instant now, long recipients) {
    String refusal = refusal(user, limits, now, recipients);
    if (refusal == null) {
      count(user, now, 1, recipients);
    }
    return refusal;
  }

  /** Counts a message whatever the limits; for what was sent before the server started. */
  public void add(String user, Instant time, long recipients) {
    count(user, time, 1, recipients);
  }

  /** Takes back a message that was counted at that time. */
  public void giveBack(String user, Instant time, long recipients) {
    count(user, time, -1, -recipients);
  }

  private synchronized void count(String user, Instant time, long messages, long recipients) {
    long number = slice(time);
    prune(number);
    ArrayDeque<Slice> slices =
        byUser.computeIfAbsent(ClueType.USER.fold(user), _ -> new ArrayDeque<>());
    while (!slices.isEmpty() && slices.peekFirst().number < number - DAY) {
      slices.removeFirst();
    }
    Slice slice = null;
    for (var all = slices.descendingIterator(); all.hasNext() && slice == null; ) {
      Slice candidate = all.next();
      slice = candidate.number == number ? candidate : null;
    }
    if (slice == null && messages > 0) {
      slice = new Slice(number);
      slices.addLast(slice);
    }
    if (slice != null) {
      slice.messages = Math.max(0, slice.messages + messages);
      slice.recipients = Math.max(0, slice.recipients + recipients);
    }
  }

  /**
   * What was sent while the clock was ahead counts as sent now that it was set back: else it would
   * count until it is that late again, and its user be kept from sending for days.
   */
  private void look(long number) {
    if (newest > number + 1) {
      for (ArrayDeque<Slice> slices : byUser.values()) {
        Slice now = new Slice(number);
        slices.removeIf(slice -> now.takes(slice));
        slices.addLast(now);
      }
      newest = number;
      pruned = number;
    }
    newest = Math.max(newest, number);
  }

  /** Forgets users who sent nothing for a day, once in a slice. */
  private void prune(long number) {
    if (number > pruned) {
      pruned = number;
      byUser.values().removeIf(slices -> slices.stream().allMatch(s -> s.number < number - DAY));
    }
  }

  private static long slice(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), SLICE_SECONDS);
  }
}
