package org.whosent.indexer.log.collector;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A line of syslog in a JSON object of a collector: Filebeat and Logstash, Elasticsearch's hits
 * ({@code _source}), Fluent Bit, Loki ({@code logcli -o jsonl}), Grafana, Graylog and its GELF,
 * rsyslog's and syslog-ng's JSON templates, Vector, CloudWatch's events, Splunk ({@code result}),
 * Google's and Azure's logging, mailcow's log in Redis; and journald's entries as Vector, Fluent
 * Bit, fluentd and Filebeat pass them on, each under names of its own. Names for a field differ,
 * and an operator may choose others; what is looked for, in this order, is
 *
 * <ol>
 *   <li>the line as it was: {@code _raw} (where there is one, nothing else), {@code
 *       event.original}, {@code rawmsg}, {@code full_message}, {@code line}, {@code log}, {@code
 *       message}, …, where it begins with a stamp;
 *   <li>its parts: time, host, program with process ID, and the program's text.
 * </ol>
 *
 * <p>Names of fields are the collector's. Where it names the program, a text that only begins like
 * a line with a header is believed to be one if the header names the same program: any other
 * program may write what a stranger sent it. JSON is read strictly, a name that is there twice
 * makes it no line. Stateless.
 */
final class CollectedLine {
  /** Splunk's name for the line: see {@link #find}. */
  private static final String RAW_EVENT = "_raw";

  /** What Splunk gives has one of these. */
  private static final Set<String> OF_SPLUNK = Set.of(RAW_EVENT, "preview");

  /** What goes to Splunk's HTTP collector, where it is a line of a file: see {@link #find}. */
  private static final String EVENT = "event";

  private static final List<String> RAW =
      List.of(
          "event.original",
          "rawmsg",
          "full_message",
          "line",
          "Line",
          "log",
          "message",
          "@message",
          "textPayload",
          "LogMessage",
          "MESSAGE");

