package org.whosent.indexer.log.collector;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.whosent.indexer.log.text.LoggedBytes;
import org.whosent.record.BadLineException;
import org.whosent.record.JsonIn;
import org.whosent.record.Times;

/**
 * An entry of the journal as {@code journalctl -o json} prints it, {@code
 * systemd.journal-fields(7)}.
 *
 * <p>What podman's conmon and Docker's journald driver hand in of a container has the container's
 * name in it ({@code CONTAINER_NAME}); its {@code SYSLOG_IDENTIFIER} is that name or a tag, the
 * process is the runtime's, and the message is what the container printed: a line with a header of
 * its own, or Postfix's, which begins with the tag. A long one is in pieces, all but the last with
 * {@code CONTAINER_PARTIAL_MESSAGE=true}. Priority 3 is what came from standard error. (conmon's
 * {@code ctr_logging.c}, Docker's {@code daemon/logger/journald}.)
 *
 * <p>What a service prints is an entry a line ({@code _STREAM_ID}), unless {@code _LINE_BREAK} says
 * that the line goes on in the stream's next one: because it is longer than journald's {@code
 * LineMax}, or has a zero byte in it, or another process wrote the rest. Such a rest begins as
 * whoever chose the long text likes; it is lost with its line.
 *
 * <p>JSON is read strictly, so that no text in it can add a field. Known weak: {@code journalctl -o
 * json} without {@code --all} leaves out a MESSAGE of more than 4096 bytes; any local process may
 * choose its SYSLOG_IDENTIFIER, as it may with syslog; of what came that way {@link JournalWriter}
 * asks who wrote it. Immutable once read.
 */
