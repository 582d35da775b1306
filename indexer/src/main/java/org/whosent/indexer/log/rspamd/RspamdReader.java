package org.whosent.indexer.log.rspamd;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.framing.StampClock;
import org.whosent.indexer.log.framing.SyslogFraming;
import org.whosent.indexer.log.framing.SyslogLine;
import org.whosent.indexer.log.framing.SyslogStamps;
import org.whosent.indexer.log.reader.JsonFields;
import org.whosent.indexer.log.reader.StampedReader;
import org.whosent.indexer.log.text.LoggedBytes;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * Rspamd's view of each message: the login that the mail server gave it ({@code auth_authen}), the
 * client, the envelope and the Message-ID. The record's ID is the mail server's queue ID; a history
 * row has none, so its record gets one made from the row, {@code rspamd:} and 16 hex digits. What
 * Rspamd had rejected is counted as refused and makes no record.
 *
 * <p>Known weak: outcomes are not Rspamd's to know; an account named {@code unknown} is taken for
 * nobody; the elastic module puts an {@code X-Originating-IP} that the message claims in the
 * client's place and says so, and then no client is taken. Newer rows have a field of its own for
 * it, which is not read; there the text for what is unknown is the operator's choice, but {@code
 * direction} says whether anybody had logged in. Not thread-safe.
 */
final class RspamdReader extends StampedReader {
  private static final Set<String> WANTED =
      Set.of(
          "rows",
          "ts",
          "module",
          "function",
          "message",
          "rspamd_meta",
          "_source",
          "@timestamp",
          "user",
          "unix_time",
          "message-id",
          "id",
          "ip",
          "sender_smtp",
          "rcpt_smtp",
          "subject",
          "size",
          "action");
  static final Pattern OWN_STAMP =
      Pattern.compile(
          "([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?)"
              + "(?: \\[[a-z]{1,16}])? #[0-9]{1,10}\\([a-z_ -]{1,40}\\) ");
  private static final Pattern QUEUE_ID = Pattern.compile("[A-Za-z0-9.-]{4,40}");
  private static final Pattern ESCAPED = Pattern.compile("[^\\\\]*+(?:\\\\[\\\\\"][^\\\\]*+)++");
  private static final Pattern MILLIS = Pattern.compile("([0-9]{12,13})(?:\\.[0-9]{1,9})?");
  private static final Set<String> NO_QUEUE = Set.of("unknown", "NOQUEUE", "undef");

  /**
   * The bytes at which the history that Rspamd keeps in memory, where the module history_redis is
   * off, cuts a login and a Message-ID; its rows call the latter {@code id}, and have no envelope.
   */
  private static final int MEMORY_USER = 31;

  private static final int MEMORY_MESSAGE_ID = 255;

  /** {@code greylist} alone refuses nothing: what was greylisted has {@code soft reject}. */
  private static final Set<String> REFUSED = Set.of("reject", "soft reject");

  private static final String UNKNOWN = "unknown";

  /** Where newer rows of the elastic module know no address. */
  private static final String NO_ADDRESS = "::";

  private final SyslogFraming framing;

  /** What is known of one message. */
  private static final class Row {
    private Instant time;
    private String host = "";
    private String qid;
    private String user;
    private String client;
    private String from;
    private List<String> recipients = List.of();
    private String messageId;
    private String subject;
    private Long size;
    private String action;

    /** The controller was asked, as by {@code rspamc} or its web pages. */
    private boolean controller;
  }

  RspamdReader(LogSettings settings) {
    super(settings);
    framing = new SyslogFraming(new StampClock(settings));
  }

  @Override
  public LineKind read(byte[] line, int length, FactSink sink) {
    if (length == 0 || line[0] != '{') {
      return text(new String(line, 0, length, StandardCharsets.UTF_8), sink);
    }
    JsonFields json = JsonFields.parse(line, length, WANTED);
    if (json == null) {
      return LineKind.UNKNOWN;
    }
    if (json.text("function") != null) {
      return logged(json, sink);
    }
    List<JsonFields> rows = json.objects("rows");
    if (rows.isEmpty()) {
      return row(json, false, sink);
    }
    LineKind kind = LineKind.UNKNOWN;
    for (JsonFields row : rows) {
      LineKind found = row(row, true, sink);
      kind = found.compareTo(kind) < 0 ? found : kind; // what was used comes first
    }
    return kind;
  }

  @Override
  public void fileTime(Instant time) {
    framing.clock().fileTime(time);
  }

