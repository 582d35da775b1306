package org.whosent.indexer.log.collector;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.framing.SyslogStamps;
import org.whosent.record.BadLineException;
import org.whosent.record.JsonIn;
import org.whosent.record.Times;

/**
 * A line of syslog in a JSON object of a collector: Filebeat and Logstash, Elasticsearch's hits
 * ({@code _source}), Fluent Bit, Loki ({@code logcli -o jsonl}), Graylog's GELF, rsyslog's and
 * syslog-ng's JSON templates, Vector, CloudWatch's events, mailcow's log in Redis; and journald's
 * entries as Vector, Fluent Bit, fluentd and Filebeat pass them on, each under names of its own.
 * Names for a field differ, and an operator may choose others; what is looked for, in this order,
 * is
 *
 * <ol>
 *   <li>the line as it was: {@code event.original}, {@code rawmsg}, {@code full_message}, {@code
 *       line}, {@code log}, {@code message}, where it begins with a stamp;
 *   <li>its parts: time, host, program with process ID, and the program's text.
 * </ol>
 *
 * <p>Names of fields are the collector's. Where it names the program, a text that only begins like
 * a line with a header is believed to be one if the header names the same program: any other
 * program may write what a stranger sent it. JSON is read strictly, a name that is there twice
 * makes it no line. Stateless.
 */
final class CollectedLine {
  private static final List<String> RAW =
      List.of("event.original", "rawmsg", "full_message", "line", "log", "message", "MESSAGE");
  private static final List<String> TEXT =
      List.of("message", "msg", "MESSAGE", "short_message", "log", "line");
  private static final List<String> TIME =
      List.of(
          "timereported",
          "ISODATE",
          "timestamp",
          "@timestamp",
          "time",
          "date",
          "DATE",
          "timegenerated",
          "__REALTIME_TIMESTAMP",
          "_SOURCE_REALTIME_TIMESTAMP");
  private static final List<String> HOST =
      List.of(
          "hostname",
          "host",
          "HOST",
          "host.hostname",
          "host.name",
          "logsource",
          "log.syslog.hostname",
          "sysloghost",
          "_HOSTNAME",
          "HOSTNAME",
          "labels.hostname");
  private static final List<String> SYSLOG_TAG = List.of("syslogtag", "syslog-tag");
  private static final List<String> TAG = List.of("tag");

  /** journald's name first: beside it {@code process.name} is the executable's. */
  private static final List<String> PROGRAM =
      List.of(
          "SYSLOG_IDENTIFIER",
          "syslog.identifier",
          "syslog_identifier",
          "labels.syslog_identifier",
          "PROGRAM",
          "programname",
          "program",
          "appname",
          "app-name",
          "app_name",
          "ident",
          "log.syslog.appname",
          "process.name",
          "application_name",
          "_application_name",
          "_program");

  private static final List<String> PROCESS =
      List.of(
          "SYSLOG_PID",
          "syslog.pid",
          "syslog_pid",
          "_PID",
          "PID",
          "procid",
          "proc_id",
          "pid",
          "log.syslog.procid",
          "process.pid",
          "process_id",
          "_process_id",
          "_pid");

  private static final String PRIORITY = "(?:<[0-9]{1,3}>)?(?:1 )?";
  private static final String BEGINNING =
      "(?:[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:)[^ ]{2,40} ";

  /** Of Exchange's CSV: a row, or the names of its columns. */
  private static final String ROW =
      "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?Z,"
          + "|#Fields: date-time,";

  /** What a line with its header begins with. */
  private static final Pattern BEGINS = Pattern.compile(PRIORITY + BEGINNING + '|' + ROW);

  /** The same as far as the program's name. */
  private static final Pattern HEADER =
      Pattern.compile(
          PRIORITY + BEGINNING + "[^ ]{1,300} ([^ :\\[]{1,128})(?:\\[[0-9]{1,10}])?(?:: | )");

  private static final Pattern STAMP =
      Pattern.compile(
          "[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}"
              + "|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2})");

  private static final Pattern INTERNET = Pattern.compile("[0-9]{4}-");