final class JournalEntry {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_./@+-]{1,128}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_.:-]{1,255}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
  private static final long MICROS = 1_000_000;
  private static final int LONGEST = 1 << 16;

  /**
   * No runtime cuts a line before (conmon's {@code STDIO_BUF_SIZE}; Docker's is twice that): a
   * shorter piece is what a container left when it ended.
   */
  private static final int SHORTEST_PIECE = 8 << 10;

  /** Whose lines have a header that no other format's has, and name no program. */
  private static final Set<String> STALWART = Set.of("stalwart", "stalwart-mail");

  /** The stream's end, which no rest follows. */
  private static final String ENDED = "eof";

  private static final Pattern INTERNET = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:");

  private String time;
  private String host;
  private String identifier;
  private String process;
  private String ownProcess;
  private String priority;
  private String message;
  private boolean isBytes;

  private Object containerName;
  private Object containerId;
  private boolean isPartial;

  private String transport;
  private String program;
  private String streamId;
  private String lineBreak;

  private JournalEntry() {}

  /** The entry in a line; null when it is none. */
  static JournalEntry of(String line) {
    if (!line.startsWith("{")) {
      return null;
    }
    JournalEntry entry = new JournalEntry();
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    try {
      JsonIn.object(bytes, 0, bytes.length, entry::field);
    } catch (BadLineException e) {
      return null;
    }
    return entry;
  }

  /** {@code JournalExportStream} has the same names. */
  private void field(String name, JsonIn in) throws IOException {
    switch (name) {
      case "__REALTIME_TIMESTAMP" -> time = text(in.any());
      case "_HOSTNAME" -> host = text(in.any());
      case "SYSLOG_IDENTIFIER" -> identifier = text(in.any());
      case "_PID" -> process = text(in.any());
      case "SYSLOG_PID" -> ownProcess = text(in.any());
      case "PRIORITY" -> priority = text(in.any());
      case "CONTAINER_NAME" -> containerName = in.any();
      case "CONTAINER_ID" -> containerId = in.any();
      case "CONTAINER_PARTIAL_MESSAGE" -> isPartial = in.any() != null;
      case "_TRANSPORT" -> transport = text(in.any());
      case "_COMM" -> program = text(in.any());
      case "_STREAM_ID" -> streamId = text(in.any());
      case "_LINE_BREAK" -> lineBreak = text(in.any());
      case "MESSAGE" -> {
        Object value = in.any();
        message = text(value);
        isBytes = value instanceof List;
      }
      default -> in.skip();
    }
  }

  /** Vector passes journald's fields on, but for host and text, which it calls otherwise. */
  boolean isJournals() {
    return time != null && host != null;
  }

  /** Which container it is of; empty where it is of none. */
  String container() {
    return containerName instanceof String name
        ? name
        : containerId instanceof String id ? id : isContainers() ? "?" : "";
  }

  private boolean isContainers() {
    return containerName != null || containerId != null;
  }

  /**
   * The line in it; null when there is none.
   *
   * @param service of which container lines count; empty: of none
   */
  LineWrapping.Unwrapped unwrapped(String service) {
    String stamp = stamp();
    if (stamp == null || !matches(HOST, host)) {
      return null;
    }
    return isContainers() ? containers(service, stamp) : line(stamp);
  }

  private LineWrapping.Unwrapped line(String stamp) {
    String stream = streamId == null ? "journal" : "journal " + streamId;
    if (lineBreak != null && !lineBreak.equals(ENDED)) {
      return new LineWrapping.Unwrapped.Piece(stream, stamp, "", false);
    }
    if (!matches(NAME, identifier) || message == null) {
      return null;
    }
    if (STALWART.contains(identifier) && INTERNET.matcher(message).lookingAt()) {
      return new LineWrapping.Unwrapped.Line(stream, stamp, host, message);
    }
    String number = matches(NUMBER, ownProcess) ? ownProcess : process;
    String tag = matches(NUMBER, number) ? identifier + '[' + number + ']' : identifier;
    String line = stamp + ' ' + host + ' ' + tag + ": " + message;
    return JournalWriter.SYSLOG.equals(transport) && !JournalWriter.mayBe(identifier, program)
        ? new LineWrapping.Unwrapped.Other(line)
        : new LineWrapping.Unwrapped.Line(stream, "", "", line);
  }

  private LineWrapping.Unwrapped containers(String service, String stamp) {
    if (service.isEmpty() || !service.equals(container())) {
      return new LineWrapping.Unwrapped.Other(message == null ? "" : message);
    }
    String stream = "3".equals(priority) ? "stderr" : "stdout";
    if (message == null) {
      // journalctl leaves a long one out without --all: what it belongs to is lost.
      return new LineWrapping.Unwrapped.Piece(stream, stamp, "", false);
    }
    if (isPartial) {
      int length = message.getBytes(StandardCharsets.UTF_8).length;
      return new LineWrapping.Unwrapped.Piece(
          stream, stamp, message, length >= SHORTEST_PIECE && !isBytes);
    }
    // conmon hands in the line feed as well.
    String line = message.endsWith("\n") ? message.substring(0, message.length() - 1) : message;
    return new LineWrapping.Unwrapped.Line(stream, stamp, host, line);
  }

  private String stamp() {
    if (!matches(NUMBER, time)) {
      return null;
    }
    long micros = Long.parseLong(time);
    try {
      return Times.format(Instant.ofEpochSecond(micros / MICROS, micros % MICROS * 1000));
    } catch (DateTimeException e) {
      return null;
    }
  }

  /**
   * A text, or one that is no UTF-8, as an array of its bytes; a field that is there twice is none.
   */
  private static String text(Object value) {
    if (value instanceof String text) {
      return text;
    }
    if (!(value instanceof List<?> bytes) || bytes.size() > LONGEST) {
      return null;
    }
    byte[] text = new byte[bytes.size()];
    for (int i = 0; i < text.length; i++) {
      if (!(bytes.get(i) instanceof Long b) || b < 0 || b > 255) {
        return null;
      }
      text[i] = b.byteValue();
    }
    return LoggedBytes.text(text, text.length);
  }

  private static boolean matches(Pattern pattern, String text) {
    return text != null && pattern.matcher(text).matches();
  }
}
