package org.whosent.indexer.log.collector;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.framing.SyslogStamps;
import org.whosent.record.Times;

/**
 * A line behind the stamp of a supervisor's logger: {@code @} and a TAI64N label (daemontools'
 * multilog and tai64n, runit's svlogd, s6-log), {@code 2026-11-26_10:00:00.12345} (svlogd -tt, in
 * UTC; its -ttt with a T), or what tai64nlocal makes of a label and s6-log writes itself, in local
 * time.
 *
 * <p>Behind a stamp socklog writes a line's facility and severity ({@code mail.info: }), which its
 * sender chose. Only mail's are read: a program that sends texts without a tag, strangers' perhaps,
 * says another one, unless somebody told it to say this.
 *
 * <p>The stamp counts for a line that has none ({@link BareLine}). One in local time only tells the
 * year of the line's own. s6-log cuts a line that is longer than 8192 bytes in two, and stamps the
 * rest as a line: a line of that length is lost, and the next with it. Known weak: it can be told
 * to cut sooner; where s6's libraries count leap seconds its labels are 27 seconds later than
 * others' of the same time, which labels do not show, and are read as the others are. Stateless.
 */
final class SupervisedLine {
  /** socklog's facility and severity, which are no program's. */
  private static final String PRIORITY =
      "(?:(?<facility>[a-z0-9]{2,8})\\.[a-z0-9]{1,7}: " + LineWrapping.BEGINS + ")?";

  private static final Pattern LINE =
      Pattern.compile(
          "(?:@(?<seconds>[0-9a-f]{16})(?<nanos>[0-9a-f]{8})"
              + " {1,2}|(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})(?<t>[_T])(?<clock>[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{5})"
              + " )"
              + PRIORITY
              + "|(?<localdate>[0-9]{4}-[0-9]{2}-[0-9]{2})"
              + " (?<localclock>[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{9}) {1,2}"
              + LineWrapping.BEGINS);

  /**
   * tai64n(8): "the number of TAI seconds since 1970-01-01 00:00:10 TAI", as it takes the clock's
   * for; a label of 1970 is 2 to the 62nd.
   */
  private static final long EPOCH = (1L << 62) + 10;

  private static final int CUT = 8192;
  private static final int NANOS = 1_000_000_000;

  private SupervisedLine() {}

  /** The line inside; null when there is none. */
  static LineWrapping.Unwrapped unwrapped(String line) {
    Matcher stamp = LINE.matcher(line);
    boolean isOne =
        stamp.lookingAt() && (!"T".equals(stamp.group("t")) || stamp.group("facility") != null);
    String time = isOne ? time(stamp) : null;
    if (time == null) {
      return null;
    }
    String text = line.substring(stamp.end());
    String facility = stamp.group("facility");
    if (facility != null && !facility.equals("mail")) {
      return new LineWrapping.Unwrapped.Other(text);
    }
    return text.getBytes(StandardCharsets.UTF_8).length < CUT
        ? new LineWrapping.Unwrapped.Line("stdout", time, "", text)
        : new LineWrapping.Unwrapped.Piece("stdout", time, "", false);
  }

  private static String time(Matcher stamp) {
    String date = stamp.group("date");
    if (date != null) {
      return date + 'T' + stamp.group("clock") + 'Z';
    }
    if (stamp.group("localdate") != null) {
      return stamp.group("localdate") + 'T' + stamp.group("localclock") + 'Z';
    }
    try {
      Instant time =
          Instant.ofEpochSecond(
              Long.parseUnsignedLong(stamp.group("seconds"), 16) - EPOCH,
              Long.parseLong(stamp.group("nanos"), 16));
      boolean sane = SyslogStamps.isSane(time) && Long.parseLong(stamp.group("nanos"), 16) < NANOS;
      return sane ? Times.format(time) : null;
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }
}