  /** Postfix's name where rsyslog's {@code programname} cut the daemon's off. */
  private static final Pattern CUT = Pattern.compile("postfix(?:-[A-Za-z0-9_.-]{1,64})?");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_./@+-]{1,128}");
  private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9_.:-]{1,255}");
  private static final Pattern TAGGED =
      Pattern.compile("([A-Za-z0-9_./@+-]{1,128})(?:\\[([0-9]{1,10})])?:?");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

  /** A second since 1970, or a part of one, in digits. */
  private static final Pattern SINCE =
      Pattern.compile("[0-9]{9,10}(?:\\.[0-9]{1,9})?|[0-9]{13}|[0-9]{16}|[0-9]{19}");

  /** Later than any second and earlier than any millisecond that a mail log has; and so on. */
  private static final BigDecimal MILLIS = new BigDecimal("100000000000");

  private static final BigDecimal MICROS = MILLIS.movePointRight(3);
  private static final BigDecimal NANOS = MICROS.movePointRight(3);

  private static final int DEEPEST = 3;

  private CollectedLine() {}

  /**
   * What is in an object.
   *
   * @param text the line, with a usual header
   * @param time when the collector had it or the line says it was written, with its year; else
   *     empty
   */
  record Found(String text, String time) {}

  /** The line with a usual header; null when there is none in it. */
  static String of(String json) {
    Found found = find(json, null);
    return found == null ? null : found.text;
  }

  /**
   * The same, with its time.
   *
   * @param outside the time that stands before the object and counts where none is in it, or null
   */
  static Found find(String json, String outside) {
    Map<String, Object> fields = fields(json);
    if (fields == null) {
      return null;
    }
    Matcher tag = TAGGED.matcher(first(fields, SYSLOG_TAG, TAGGED));
    String program = first(fields, PROGRAM, NAME);
    String process = first(fields, PROCESS, NUMBER);
    if (!tag.matches() && program.isEmpty()) {
      tag = TAGGED.matcher(first(fields, TAG, TAGGED)); // with some a name for the stream
    }
    if (tag.matches()) {
      program = tag.group(1);
      process = tag.group(2) == null ? process : tag.group(2);
    }
    for (String name : RAW) {
      String line = first(fields.get(name));
      Matcher header = HEADER.matcher(line);
      if (program.isEmpty()
          ? BEGINS.matcher(line).lookingAt()
          : header.lookingAt() && isOf(program, header.group(1))) {
        return new Found(line, dated(fields, outside));
      }
    }
    String time = time(fields, outside, STAMP);
    String text = text(fields);
    if (program.isEmpty() || time == null || text == null) {
      return null;
    }
    String host = first(fields, HOST, HOST_NAME);
    host = host.isEmpty() ? "-" : host;
    if (CUT.matcher(program).matches() && INTERNET.matcher(time).lookingAt()) {
      // As rsyslog's own template for RFC 5424 has it, whose reader knows of names that are cut.
      process = process.isEmpty() ? "-" : process;
      return new Found(
          "<22>1 " + time + ' ' + host + ' ' + program + ' ' + process + " - - " + text, time);
    }
    String tagged = process.isEmpty() ? program : program + '[' + process + ']';
    return new Found(time + ' ' + host + ' ' + tagged + ": " + text, dated(fields, outside));
  }

  private static String dated(Map<String, Object> fields, String outside) {
    String time = time(fields, outside, INTERNET);
    return time == null ? "" : time;
  }

  /**
   * The text; of several, which Logstash makes of a name that its {@code grok} finds again, the
   * first, which was there before.
   */
  private static String first(Object value) {
    Object one =
        value instanceof List<?> several && several.size() > 1 ? several.getFirst() : value;
    return one instanceof String text ? text.stripTrailing() : "";
  }

  private static String text(Map<String, Object> fields) {
    for (String name : TEXT) {
      if (fields.get(name) instanceof String text) {
        return (text.startsWith(" ") ? text.substring(1) : text).stripTrailing();
      }
    }
    return null;
  }

  /** rsyslog's {@code programname} ends before the slash. */
  private static boolean isOf(String program, String inHeader) {
    return inHeader.equals(program) || inHeader.startsWith(program + '/');
  }

  /** The first of these fields that is of that shape; else empty. */
  private static String first(Map<String, Object> fields, List<String> names, Pattern shape) {
    for (String name : names) {
      Object value = fields.get(name);
      String text = value instanceof String || value instanceof Long ? value.toString() : "";
      if (shape.matcher(text).matches()) {
        return text;
      }
    }
    return "";
  }

  /** The first time that begins so, else the one outside, which may be null. */
  private static String time(Map<String, Object> fields, String outside, Pattern begins) {
    for (String name : TIME) {
      Object value = fields.get(name);
      if (value instanceof String text
          && STAMP.matcher(text).matches()
          && begins.matcher(text).lookingAt()) {
        return text;
      }
      boolean number =
          value instanceof Number n && Double.isFinite(n.doubleValue()) // 1e999
              || value instanceof String digits && SINCE.matcher(digits).matches();
      if (number) {
        BigDecimal micros = micros(new BigDecimal(value.toString()));
        try {
          long whole = micros.setScale(0, RoundingMode.HALF_UP).longValueExact();
          Instant time =
              Instant.ofEpochSecond(
                  Math.floorDiv(whole, 1_000_000L), Math.floorMod(whole, 1_000_000L) * 1000L);
          if (SyslogStamps.isSane(time)) {
            return Times.format(time);
          }
        } catch (ArithmeticException | DateTimeException e) {
          continue; // no time of this world
        }
      }
    }
    return outside;
  }

  /** Microseconds, of a number of seconds or of thousandth, millionth or smaller parts of them. */
  private static BigDecimal micros(BigDecimal since) {
    int places = since.compareTo(MILLIS) < 0 ? 6 : since.compareTo(MICROS) < 0 ? 3 : 0;
    return since.movePointRight(since.compareTo(NANOS) < 0 ? places : -3);
  }

  private static Map<String, Object> fields(String json) {
    Map<String, Object> fields = new LinkedHashMap<>();
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    // syslog-ng's format-gelf ends each object so, as GELF over TCP does.
    int length = bytes.length - (json.endsWith("\0") ? 1 : 0);
    try {
      JsonIn.object(bytes, 0, length, (name, in) -> flat(name, in.any(), 0, fields));
    } catch (BadLineException e) {
      return null;
    }
    return fields;
  }

  /** Objects within as {@code outer.inner}; what a hit holds stands for itself. */
  private static void flat(String name, Object value, int depth, Map<String, Object> fields) {
    if (value instanceof Map<?, ?> inner && depth < DEEPEST) {
      String prefix = name.equals("_source") && depth == 0 ? "" : name + '.';
      inner.forEach((key, within) -> flat(prefix + key, within, depth + 1, fields));
    } else {
      fields.putIfAbsent(name, value);
    }
  }
}
