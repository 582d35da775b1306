package org.whosent.indexer.log.framing;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Headers that some syslog daemons and collectors write instead of the usual ones, made into such a
 * one: a host called {@code -} is none. What stands before the tag is the daemon's own, so every
 * form is read from the line's beginning and whole; what follows the tag is not looked at.
 *
 * <table>
 * <caption>What is read; {@code TAG} is {@code program[process]:}</caption>
 * <tr><td>{@code STAMP HOST mail.info TAG}</td><td>BusyBox's syslogd, as on Alpine Linux; AIX with a
 * colon</td></tr>
 * <tr><td>{@code STAMP TAG}</td><td>BusyBox's {@code syslogd -S}, in many containers; without a
 * process ID where no slash is in it</td></tr>
 * <tr><td>{@code STAMP <mail.info> HOST TAG}</td><td>FreeBSD's {@code syslogd -v}</td></tr>
 * <tr><td>{@code STAMP INFO TAG}</td><td>rsyslog templates with the severity and no host</td></tr>
 * <tr><td>{@code STAMP [program] message}</td><td>metalog</td></tr>
 * <tr><td>{@code 2026-11-23 15:52:48 HOST TAG}</td><td>templates with a blank in the stamp</td></tr>
 * <tr><td>{@code Nov 23 2026 15:52:48 HOST TAG}</td><td>templates with the year in the old
 * stamp</td></tr>
 * <tr><td>{@code 2026 Nov 23 15:52:48 HOST TAG}</td><td>syslog-ng's {@code ts-format(full)}</td></tr>
 * <tr><td>{@code Nov 3 15:52:48 HOST TAG}</td><td>where blanks were squeezed, as on web pages</td></tr>
 * <tr><td>{@code STAMP HOST/RELAY TAG}, {@code STAMP SOURCE@HOST/RELAY TAG}</td><td>syslog-ng with
 * {@code chain-hostnames(yes)}: the first host wrote the line, the others passed it on</td></tr>
 * <tr><td>{@code Mon 2026-11-23 15:52:48 UTC HOST TAG}</td><td>{@code journalctl -o
 * short-full}</td></tr>
 * <tr><td>{@code 1795449168.258526 HOST TAG}</td><td>{@code journalctl -o short-unix}</td></tr>
 * <tr><td>{@code 2026-11-23 15:52:48 +0100 HOST TAG}</td><td>templates and exports with a blank before
 * the offset</td></tr>
 * <tr><td>{@code Mon Nov 23 15:52:48 2026 mail.info TAG}, perhaps {@code [1795449168.258]} behind the
 * year</td><td>OpenWrt's {@code logread}, with {@code -t}</td></tr>
 * </table>
 *
 * <p>A zone's abbreviation means nothing but in {@code UTC}: such a stamp is in the zone of the
 * others without one. Stateless.
 */
final class SyslogVariants {
  private static final String DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
  private static final String TIME = "[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?";
  private static final String OFFSET = "(?:Z|[+-][0-9]{2}:?[0-9]{2})";
  private static final String FACILITY =
      "(?:kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local[0-7]|[0-9]{1,2})";
  private static final String SEVERITY =
      "(?:emerg|panic|alert|crit|err|error|warn|warning|notice|info|debug|[0-7])";

  /** The program, and with or without a process; behind it the message. */
  private static final String TAG = "[!-9;-Z\\\\^-~]{1,128}(?:\\[[0-9]{1,10}])?:";

  /**
   * What BusyBox's syslogd reads of a message ({@code FEATURE_SYSLOGD_READ_BUFFER_SIZE}, 256 on
   * Alpine and by default); the rest is gone. Before the tag stand a priority of two digits, or of
   * three, and the stamp.
   */
  private static final int[] BUSYBOX = {255, 511};

  private static final int BEFORE_TAG = "<22>Nov 23 10:00:00 ".length();

  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

  /** Without the colon that an IPv6 address has: it would end a tag that has a slash in it. */
  private static final String IN_CHAIN = "[A-Za-z0-9_.-]{1,255}";

