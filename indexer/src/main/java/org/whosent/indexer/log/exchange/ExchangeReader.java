package org.whosent.indexer.log.exchange;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.framing.ForwardedLine;
import org.whosent.indexer.log.framing.SyslogStamps;
import org.whosent.indexer.log.reader.NextHopReply;
import org.whosent.indexer.log.reader.StampedReader;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;

/**
 * Message tracking. The record's ID is {@code network-message-id}, which stays when Exchange splits
 * a message; the {@code internal-message-id} of each part is an alias, and the ID where the version
 * has no other. Exchange puts its own version after {@code id} in {@code Received}, so that these
 * records are found by Message-ID, never by that field.
 *
 * <p><b>Who sent it</b>: for mail out of a mailbox, {@code source-context} names the mailbox by its
 * GUID, and that is what the record's user is: {@code mailbox:GUID}. {@code sender-address} is not
 * taken for it: with "Send As" it is somebody else's address. Who of several people with access to
 * the mailbox it was, tracking does not say. Of a client that logged in over SMTP, 2013 and later
 * have the mailbox in {@code custom-data} ({@link ExchangeCustomData}); older ones name nobody, but
 * {@link ExchangeReceiveLog} does. Not thread-safe.
 */
final class ExchangeReader extends StampedReader {
  private static final Pattern GUID = Pattern.compile("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4,12}){1,4}");
  private static final Pattern MAILBOX =
      Pattern.compile(
          "MDB:[0-9A-Fa-f-]{8,40}, Mailbox:([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4,12}){1,4}),.*",
          Pattern.DOTALL);
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
  private static final Pattern STATUS =
      Pattern.compile(
          "[^0-9]{0,20}(?:[245][0-9]{2}[ -])?([245]\\.[0-9]{1,3}\\.[0-9]{1,3}).*", Pattern.DOTALL);
  private static final Pattern REPLY_IN_CONTEXT =
      Pattern.compile("(?:^|;)(2[0-9]{2} [^;]*)(?:;|$)");
  private static final Predicate<String> ADDRESSES =
      Pattern.compile("\\s*[^\\s,|<>\"@]+@[^\\s,|<>\"@]+\\s*").asMatchPredicate();

  private static final int ID = 60;
  private static final int HOSTS = 1000;

  private final ExchangeReceiveLog receive;
  private final ExchangeExportTimes exportTimes;
  private final String tag;
  private final ExchangeOpenCells openCells = new ExchangeOpenCells();
  private ExchangeColumns columns;