  private static final List<String> TEXT =
      List.of(
          "message",
          "msg",
          "MESSAGE",
          "SyslogMessage",
          "short_message",
          "log",
          "line",
          "Line",
          "LogMessage",
          "@message");
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
          "source_host",
          "_HOSTNAME",
          "HOSTNAME",
          "HostName",
          "Computer",
          "labels.hostname",
          "fields.hostname");
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
          "ProcessID",
          "process_id",
          "_process_id",
          "_pid");

  /** Where it was found, which only who collected it says. */
  private static final Set<String> COLLECTED =
      Stream.concat(
              Origin.containers().stream(),
              Stream.of("log.file.path", "file", "filename", "ingestionTime", "eventId"))
          .collect(Collectors.toUnmodifiableSet());

  private static final String PRIORITY = "(?:<[0-9]{1,3}>)?(?:1 )?";
  private static final String BEGINNING = LineWrapping.STAMP + "[^ ]{2,40} ";

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

  private static final Pattern INTERNET = Pattern.compile("[0-9]{4}-");

  /** Postfix's name where rsyslog's {@code programname} cut the daemon's off. */
  private static final Pattern CUT = Pattern.compile("postfix(?:-[A-Za-z0-9_.-]{1,64})?");

  private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9_.:-]{1,255}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");
  private static final Pattern BEGINS_TAGGED =
      Pattern.compile("[A-Za-z0-9_./@+-]{1,128}(?:\\[[0-9]{1,10}])?: ");

  /** An absolute path. */
  private static final Pattern FILE = Pattern.compile("/.|[A-Za-z]:\\\\.", Pattern.DOTALL);

  private static final List<String> TAG_OF_CRI = List.of("logtag", "_p");
  private static final Pattern PIECE = Pattern.compile("[FP]");
  private static final List<String> STREAM =
      List.of("stream", "kubernetes.pod_name", "kubernetes.docker_id", "file", "filename");

  /** Bytes that containerd cuts a line at; CRI-O's are half of it. */
  private static final int LONGEST_PIECE = 16 << 10;

  private CollectedLine() {}

  /**
   * What is in an object.
   *
   * @param text the line, with a usual header
   * @param time when the collector had it or the line says it was written, with its year; else
   *     empty
   * @param origin as {@link Origin#of} has it
   * @param isTold who collected it says which program's it is; else only the line itself does
   */
  record Found(String text, String time, String origin, boolean isTold) {
    /** The same of that origin. */
    Found of(String other) {
      return new Found(text, time, other, isTold);
    }
  }

  /** The line with a usual header; null when there is none in it. */
  static String of(String json) {
    Found found = find(json, null);
    return found == null ? null : found.text;
  }

  /**
   * The same, with its time. Beside {@code _raw} and {@code event} nothing else of Splunk's is
   * looked at: of a line that has {@code program=postfix/smtpd} anywhere in it, in a stranger's
   * words perhaps, Splunk makes a field of that name when it searches.
   *
   * @param outside the time that stands before the object and counts where none is in it, or null
   */
  static Found find(String json, String outside) {
    CollectedFields fields = CollectedFields.of(json);
    if (fields == null) {
      return null;
    }
    String origin = origin(fields);
    if (isSplunksEvent(fields)) {
      return splunks(fields, EVENT, "time", origin);
    }
    if (fields.hasAny(OF_SPLUNK)) {
      return splunks(fields, RAW_EVENT, "_time", origin);
    }
    ToldProgram told = ToldProgram.of(fields);
    String program = told.name();
    String process = told.process().isEmpty() ? fields.first(PROCESS, NUMBER) : told.process();
    if (!told.isCertain()) {
      origin = Origin.OF_ANOTHER;
    }
    for (String name : RAW) {
      String line = fields.text(name);
      Matcher header = HEADER.matcher(line);
      if (program.isEmpty()
          ? BEGINS.matcher(line).lookingAt() || isObject(name, line, fields)
          : header.lookingAt() && isOf(program, header.group(1))) {
        return new Found(line, dated(fields, outside), origin, !program.isEmpty());
      }
    }
    String time = CollectedTime.of(fields, CollectedTime.NAMES, outside, false);
    String text = text(fields);
    if (time == null || text == null) {
      return null;
    }
    String host = fields.first(HOST, HOST_NAME);
    host = host.isEmpty() ? "-" : host;
    if (program.isEmpty()) {
      String stamped = isBehindHost(fields, text) ? time + ' ' + text : null;
      if (stamped == null && !Origin.container(fields).isEmpty()) {
        stamped = BareLine.stamped(time, host, text);
      }
      return stamped == null ? null : new Found(stamped, dated(fields, outside), origin, false);
    }
    if (CUT.matcher(program).matches() && INTERNET.matcher(time).lookingAt()) {
      // As rsyslog's own template for RFC 5424 has it, whose reader knows of names that are cut.
      process = process.isEmpty() ? "-" : process;
      return new Found(
          "<22>1 " + time + ' ' + host + ' ' + program + ' ' + process + " - - " + text,
          time,
          origin,
          true);
    }
    String tagged = process.isEmpty() ? program : program + '[' + process + ']';
    return new Found(
        time + ' ' + host + ' ' + tagged + ": " + text, dated(fields, outside), origin, true);
  }

  private static Found splunks(CollectedFields fields, String name, String time, String origin) {
    String line = fields.text(name);
    return BEGINS.matcher(line).lookingAt() || isObject(name, line, fields)
        ? new Found(line, dated(CollectedTime.of(fields, List.of(time), null, true)), origin, false)
        : null;
  }

  /**
   * True for what was sent to Splunk's HTTP collector out of a file, of which {@code source} is the
   * path. To others {@code event} is a text of an application's own.
   */
  private static boolean isSplunksEvent(CollectedFields fields) {
    return !fields.text(EVENT).isEmpty()
        && !fields.text("sourcetype").isEmpty()
        && !fields.hasAny(OF_SPLUNK)
        && FILE.matcher(fields.text("source")).lookingAt();
  }

  /**
   * True for a text that begins with what a header has behind the stamp: {@code HOST TAG: }, which
   * Graylog leaves of a line, with the host as {@code source}.
   */
  private static boolean isBehindHost(CollectedFields fields, String text) {
    String source = fields.text("source");
    return HOST_NAME.matcher(source).matches()
        && text.startsWith(source + ' ')
        && BEGINS_TAGGED.matcher(text).region(source.length() + 1, text.length()).lookingAt();
  }

  /**
   * True for a line that is a JSON object itself, as it stands in a file or a container's log. A
   * server that logs JSON has its own text under {@code message} too, where nothing shows that
   * somebody collected it.
   */
  private static boolean isObject(String name, String line, CollectedFields fields) {
    return line.startsWith("{")
        && line.endsWith("}")
        && (!name.equalsIgnoreCase("message") || fields.hasAny(COLLECTED));
  }

  /** Which container printed what is in an object; empty where it says none. */
  static String container(String json) {
    CollectedFields fields = json.startsWith("{") ? CollectedFields.of(json) : null;
    return fields == null ? "" : Origin.container(fields);
  }

  /**
   * That a line was cut by the container's runtime, and whose next line goes on with it.
   *
   * @param isLast true for one that was not cut, or the rest of one
   * @param isPart true for what says of itself that it is a part of a line
   */
  record Tagged(String stream, boolean isLast, boolean isPart) {}

  /**
   * The runtime's tag in an object, or journald's where it passes a service's output on (fluentd's
   * and Fluent Bit's parsers of CRI, which mark all pieces but the last; Docker's fluentd driver,
   * which marks that one too); null without.
   */
  static Tagged tagged(String json) {
    boolean docker = json.contains("\"partial_message\"");
    boolean journal = json.contains("\"_STREAM_ID\"");
    if (!docker && !journal && !json.contains("\"logtag\"") && !json.contains("\"_p\"")) {
      return null;
    }
    CollectedFields fields = CollectedFields.of(json);
    if (journal && fields != null && !fields.text("_STREAM_ID").isEmpty()) {
      String broken = fields.text("_LINE_BREAK"); // as JournalEntry has it
      boolean isLast = broken.isEmpty() || broken.equals("eof");
      return new Tagged("journal " + fields.text("_STREAM_ID"), isLast, false);
    }
    boolean part = docker && fields != null && fields.text("partial_message").equals("true");
    String tag = fields == null ? "" : fields.first(TAG_OF_CRI, PIECE);
    if (tag.isEmpty() && !part) {
      return null;
    }
    StringBuilder stream = new StringBuilder("collected");
    for (String name : STREAM) {
      stream.append(' ').append(fields.text(name));
    }
    String text = text(fields);
    // One that the collector has put together keeps its first piece's tag.
    boolean isShort = text == null || text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_PIECE;
    return new Tagged(stream.toString(), !tag.equals("P") || !isShort, part && isShort);
  }

  /** Splunk has the file or port it is from as {@code source}. */
  private static String origin(CollectedFields fields) {
    boolean splunks = isSplunksEvent(fields) || fields.hasAny(OF_SPLUNK);
    return splunks ? Origin.ofSource(fields) : Origin.of(fields);
  }

  private static String dated(CollectedFields fields, String outside) {
    return dated(CollectedTime.of(fields, CollectedTime.NAMES, outside, true));
  }

  private static String dated(String time) {
    return time == null ? "" : time;
  }

  private static String text(CollectedFields fields) {
    for (String name : TEXT) {
      if (fields.value(name) instanceof String text) {
        return (text.startsWith(" ") ? text.substring(1) : text).stripTrailing();
      }
    }
    return null;
  }

  /** rsyslog's {@code programname} ends before the slash. */
  private static boolean isOf(String program, String inHeader) {
    return inHeader.equals(program) || inHeader.startsWith(program + '/');
  }
}
