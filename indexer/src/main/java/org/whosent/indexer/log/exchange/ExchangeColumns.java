package org.whosent.indexer.log.exchange;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.whosent.indexer.log.text.LoggedBytes;

/**
 * Which column of an Exchange log holds what: as the last {@code #Fields:} line says, or, where
 * reading begins behind it, as the number of columns tells for the versions that are known. In both
 * cases a row must have words that Exchange writes where the columns want them. What {@code
 * Get-MessageTrackingLog} gives to {@code Export-Csv} begins with a row of names instead.
 * Immutable.
 *
 * @param tracking message tracking; else the SMTP receive protocol log
 * @param exported by Export-Csv, which quotes every cell
 */
record ExchangeColumns(boolean tracking, boolean exported, int count, Map<String, Integer> places) {
  private static final String FIELDS = "#Fields: ";
  private static final String TRACKING_2007 =
      "date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,"
          + "source,event-id,internal-message-id,message-id,recipient-address,recipient-status,"
          + "total-bytes,recipient-count,related-recipient-address,reference,message-subject,"
          + "sender-address,return-path,message-info";
  private static final String TRACKING_2010 =
      TRACKING_2007 + ",directionality,tenant-id,original-client-ip,original-server-ip,custom-data";
  private static final String TRACKING_2013 =
      TRACKING_2010.replace("message-id,recipient", "message-id,network-message-id,recipient");
  private static final String TRACKING_2016 =
      TRACKING_2013 + ",transport-traffic-type,log-id,schema-version";
  private static final String RECEIVE =
      "date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,"
          + "context";

  private static final List<ExchangeColumns> KNOWN =
      List.of(
          of(TRACKING_2007), of(TRACKING_2010), of(TRACKING_2013), of(TRACKING_2016), of(RECEIVE));

  private static final Pattern TIME =
      Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?Z");
  private static final Set<String> SOURCES =
      Set.of(
          "ADMIN",
          "AGENT",
          "APPROVAL",
          "BOOTLOADER",
          "DELIVERY",
          "DNS",
          "DSN",
          "GATEWAY",
          "MAILBOXRULE",
          "MEETINGMESSAGEPROCESSOR",
          "ORAR",
          "PICKUP",
          "POISONMESSAGE",
          "PUBLICFOLDER",
          "QUEUE",
          "REDUNDANCY",
          "RESOLVER",
          "ROUTING",
          "SAFETYNET",
          "SMTP",
          "STOREDRIVER");
  private static final Pattern EVENT = Pattern.compile("[A-Z]{2,40}");
  private static final Pattern GUID = Pattern.compile("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4,12}){1,4}");
  private static final Set<String> PROTOCOL_EVENTS = Set.of("+", "-", "<", ">", "*");

  /** Before the words of a property's name: {@code NetworkMessageId}. */
  private static final Pattern WITHIN_WORDS = Pattern.compile("(?<=.)(?=[A-Z])", Pattern.DOTALL);

  /** What Export-Csv writes of a list: its type. */
  private static final Pattern LIST =
      Pattern.compile("System\\.[A-Za-z.]{1,60}(?:\\[]|`1.*)", Pattern.DOTALL);

  private static ExchangeColumns of(String names) {
    return of(List.of(names.split(",", 200)), false);
  }

  private static ExchangeColumns of(List<String> names, boolean exported) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      places.putIfAbsent(names.get(i).strip(), i);
    }
    return new ExchangeColumns(
        places.containsKey("event-id"), exported, names.size(), Map.copyOf(places));
  }

  /**
   * What the first row of an export says, whose names are the log's without dashes, but for three
   * (Microsoft's page about Get-MessageTrackingLog); null when it is none.
   */
  static ExchangeColumns ofExport(String line) {
    List<String> cells = line.startsWith("\"") ? CsvLine.quotedCells(line.strip()) : null;
    if (cells == null || !cells.contains("Timestamp") || !cells.contains("EventId")) {
      return null;
    }
    ExchangeColumns found = of(cells.stream().map(ExchangeColumns::logged).toList(), true);
    return found.has("date-time", "source", "event-id", "message-id") ? found : null;
  }

  private static String logged(String property) {
    return switch (property) {
      case "Timestamp" -> "date-time";
      case "Recipients" -> "recipient-address";
      case "Sender" -> "sender-address";
      default -> WITHIN_WORDS.matcher(property).replaceAll("-").toLowerCase(Locale.ROOT);
    };
  }

  /** What a {@code #Fields:} line says; null when it is of another log. */
  static ExchangeColumns ofHeader(String line) {
    if (!line.startsWith(FIELDS)) {
      return null;
    }
    ExchangeColumns found = of(line.substring(FIELDS.length()));
    boolean whole =
        found.tracking
            ? found.has("date-time", "source", "message-id")
            : found.has("date-time", "session-id", "event", "data", "context", "remote-endpoint");
    return whole ? found : null;
  }

  private boolean has(String... names) {
    return places.keySet().containsAll(List.of(names));
  }

  /** The known columns that fit this row; null when none do. */
  static ExchangeColumns ofRow(List<String> cells) {
    if (cells == null) {
      return null;
    }
    for (ExchangeColumns columns : KNOWN) {
      if (columns.fit(cells)) {
        return columns;
      }
    }
    return null;
  }

  /**
   * True when the row has what these columns promise. A longer row that was cut off on its way,
   * with just as many cells as an older version's, has a GUID where that has recipients.
   */
  boolean fit(List<String> cells) {
    return cells.size() == count
        && (exported || TIME.matcher(cell(cells, "date-time")).matches())
        && (tracking
            ? SOURCES.contains(word(cells, "source"))
                && EVENT.matcher(word(cells, "event-id")).matches()
                && !GUID.matcher(cell(cells, "recipient-address")).matches()
            : PROTOCOL_EVENTS.contains(cell(cells, "event")));
  }

  /** Exchange 2007 exports {@code Receive} where its log has {@code RECEIVE}. */
  private String word(List<String> cells, String name) {
    String word = cell(cells, name);
    return exported ? word.toUpperCase(Locale.ROOT) : word;
  }

  /** The cell in that column; empty when there is no such column. Control characters as ?. */
  String cell(List<String> cells, String name) {
    Integer place = places.get(name);
    if (place == null || place >= cells.size()) {
      return "";
    }
    String text = LoggedBytes.printable(cells.get(place)).strip();
    return exported && LIST.matcher(text).matches() ? "" : text;
  }
}
