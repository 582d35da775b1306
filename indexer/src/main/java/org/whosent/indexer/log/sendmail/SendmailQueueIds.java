package org.whosent.indexer.log.sendmail;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * What Sendmail's queue IDs tell of the process that gave them out ({@code assign_queueid} of
 * {@code queue.c}): {@code YMDhms}, then one or two letters that count, then the process ID's
 * digits. The time is UTC, and that of the first ID which the process needed: seen with 8.17, when
 * the client connected. It takes a new one when it has counted to the end. Stateless.
 */
final class SendmailQueueIds {
  /** The digits of the time, of base 60 ({@code QueueIdChars}). */
  private static final String BASE_60 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx";

  private static final int TIME = 6;
  private static final int PROCESS = 5;
  private static final int FIRST_YEAR = 1900;

  private SendmailQueueIds() {}

  /** What all IDs of one process have in common: when it needed the first, and its own ID. */
  static String stemOf(String id) {
    return id.length() < TIME + 1 + PROCESS
        ? id // as before 8.10, which knew no logins
        : id.substring(0, TIME) + id.substring(id.length() - PROCESS);
  }

  /**
   * When the process needed its first ID, to the second.
   *
   * @param about the year in the ID is the one after this time's, or one of the 59 before that
   * @return null where the ID tells no time
   */
  static Instant begun(String id, Instant about) {
    int[] digits = id.chars().limit(TIME).map(BASE_60::indexOf).toArray();
    if (digits.length < TIME || digits[0] < 0) {
      return null;
    }
    int year = about.atZone(ZoneOffset.UTC).getYear() + 1;
    year -= Math.floorMod(year - FIRST_YEAR - digits[0], BASE_60.length());
    try {
      return LocalDateTime.of(year, digits[1] + 1, digits[2], digits[3], digits[4], digits[5])
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
