package org.whosent.record;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a mail server gave out a queue ID, of those that write the time into it: Postfix's long ones
 * ({@code enable_long_queue_ids}), Exim's of both lengths, Sendmail's from 8.10 on, and KumoMTA's
 * (RFC 9562 section 5.1). Anybody can make such an ID up, so that this says when there would be a
 * log line, and never whose it is.
 *
 * @param server whose form it has
 * @param time to the second
 */
public record QueueIdTime(String server, Instant time) {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  /** Without vowels: no ID is to be a word. */
  private static final String POSTFIX_DIGITS =
      "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";

  /** Seconds, microseconds, and behind the z the inode, to the base 51. */
  private static final Pattern POSTFIX =
      Pattern.compile(
          "([0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{6})([0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{4})z[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-y]{1,12}");

  private static final int MICROSECONDS = 1_000_000;

  private static final int EXIMS_TIME = 6;

  /** Seconds, the process, and a fraction of the second with what tells hosts apart. */
  private static final Pattern EXIM =
      Pattern.compile(
          "[0-9A-Za-z]{6}-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4})");

  /** Year since 1900 to the modulus 60, month, day, hour, minute, second; a count; the process. */
  private static final Pattern SENDMAIL =
      Pattern.compile("[0-9A-Za-x][0-9AB][1-9A-V][0-9A-N][0-9A-Za-x]{4}[0-9]{5,10}");

  /** Any of them may be one of Postfix's short ones. */
  private static final Pattern HEXADECIMAL = Pattern.compile("[0-9A-F]{1,30}");

  /** To the base 60 ({@code QueueIdChars}). */
  private static final String SENDMAILS_DIGITS = DIGITS.substring(0, 60);

  private static final int SENDMAILS_TIME = 6;
  private static final int SENDMAILS_EPOCH = 1900;

  /** A UUID of version 1 without hyphens: low, middle and high part of its time. */
  private static final Pattern KUMOMTA =
      Pattern.compile("([0-9a-f]{8})([0-9a-f]{4})1([0-9a-f]{3})[89ab][0-9a-f]{15}");

  /** Of the units of a UUID, which are 100 ns. */
  private static final long UNITS = 10_000_000;

  private static final Instant UUIDS_EPOCH = Instant.parse("1582-10-15T00:00:00Z");

  private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Duration CLOCKS = Duration.ofDays(1);

  /**
   * What the ID says.
   *
   * @param now no ID is from after it, but for a day's difference of clocks
   * @return empty for an ID of another form, or one whose time cannot be
   */
  public static Optional<QueueIdTime> of(String id, Instant now) {
    Matcher postfix = POSTFIX.matcher(id);
    if (postfix.matches()) {
      return number(postfix.group(2), POSTFIX_DIGITS) < MICROSECONDS
          ? likely("Postfix", number(postfix.group(1), POSTFIX_DIGITS), now)
          : Optional.empty();
    }
    Matcher exim = EXIM.matcher(id);
    if (exim.matches()) {
      return likely("Exim", ofExim(id), now);
    }
    Matcher kumomta = KUMOMTA.matcher(id);
    if (kumomta.matches()) {
      long units = Long.parseLong(kumomta.group(3) + kumomta.group(2) + kumomta.group(1), 16);
      return likely("KumoMTA", UUIDS_EPOCH.getEpochSecond() + units / UNITS, now);
    }
    Matcher sendmail = SENDMAIL.matcher(id);
    Instant begun =
        sendmail.matches() && !HEXADECIMAL.matcher(id).matches() ? ofSendmail(id, now) : null;
    return begun == null ? Optional.empty() : likely("Sendmail", begun.getEpochSecond(), now);
  }

  /**
   * When a Sendmail process needed its first queue ID ({@code assign_queueid} of {@code queue.c}),
   * to the second. Of the ID only the six digits of the time are looked at.
   *
   * @param about the year in the ID is the one after this time's, or one of the 59 before that
   * @return null where the ID tells no time
   */
  public static Instant ofSendmail(String id, Instant about) {
    int[] digits = id.chars().limit(SENDMAILS_TIME).map(SENDMAILS_DIGITS::indexOf).toArray();
    if (digits.length < SENDMAILS_TIME || digits[0] < 0) {
      return null;
    }
    int year = about.atZone(ZoneOffset.UTC).getYear() + 1;
    year -= Math.floorMod(year - SENDMAILS_EPOCH - digits[0], SENDMAILS_DIGITS.length());
    try {
      return LocalDateTime.of(year, digits[1] + 1, digits[2], digits[3], digits[4], digits[5])
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return null; // as of the 31st of a month that has none
    }
  }

  /**
   * When Exim gave an ID out, in seconds since 1970 (to the base 62).
   *
   * @param id in Exim's form, of either length; only its first six characters are looked at
   */
  public static long ofExim(String id) {
    return number(id.substring(0, EXIMS_TIME), DIGITS);
  }

  private static Optional<QueueIdTime> likely(String server, long seconds, Instant now) {
    Instant time = Instant.ofEpochSecond(seconds);
    return time.isBefore(EARLIEST) || time.isAfter(now.plus(CLOCKS))
        ? Optional.empty()
        : Optional.of(new QueueIdTime(server, time));
  }

  /** As an answer says it. */
  public String inWords() {
    return "as an ID of %s's it was given out at %s".formatted(server, Times.format(time));
  }

  private static long number(String text, String digits) {
    long number = 0;
    for (int i = 0; i < text.length(); i++) {
      number = number * digits.length() + digits.indexOf(text.charAt(i));
    }
    return number;
  }
}