  /** A line of Rspamd's own log as JSON ({@code json = true}). */
  private LineKind logged(JsonFields json, FactSink sink) {
    Row row = new Row();
    row.time = json.time("ts");
    if (row.time == null) {
      return LineKind.UNKNOWN;
    }
    if (!json.text("function").equals(RspamdLine.FUNCTION)) {
      seen("", row.time, sink);
      return LineKind.KNOWN;
    }
    String message = json.text("message");
    row.controller = RspamdLine.CONTROLLER.equals(json.text("module"));
    return fields(row, message == null ? "" : message, sink);
  }

  private LineKind row(JsonFields json, boolean answered, FactSink sink) {
    JsonFields source = json.object("_source");
    JsonFields outer = source.object("rspamd_meta").isEmpty() ? json : source;
    JsonFields meta = outer.object("rspamd_meta");
    Row row = meta.isEmpty() ? history(json, answered) : elastic(outer, meta);
    return row == null ? LineKind.UNKNOWN : record(row, sink);
  }

  /**
   * A row of the history.
   *
   * @param answered by the controller, which escapes each text once more than JSON asks for (seen
   *     in 3.4 and 3.12); in Redis the same row is escaped once
   */
  private static Row history(JsonFields json, boolean answered) {
    Row row = new Row();
    row.time = json.time("unix_time");
    if (row.time == null || json.text("action") == null) {
      return null;
    }
    row.user = unescaped(json.text("user"), answered);
    row.client = json.text("ip");
    row.messageId = unescaped(json.text("message-id"), answered);
    if (row.messageId == null && json.text("id") != null) {
      row.user = uncut(row.user, MEMORY_USER);
      row.messageId = uncut(json.text("id"), MEMORY_MESSAGE_ID);
    }
    row.from = unescaped(json.text("sender_smtp"), answered);
    row.recipients =
        json.texts("rcpt_smtp").stream().map(text -> unescaped(text, answered)).toList();
    row.subject = unescaped(json.text("subject"), answered);
    row.size = json.count("size");
    row.action = json.text("action");
    return row;
  }

  /** Null where the text may be a part of what it was. */
  private static String uncut(String text, int most) {
    boolean whole = text != null && text.getBytes(StandardCharsets.UTF_8).length < most;
    return whole ? text : null;
  }

  /** Only where every backslash is one of an escaped quote or backslash. */
  private static String unescaped(String text, boolean answered) {
    return answered && text != null && ESCAPED.matcher(text).matches()
        ? text.replaceAll("\\\\(.)", "$1")
        : text;
  }

  private static Row elastic(JsonFields outer, JsonFields meta) {
    Row row = new Row();
    String stamp = outer.text("@timestamp");
    Matcher millis = MILLIS.matcher(stamp == null ? "" : stamp);
    row.time =
        millis.matches()
            ? Instant.ofEpochMilli(Long.parseLong(millis.group(1)))
            : outer.time("@timestamp");
    if (row.time == null || !SyslogStamps.isSane(row.time)) {
      return null;
    }
    String server = meta.text("rspamd_server", 255);
    row.host = server == null || server.equals(UNKNOWN) ? "" : server;
    row.qid = meta.text("qid");
    boolean inbound = "Inbound".equals(meta.text("direction"));
    row.user = inbound && meta.text("user") != null ? UNKNOWN : meta.text("user");
    String ip = meta.text("ip");
    row.client = Boolean.TRUE.equals(meta.flag("webmail")) || NO_ADDRESS.equals(ip) ? null : ip;
    row.from = meta.text("from") == null ? sender(meta) : meta.text("from");
    row.recipients = meta.texts("rcpt");
    row.messageId = meta.text("message_id");
    List<String> subjects = meta.texts("header_subject");
    row.subject = subjects.size() == 1 ? subjects.getFirst() : null;
    row.action = meta.text("action");
    return row;
  }

  /** As newer rows have it, in two parts, both of which are one text where there is no sender. */
  private static String sender(JsonFields meta) {
    String local = meta.text("from_user", LOGIN);
    String domain = meta.text("from_domain", LOGIN);
    return local == null || domain == null || local.equals(domain) ? null : local + '@' + domain;
  }

