package org.whosent.indexer.log.reader;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;

/**
 * What a log daemon says of lines that it did not write because there were too many: a burst of
 * mail is when they are needed most. Not thread-safe.
 *
 * <table>
 * <caption>What is read</caption>
 * <tr><td>rsyslogd</td><td>{@code imuxsock[pid 2142]: begin to drop messages due to rate-limiting},
 * (in newer versions {@code [pid: 2142, name: /usr/sbin/smtpd] from <mail:postfix>:}), and when the time is over and the next message comes {@code imuxsock[pid 2142]: 51 messages lost
 * due to rate-limiting (200 allowed within 5 seconds)}; of imjournal the same; before version 7
 * {@code imuxsock begins to drop messages from pid 2142 due to rate-limiting} and {@code imuxsock
 * lost 51 messages from pid 2142 due to rate-limiting}</td></tr>
 * <tr><td>systemd-journald</td><td>{@code Suppressed 51 messages from postfix.service}, when the
 * unit's next message comes</td></tr>
 * </table>
 *
 * <p>Whose messages they were rsyslogd does not say, but for a process number, so each counts;
 * journald's count where the unit is one that mail servers run in, or a container's.
 */
final class DroppedLines {
  /** More than that many are not begun and not ended at a time. */
  private static final int LIMITERS = 1000;

  /** A limiter's name is not longer, with the process that it is about. */
  private static final int NAME = 300;

  /** {@code RateLimitIntervalSec} of journald.conf(5), where nobody set another. */
  private static final Duration JOURNALD = Duration.ofSeconds(30);

  /** A limit's time is not longer, unless the report says so. */
  private static final Duration LONGEST = Duration.ofHours(1);

  private static final Pattern RSYSLOGD =
      Pattern.compile(
          "(?<name>im[a-z]{2,20}\\b.{0,250}?)(?: from <.{1,250}>)?:? (?:"
              + "(?<begins>begins? to drop messages)"
              + "|(?:lost )?\\d{1,10} messages(?: lost)?)"
              + "(?: from pid (?<pid>\\d{1,10}))? due to rate-limiting"
              + "(?: \\(\\d{1,10} allowed within (?<seconds>\\d{1,6}) seconds\\))?.*",
          Pattern.DOTALL);

  private static final Pattern SUPPRESSED =
      Pattern.compile("Suppressed \\d{1,10} messages from (.{1,250})", Pattern.DOTALL);

  /** Of a unit or slice, with or without a path before it. */
  private static final Pattern MAIL_UNIT =
      Pattern.compile(
          "(?i).*(?:mail|postfix|exim|smtp|dovecot|haraka|rspamd|stalwart|kumo|james|amavis"
              + "|docker|containerd|podman|libpod|crio|kubelet|kubepods|/$).*",
          Pattern.DOTALL);

  private final Map<String, Instant> begun =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
          return size() > LIMITERS;
        }
      };

  /** True for the tags of the daemons, so that no other line has to be looked at. */
  static boolean isTold(String program) {
    return program.startsWith("rsyslogd")
        || program.equals("systemd-journald")
        || program.equals("systemd-journal")
        || program.equals("journal");
  }

  /**
   * Takes a line of such a daemon.
   *
   * @param host the name after {@code by} of the machine that it is on
   * @param lastOwn when the mail server there wrote its last line; null for never
   */
  void read(
      String host, String program, String message, Instant time, Instant lastOwn, FactSink sink) {
    if (!program.startsWith("rsyslogd")) {
      Matcher suppressed = SUPPRESSED.matcher(message);
      if (suppressed.matches() && MAIL_UNIT.matcher(suppressed.group(1)).matches()) {
        told(host, earlier(time.minus(JOURNALD), lastOwn), time, JOURNALD, sink);
      }
      return;
    }
    Matcher told = RSYSLOGD.matcher(message);
    if (!told.matches()) {
      return;
    }
    String name = told.group("name");
    boolean own = name.startsWith("imuxsock") || name.startsWith("imjournal");
    String limiter = host + ' ' + name + ' ' + told.group("pid");
    if (limiter.length() > NAME) {
      return;
    }
    if (told.group("begins") != null) {
      begun.put(limiter, time);
      sink.dropped(own ? host : "", time, time);
      return;
    }
    String seconds = told.group("seconds");
    Duration limit = Duration.ofSeconds(seconds == null ? 0 : Long.parseLong(seconds));
    Instant first = begun.remove(limiter);
    Instant from = first != null || seconds != null ? first : lastOwn;
    told(
        own ? host : "",
        earlier(time.minus(from == null ? limit : Duration.ZERO), from),
        time,
        limit,
        sink);
  }

  /**
   * The lines were left out soon after the first, or after the last that was written; the report
   * comes with the next one, which may be days later.
   */
  private static void told(String host, Instant from, Instant time, Duration limit, FactSink sink) {
    Instant until = earlier(time, from.plus(limit.compareTo(LONGEST) > 0 ? limit : LONGEST));
    sink.dropped(host, from, until);
    if (until.isBefore(time)) {
      sink.dropped(host, time.minus(limit), time);
    }
  }

  private static Instant earlier(Instant one, Instant other) {
    return other != null && other.isBefore(one) ? other : one;
  }
}