  /** Of forwarded rows, by their hosts; bounded. */
  private final Map<String, ExchangeColumns> byHost =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ExchangeColumns> eldest) {
          return size() > HOSTS;
        }
      };

  /** One row, by the names of its cells. */
  private record Row(ExchangeColumns columns, List<String> cells) {
    String get(String name) {
      return columns.cell(cells, name);
    }

    List<String> list(String name) {
      String text = get(name);
      return text.isEmpty() ? List.of() : List.of(text.split(";", -1));
    }

    /** Older versions have {@code Receive} in what they export. */
    String word(String name) {
      return get(name).toUpperCase(Locale.ROOT);
    }

    /** Recipients; how an operator has joined the list of an export is not known but for this. */
    List<String> recipients() {
      List<String> all = list("recipient-address");
      return columns.exported() && !all.stream().allMatch(ADDRESSES) ? List.of() : all;
    }
  }

  /**
   * A reader of one log.
   *
   * @param tag under which forwarded lines count; empty: lines are as Exchange wrote them
   */
  ExchangeReader(LogSettings settings, String tag) {
    super(settings);
    this.tag = tag;
    this.receive = new ExchangeReceiveLog(settings.forgotten());
    this.exportTimes = new ExchangeExportTimes(settings.zone());
  }

  @Override
  public void beginning(byte[] head) {
    ExchangeColumns export =
        new String(head, StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.startsWith("#"))
            .findFirst()
            .map(ExchangeColumns::ofExport)
            .orElse(null);
    if (export != null || columns != null && columns.exported()) {
      columns = export;
    }
  }

  @Override
  public void inTheMidst() {
    openCells.clear();
  }

  @Override
  public String problem() {
    return exportTimes.problem();
  }

  @Override
  public LineKind read(byte[] line, int length, FactSink sink) {
    String text = new String(line, 0, length, StandardCharsets.UTF_8);
    return tag.isEmpty() ? read(text, sink) : forwarded(ForwardedLine.of(text), sink);
  }

  /**
   * A forwarded line. Its host says whose IDs and sessions are in it, which each server has of its
   * own; what may have been lost on the way is the receive log's to find out.
   */
  private LineKind forwarded(ForwardedLine line, FactSink sink) {
    if (line == null) {
      return LineKind.NOT_A_LOG;
    }
    if (!line.tag().equals(tag)) {
      return LineKind.FOREIGN;
    }
    String text = line.text();
    if (openCells.hold(line.host(), text)) {
      return LineKind.UNKNOWN;
    }
    if (text.startsWith("#")) {
      ExchangeColumns header = ExchangeColumns.ofHeader(text);
      if (header != null) {
        byHost.put(line.host(), header);
      }
      return LineKind.KNOWN;
    }
    return row(CsvLine.cells(text), byHost.get(line.host()), line.host(), sink);
  }

  private LineKind read(String text, FactSink sink) {
    boolean exported = columns != null && columns.exported();
    if (!exported && openCells.hold("", text)) {
      return LineKind.UNKNOWN;
    }
    if (text.startsWith("#")) {
      if (text.startsWith("#Fields:") && !exported) {
        columns = ExchangeColumns.ofHeader(text);
      }
      return LineKind.KNOWN;
    }
    if (exported) {
      return columns.equals(ExchangeColumns.ofExport(text)) ? LineKind.KNOWN : exported(text, sink);
    }
    if (columns == null) { // later no row is one, whatever a stranger's cells are called
      columns = ExchangeColumns.ofExport(text);
      if (columns != null) {
        return LineKind.KNOWN;
      }
    }
    boolean begun = text.length() > 20 && text.charAt(4) == '-' && text.charAt(10) == 'T';
    LineKind kind = row(CsvLine.cells(text), columns, "", sink);
    return kind == LineKind.UNKNOWN && !begun ? LineKind.NOT_A_LOG : kind;
  }

  /**
   * A row.
   *
   * @param named the columns as they were named last, or null
   * @param server whose row it is; empty where that is not said
   */
  private LineKind row(List<String> cells, ExchangeColumns named, String server, FactSink sink) {
    ExchangeColumns these =
        cells != null && named != null && named.fit(cells) ? named : ExchangeColumns.ofRow(cells);
    if (these == null) {
      return LineKind.UNKNOWN;
    }
    Row row = new Row(these, cells);
    Instant time;
    try {
      time = Times.parse(row.get("date-time"));
    } catch (DateTimeException e) {
      return LineKind.UNKNOWN;
    }
    if (!SyslogStamps.isSane(time)) {
      return LineKind.UNKNOWN;
    }
    String host = seen(server, time, sink);
    return these.tracking()
        ? tracked(row, time, host, sink)
        : receive.read(these, cells, time, server, host, sink);
  }

  /**
   * A row of an export. A cell may hold line breaks, and a stranger's subject what looks like a
   * row: but no quote of its own that is not doubled, and all cells of a row are quoted.
   */
  private LineKind exported(String text, FactSink sink) {
    List<String> cells = CsvLine.quotedCells(text);
    if (cells == null || !columns.fit(cells)) {
      return LineKind.UNKNOWN;
    }
    Row row = new Row(columns, cells);
    Instant time = exportTimes.of(row.get("date-time"));
    if (time == null || !SyslogStamps.isSane(time)) {
      return LineKind.UNKNOWN;
    }
    return tracked(row, time, seen("", time, sink), sink);
  }

  private LineKind tracked(Row row, Instant time, String host, FactSink sink) {
    SubmissionRecord.Builder facts = message(row, time, host);
    String event = row.word("event-id");
    String source = row.word("source");
    boolean used =
        facts != null
            && switch (event) {
              case "RECEIVE" -> received(row, source, facts);
              case "SUBMIT" -> source.equals("STOREDRIVER") && mailbox(row, facts);
              case "SEND", "SENDEXTERNAL" -> source.equals("SMTP") && sent(row, facts);
              case "DELIVER" -> fates(row, Outcome.DELIVERED, true, null, null, facts);
              case "FAIL" -> fates(row, Outcome.BOUNCED, null, null, null, facts);
              case "DEFER" -> fates(row, Outcome.DEFERRED, null, null, null, facts);
              default -> false;
            };
    if (!used) {
      return LineKind.KNOWN;
    }
    sink.facts(facts.build());
    return LineKind.USED;
  }

  /** The facts of the row's message; null when it names none. */
  private static SubmissionRecord.Builder message(Row row, Instant time, String host) {
    String network = row.get("network-message-id");
    String internal = row.get("internal-message-id");
    boolean numbered = NUMBER.matcher(internal).matches() && !internal.equals("0");
    if (network.length() <= ID && GUID.matcher(network).matches()) {
      SubmissionRecord.Builder facts =
          SubmissionRecord.Builder.of(time, host, network.toLowerCase(Locale.ROOT));
      facts.aliases = numbered ? List.of(internal) : List.of();
      return facts;
    }
    return numbered ? SubmissionRecord.Builder.of(time, host, internal) : null;
  }

  private static boolean received(Row row, String source, SubmissionRecord.Builder facts) {
    common(row, facts);
    switch (source) {
      case "STOREDRIVER" -> {
        facts.origin = Origin.AUTHENTICATED;
        facts.service = "mailbox";
        mailbox(row, facts);
      }
      case "SMTP" -> {
        // "Originating" is a client that logged in or another server of ours.
        if (row.get("directionality").equals("Incoming")) {
          facts.origin = Origin.UNAUTHENTICATED;
          facts.client = client(row.get("client-ip"));
          String connector = row.get("connector-id");
          facts.service = connector.isEmpty() || connector.length() > 200 ? null : connector;
          String helo = row.get("client-hostname");
          facts.helo = helo.isEmpty() || helo.length() > 255 ? null : helo;
          String original = client(row.get("original-client-ip"));
          if (original != null && !original.equals(facts.client)) { // came by our own front end
            facts.client = original;
            facts.helo = null;
          }
        } else {
          facts.client = client(row.get("original-client-ip"));
          loggedIn(row, facts);
        }
      }
      case "PICKUP" -> facts.origin = Origin.LOCAL;
      case "DSN" -> facts.origin = Origin.INTERNAL;
      default -> {}
    }
    List<Recipient> recipients = new ArrayList<>();
    for (String text : row.recipients()) {
      String address = envelope(text.strip());
      if (address != null && !address.isEmpty()) {
        recipients.add(Recipient.of(address));
      }
    }
    facts.recipients = recipients;
    return true;
  }

  private static void common(Row row, SubmissionRecord.Builder facts) {
    String messageId = row.get("message-id");
    facts.messageId = messageId.isEmpty() || messageId.length() > MESSAGE_ID ? null : messageId;
    facts.mailFrom = envelope(row.get("return-path"));
    String subject = row.get("message-subject");
    facts.subject = subject.isEmpty() || subject.length() > SUBJECT ? null : subject;
    String size = row.get("total-bytes");
    facts.size = NUMBER.matcher(size).matches() ? Long.valueOf(size) : null;
  }

  /** Whose login by SMTP it was: 2013 and later say it by the mailbox. */
  private static void loggedIn(Row row, SubmissionRecord.Builder facts) {
    String mailbox = ExchangeCustomData.mailbox(row.get("custom-data"));
    if (mailbox != null && row.get("directionality").equals("Originating")) {
      facts.origin = Origin.AUTHENTICATED;
      facts.user = "mailbox:" + mailbox.toLowerCase(Locale.ROOT);
    }
  }

  /** True when the row says out of which mailbox the message came. */
  private static boolean mailbox(Row row, SubmissionRecord.Builder facts) {
    Matcher mailbox = MAILBOX.matcher(row.get("source-context"));
    boolean named = mailbox.matches();
    if (named) {
      facts.user = "mailbox:" + mailbox.group(1).toLowerCase(Locale.ROOT);
    }
    String client = client(row.get("original-client-ip"));
    facts.client = client == null ? client(row.get("client-ip")) : client;
    return named;
  }

  private static boolean sent(Row row, SubmissionRecord.Builder facts) {
    Matcher context = REPLY_IN_CONTEXT.matcher(row.get("source-context"));
    String reply = context.find() ? cut(context.group(1), REPLY) : null;
    String name = cut(row.get("server-hostname"), 255);
    String address = client(row.get("server-ip"));
    // As OpenSMTPD has a name that its owner may have made up: perhaps it is what the server said.
    String hop = address == null || name.isEmpty() ? address : address + " (" + name + ')';
    return fates(row, Outcome.DELIVERED, null, reply, hop, facts);
  }

  private static boolean fates(
      Row row,
      Outcome outcome,
      Boolean local,
      String reply,
      String nextHop,
      SubmissionRecord.Builder facts) {
    List<String> addresses = row.recipients();
    List<String> statuses =
        addresses.size() == 1 ? List.of(row.get("recipient-status")) : row.list("recipient-status");
    boolean each = statuses.size() == addresses.size();
    List<Recipient> recipients = new ArrayList<>();
    for (int i = 0; i < addresses.size(); i++) {
      String address = envelope(addresses.get(i).strip());
      if (address == null || address.isEmpty()) {
        continue;
      }
      String said = each ? cut(statuses.get(i).strip(), REPLY) : "";
      Matcher status = STATUS.matcher(said);
      String whole = reply == null && !said.isEmpty() ? said : reply;
      recipients.add(
          new Recipient(
              address,
              null,
              local,
              outcome,
              status.matches() ? status.group(1) : null,
              whole,
              nextHop,
              outcome == Outcome.DELIVERED && reply != null ? NextHopReply.queueId(reply) : null,
              facts.time));
    }
    facts.recipients = recipients;
    return !recipients.isEmpty();
  }
}