  private LineKind text(String line, FactSink sink) {
    Row row = new Row();
    String message;
    framing.clock().last(lastTime());
    Matcher stamp = OWN_STAMP.matcher(line);
    if (stamp.lookingAt()) {
      try {
        row.time = framing.clock().of(LocalDateTime.parse(stamp.group(1) + 'T' + stamp.group(2)));
      } catch (DateTimeException e) {
        return LineKind.NOT_A_LOG;
      }
      if (!SyslogStamps.isSane(row.time)) {
        return LineKind.NOT_A_LOG;
      }
      message = LoggedBytes.printable(line.substring(stamp.end()));
    } else {
      SyslogLine syslog = framing.parse(line);
      if (syslog == null) {
        return LineKind.NOT_A_LOG;
      }
      row.time = syslog.time();
      row.host = syslog.host();
      Matcher own = OWN_STAMP.matcher(syslog.message()); // its file, sent on by another program
      message = syslog.message().substring(own.lookingAt() ? own.end() : 0);
      if (!syslog.program().equals("rspamd")) {
        seen(row.host, row.time, sink);
        return LineKind.FOREIGN;
      }
    }
    if (message.startsWith("{\"ts\": ")) { // its JSON log, handed to syslog
      byte[] object = message.getBytes(StandardCharsets.UTF_8);
      JsonFields json = JsonFields.parse(object, object.length, WANTED);
      if (json == null || !RspamdLine.FUNCTION.equals(json.text("function"))) {
        seen(row.host, row.time, sink);
        return json == null ? LineKind.UNKNOWN : LineKind.KNOWN;
      }
      String inside = json.text("message");
      row.controller = RspamdLine.CONTROLLER.equals(json.text("module"));
      return fields(row, inside == null ? "" : inside, sink);
    }
    Matcher task = RspamdLine.TASK.matcher(message);
    if (!task.lookingAt()) {
      seen(row.host, row.time, sink);
      return LineKind.KNOWN;
    }
    row.controller = RspamdLine.CONTROLLER.equals(task.group(1));
    return fields(row, message.substring(task.end()), sink);
  }

  /** Takes what the line says of a message into the row. */
  private LineKind fields(Row row, String text, FactSink sink) {
    RspamdLine fields = RspamdLine.parse(text);
    if (fields == null) {
      seen(row.host, row.time, sink);
      return LineKind.UNKNOWN;
    }
    row.qid = fields.qid();
    row.user = !fields.isTold() ? null : fields.user() == null ? UNKNOWN : fields.user();
    row.client = fields.client();
    row.from = !fields.isTold() ? null : fields.from() == null ? "" : fields.from();
    row.recipients = fields.recipients();
    row.messageId = fields.messageId();
    row.size = fields.size();
    row.action = fields.action();
    return record(row, sink);
  }

  private LineKind record(Row row, FactSink sink) {
    String host = seen(row.host, row.time, sink);
    if (row.action != null && REFUSED.contains(row.action)) {
      sink.refusal();
      return LineKind.KNOWN;
    }
    if (row.controller && row.qid == null && UNKNOWN.equals(row.user)) {
      return LineKind.KNOWN; // somebody's look at a message that came some other way
    }
    boolean queued =
        row.qid != null && QUEUE_ID.matcher(row.qid).matches() && !NO_QUEUE.contains(row.qid);
    SubmissionRecord.Builder facts =
        SubmissionRecord.Builder.of(row.time, host, queued ? row.qid : madeUp(row));
    if (row.user != null && row.user.length() > LOGIN) {
      return LineKind.UNKNOWN;
    }
    if (row.user != null) {
      boolean nobody = row.user.isEmpty() || row.user.equals(UNKNOWN);
      facts.origin = nobody ? Origin.UNAUTHENTICATED : Origin.AUTHENTICATED;
      facts.user = nobody ? null : row.user;
    }
    facts.client = client(row.client);
    facts.mailFrom = UNKNOWN.equals(row.from) ? null : envelope(row.from);
    List<Recipient> recipients = new ArrayList<>();
    for (String text : row.recipients) {
      String address = envelope(text);
      if (address != null && !address.isEmpty() && !address.equals(UNKNOWN)) {
        recipients.add(Recipient.of(address));
      }
    }
    facts.recipients = recipients;
    facts.messageId = messageId(row.messageId);
    boolean subject =
        row.subject != null && !row.subject.equals(UNKNOWN) && row.subject.length() <= SUBJECT;
    facts.subject = subject ? row.subject : null;
    facts.size = row.size;
    sink.facts(facts.build());
    return LineKind.USED;
  }

  /** With angle brackets; Rspamd shows them or not, and {@code undef} where there is none. */
  private static String messageId(String text) {
    String id = text == null ? "" : text.strip();
    if (id.startsWith("<") && id.endsWith(">") && id.length() >= 2) {
      id = id.substring(1, id.length() - 1);
    }
    boolean none = id.isEmpty() || id.equals("undef") || id.equals(UNKNOWN);
    return none || id.length() > MESSAGE_ID ? null : '<' + id + '>';
  }

  private static String madeUp(Row row) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String text =
          String.join(
              "\n",
              row.time.toString(),
              String.valueOf(row.messageId),
              String.valueOf(row.user),
              String.valueOf(row.client),
              String.valueOf(row.from),
              row.recipients.toString(),
              String.valueOf(row.size));
      byte[] hash = digest.digest(text.getBytes(StandardCharsets.UTF_8));
      return "rspamd:" + HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
