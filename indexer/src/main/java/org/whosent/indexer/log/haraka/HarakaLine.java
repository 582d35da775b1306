package org.whosent.indexer.log.haraka;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.framing.SyslogFraming;
import org.whosent.indexer.log.framing.SyslogLine;
import org.whosent.indexer.log.framing.SyslogStamps;
import org.whosent.indexer.log.text.LoggedBytes;
import org.whosent.indexer.log.text.TerminalText;

/**
 * A line of Haraka's in its parts: {@code [LEVEL] [ID] [plugin] text}, or what {@link HarakaObject}
 * reads ({@code logger.js}), behind Haraka's own time stamp, s6-log's in local time (two blanks
 * behind it) or a syslog header. Immutable.
 *
 * @param host as syslog names it; empty in Haraka's own file, which names none
 * @param id the connection's UUID, with {@code .N} the transaction's, with one more {@code .M} that
 *     of a piece of it that goes out; {@code -} for none
 * @param plugin null when the line is another program's, in a file of syslog's
 */
record HarakaLine(Instant time, String host, String id, String plugin, String text) {
  static final String UUID = "[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}";

  static final String LEVEL =
      "(?:PROTOCOL|DATA|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRIT|ALERT|EMERG)";
  static final String ID = "(" + UUID + "(?:\\.[0-9]{1,9}){0,2}|-)";
  static final String PLUGIN = "([A-Za-z0-9_./@-]{1,100})";

  private static final Pattern PARTS =
      Pattern.compile(
          "\\[" + LEVEL + "] \\[" + ID + "] \\[" + PLUGIN + "](?: ++(.*))?", Pattern.DOTALL);

  /** Of the logger itself, before it knows its format. */
  private static final Pattern START =
      Pattern.compile(
          "loglevel: [A-Z0-9]{1,20}|log format: [A-Z]{1,20}|Starting up Haraka version"
              + " [0-9.]{1,20}");

  private static final Pattern STAMP =
      Pattern.compile(
          "([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9:]{8}\\.[0-9]{1,9})Z| ([0-9:]{8}\\.[0-9]{1,9}) )"
              + " (?=\\[|\\{|level=|log|Starting up Haraka )");

  /** The parts; null when it is no log line. */
  static HarakaLine parse(String printed, SyslogFraming framing) {
    String line = TerminalText.plain(printed);
    if (STAMP.matcher(line).lookingAt()) {
      return stamped(line, "", framing);
    }
    SyslogLine syslog = framing.parse(line);
    if (syslog == null) {
      return null;
    }
    boolean own = syslog.program().equals("haraka");
    HarakaLine stamped = own ? stamped(syslog.message(), syslog.host(), framing) : null;
    if (stamped != null) {
      return stamped;
    }
    Parts parts = own ? parts(syslog.message()) : null;
    return parts == null
        ? new HarakaLine(syslog.time(), syslog.host(), "-", null, syslog.message())
        : of(syslog.time(), syslog.host(), parts);
  }

  /** A line that begins with its own stamp, also where syslog or the journal has put one before. */
  private static HarakaLine stamped(String line, String host, SyslogFraming framing) {
    Matcher stamp = STAMP.matcher(line);
    if (!stamp.lookingAt()) {
      return null;
    }
    String text = line.substring(stamp.end());
    Parts parts = START.matcher(text).matches() ? new Parts("-", "server", text) : parts(text);
    if (parts == null) {
      return null;
    }
    try {
      Instant time = time(stamp, framing);
      return SyslogStamps.isSane(time) ? of(time, host, parts) : null;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static Instant time(Matcher stamp, SyslogFraming framing) {
    LocalDate day = LocalDate.parse(stamp.group(1));
    return stamp.group(2) == null
        ? framing.clock().of(day.atTime(LocalTime.parse(stamp.group(3))))
        : day.atTime(LocalTime.parse(stamp.group(2))).toInstant(ZoneOffset.UTC);
  }

  /** What the logger wrote, in whichever of its formats. */
  record Parts(String id, String plugin, String text) {}

  private static Parts parts(String logged) {
    if (!logged.startsWith("[")) {
      return HarakaObject.parse(logged);
    }
    Matcher parts = PARTS.matcher(logged);
    return parts.matches()
        ? new Parts(parts.group(1), parts.group(2), parts.group(3) == null ? "" : parts.group(3))
        : null;
  }

  private static HarakaLine of(Instant time, String host, Parts parts) {
    return new HarakaLine(time, host, parts.id, parts.plugin, LoggedBytes.printable(parts.text));
  }

  /** The same, of another time. */
  HarakaLine at(Instant other) {
    return other.equals(time) ? this : new HarakaLine(other, host, id, plugin, text);
  }

  /** The name of the message that it is about, or null. */
  String message() {
    int dot = id.indexOf('.');
    int end = dot < 0 ? -1 : id.indexOf('.', dot + 1);
    return dot < 0 ? null : end < 0 ? id : id.substring(0, end);
  }

  /** The connection's UUID, or null. */
  String connection() {
    return id.equals("-") ? null : id.substring(0, 36);
  }

  /**
   * Where a value ends that begins here: at a blank, or behind its quotes. By hand, since a regular
   * expression of that kind needs stack for each character.
   */
  static int valueEnd(String text, int start) {
    boolean quoted = text.startsWith("\"", start);
    int i = quoted ? start + 1 : start;
    while (i < text.length() && text.charAt(i) != (quoted ? '"' : ' ')) {
      i += quoted && text.charAt(i) == '\\' ? 2 : 1;
    }
    return Math.min(text.length(), quoted ? i + 1 : i);
  }

  /** A value as Haraka quotes it where it holds blanks. */
  static String unquoted(String value) {
    if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
      return value;
    }
    StringBuilder out = new StringBuilder(value.length());
    for (int i = 1; i < value.length() - 1; i++) {
      char c = value.charAt(i);
      if (c == '\\' && i + 1 < value.length() - 1) {
        c = value.charAt(++i);
        c = c == 'n' || c == 'r' || c == 't' ? ' ' : c;
      }
      out.append(c);
    }
    return out.toString();
  }
}