  private static final Pattern HEADER =
      Pattern.compile(
          "(?:<[0-9]{1,3}>)?"
              + "(?:(?<usual>[A-Z][a-z]{2} [ 0-9]?[0-9] "
              + TIME
              + "|"
              + DATE
              + "T"
              + TIME
              + OFFSET
              + "?)|[A-Z][a-z]{2} (?<journaldate>"
              + DATE
              + ") (?<journaltime>"
              + TIME
              + OFFSET
              + "?) (?<journalzone>[A-Z]{3,5}|[+-][0-9]{2,4})|(?<date>"
              + DATE
              + ")[ T](?<time>"
              + TIME
              + ")(?<zone> ?"
              + OFFSET
              + ")?"
              + "|(?<month>[A-Z][a-z]{2}) (?<day>[ 0-9][0-9]) (?<year>[0-9]{4}) (?<clock>"
              + TIME
              + ")|(?<fullyear>[0-9]{4}) (?<fullmonth>[A-Z][a-z]{2}) (?<fullday>[ 0-9][0-9])"
              + " (?<fullclock>"
              + TIME
              + ")|(?<unix>[0-9]{9,10}\\.[0-9]{6})|[A-Z][a-z]{2} (?<routersmonth>[A-Z][a-z]{2})"
              + " (?<routersday>[ 0-9][0-9]) (?<routersclock>"
              + TIME
              + ") (?<routersyear>[0-9]{4})(?: \\[[0-9]{9,10}\\.[0-9]{3}])? "
              + FACILITY
              + "\\."
              + SEVERITY
              + "(?= "
              + TAG
              + "))"
              + " (?:<"
              + FACILITY
              + "\\."
              + SEVERITY
              + "> )?"
              + "(?:(?:DEBUG|INFO|NOTICE|WARN|WARNING|ERR|ERROR|CRIT|ALERT|EMERG) +(?=[!-~])"
              + "|(?:(?:[A-Za-z0-9_]{1,64}@)?(?<first>"
              + IN_CHAIN
              + ")(?:/"
              + IN_CHAIN
              + "){0,8}|(?<host>[A-Za-z0-9_.:-]{1,255}+)(?<!:)) (?<facility>"
              + FACILITY
              + "[.:]"
              + SEVERITY
              + " )?|(?=[!-Z\\\\^-~]{1,128}\\[[0-9]{1,10}]: |[A-Za-z0-9_.-]{1,64}: ))"
              + "(?<tag>"
              + TAG
              + ".*)",
          Pattern.DOTALL);

  private static final Pattern METALOGS =
      Pattern.compile(
          "(?<stamp>[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2})"
              + " \\[(?<program>[!-9;-Z\\\\^-~]{1,128})] (?<message>.*)",
          Pattern.DOTALL);

  private SyslogVariants() {}

  /** The same line with a usual header; null when it has none of these. */
  static String usual(String line) {
    Matcher header = HEADER.matcher(line);
    if (!header.matches()) {
      Matcher metalogs = METALOGS.matcher(line);
      return metalogs.matches()
          ? metalogs.group("stamp")
              + " - "
              + metalogs.group("program")
              + ": "
              + metalogs.group("message")
          : null;
    }
    String stamp = stamp(header);
    String first = header.group("first");
    String host = first == null ? header.group("host") : first;
    return stamp == null
        ? null
        : stamp + ' ' + (host == null ? "-" : host) + ' ' + header.group("tag");
  }

  /** True where the line's end may be missing: it is as long as BusyBox's syslogd lets one be. */
  static boolean isPerhapsCut(byte[] line, int length) {
    if (length < BUSYBOX[0] - BEFORE_TAG) {
      return false;
    }
    Matcher header = HEADER.matcher(new String(line, 0, length, StandardCharsets.UTF_8));
    boolean busyBoxes =
        header.matches()
            && (header.group("facility") != null
                || header.group("first") == null && header.group("host") == null);
    if (!busyBoxes) {
      return false;
    }
    int whole = BEFORE_TAG + header.group("tag").getBytes(StandardCharsets.UTF_8).length;
    return Arrays.stream(BUSYBOX).anyMatch(most -> whole == most || whole == most - 1);
  }

  private static String stamp(Matcher header) {
    String usual = header.group("usual");
    if (usual != null) {
      boolean oneDigit = usual.charAt(5) == ' ';
      return oneDigit ? usual.substring(0, 4) + ' ' + usual.substring(4) : usual;
    }
    if (header.group("unix") != null) {
      return unix(header.group("unix"));
    }
    if (header.group("year") != null) {
      return dated(header, "");
    }
    if (header.group("fullyear") != null) {
      return dated(header, "full");
    }
    if (header.group("routersyear") != null) {
      return dated(header, "routers");
    }
    if (header.group("journaldate") != null) {
      String zone = header.group("journalzone");
      return header.group("journaldate")
          + 'T'
          + header.group("journaltime")
          + (zone.equals("UTC") || zone.equals("GMT") ? "Z" : "");
    }
    String zone = header.group("zone");
    return header.group("date") + 'T' + header.group("time") + (zone == null ? "" : zone.strip());
  }

  /** A stamp whose parts stand under names that begin so. */
  private static String dated(Matcher header, String whose) {
    int month = MONTHS.indexOf(header.group(whose + "month"));
    return month < 0 || month % 3 != 0
        ? null
        : "%s-%02d-%sT%s"
            .formatted(
                header.group(whose + "year"),
                month / 3 + 1,
                header.group(whose + "day").replace(' ', '0'),
                header.group(whose + "clock"));
  }

  private static String unix(String number) {
    int dot = number.indexOf('.');
    try {
      return Instant.ofEpochSecond(
              Long.parseLong(number, 0, dot, 10),
              1000L * Long.parseLong(number, dot + 1, number.length(), 10))
          .toString();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
