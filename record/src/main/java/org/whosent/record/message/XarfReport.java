package org.whosent.record.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An abuse report in JSON: XARF version 4 or 3, alone or as a part of a mail. What it says of the
 * envelope becomes fields named as RFC 5965 names them; its evidence (version 3: samples) of type
 * {@code message/rfc822} or {@code text/rfc822-headers}, or text in which a message is quoted, is
 * the reported message. Where there is none, its Message-ID, sender and subject make a header to be
 * traced. JSON that is broken, too deep or no XARF is no report, never an error. Stateless.
 */
final class XarfReport {
  private static final int MAX_EVIDENCE = 100;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(OpenedMessage.MAX_BYTES)
                  .maxStringLength(OpenedMessage.MAX_BYTES)
                  .maxNestingDepth(20)
                  .maxNumberLength(100)
                  .maxNameLength(200)
                  .build())
          .build();

  /** XARF's names, and which field each one is like. */
  private static final Map<String, String> FIELDS =
      Map.ofEntries(
          Map.entry("smtp_from", "Original-Mail-From"),
          Map.entry("smtp_to", "Original-Rcpt-To"),
          Map.entry("source_identifier", "Source-IP"),
          Map.entry("timestamp", "Arrival-Date"),
          Map.entry("reporting_mta", "Reporting-MTA"),
          Map.entry("SmtpMailFromAddress", "Original-Mail-From"),
          Map.entry("SmtpRcptToAddress", "Original-Rcpt-To"),
          Map.entry("SourceIp", "Source-IP"),
          Map.entry("Date", "Arrival-Date"));

  /** Version 3's names of what {@link #messages} makes a header of. */
  private static final Map<String, String> VERSION_3 =
      Map.of(
          "SmtpMessageSubject", "subject",
          "SmtpMessageId", "message_id",
          "SmtpMailFromAddress", "smtp_from",
          "SmtpRcptToAddress", "smtp_to");

  private record Evidence(String type, String payload) {}

  private final List<HeaderField> fields = new ArrayList<>();
  private final List<Evidence> evidence = new ArrayList<>();
  private final Map<String, String> texts = new HashMap<>();

  private boolean inReport;

  private XarfReport() {}

  /** True when it may be JSON, without reading it. */
  static boolean looksLike(byte[] input) {
    for (byte b : input) {
      if (b > ' ' || b < 0) {
        return b == '{';
      }
    }
    return false;
  }

  /**
   * The report.
   *
   * @param outer the mail that it came in; null when it came alone
   */
  static Optional<Report> read(byte[] json, OpenedMessage outer) {
    XarfReport report = new XarfReport();
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      report.object(parser);
    } catch (IOException e) {
      return Optional.empty();
    }
    boolean known =
        report.texts.getOrDefault("xarf_version", "").startsWith("4")
            || report.inReport && report.texts.getOrDefault("Version", "").startsWith("3");
    if (!known) {
      return Optional.empty();
    }
    try {
      OpenedMessage shell = outer != null ? outer : OpenedMessage.ofBody(json);
      return Optional.of(
          new Report(Report.Shape.ARF, shell, report.messages(), new Headers(report.fields), ""));
    } catch (UnreadableMessageException e) {
      return Optional.empty();
    }
  }

  private void object(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if ((name.equals("evidence") || name.equals("Samples")) && value == JsonToken.START_ARRAY) {
        samples(parser);
      } else if (name.equals("Report") && value == JsonToken.START_OBJECT && !inReport) {
        inReport = true; // version 3 has it all one level down
        object(parser);
      } else if (value == JsonToken.VALUE_STRING) {
        String text = line(parser.getText());
        texts.putIfAbsent(VERSION_3.getOrDefault(name, name), text);
        if (FIELDS.containsKey(name)) {
          fields.add(new HeaderField(FIELDS.get(name), text));
        }
      } else if (value == JsonToken.VALUE_NUMBER_INT) {
        texts.putIfAbsent(name, line(parser.getText()));
      } else {
        parser.skipChildren();
      }
    }
  }

  private void samples(JsonParser parser) throws IOException {
    JsonToken next;
    while ((next = parser.nextToken()) != JsonToken.END_ARRAY && next != null) {
      if (next == JsonToken.START_OBJECT) {
        evidence(parser);
      } else {
        parser.skipChildren();
      }
    }
  }

  private void evidence(JsonParser parser) throws IOException {
    String type = "";
    String payload = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (value != JsonToken.VALUE_STRING) {
        parser.skipChildren();
      } else if (name.equals("content_type") || name.equals("ContentType")) {
        type = parser.getText().toLowerCase(Locale.ROOT).split(";", 2)[0].strip();
      } else if (name.equals("payload") || name.equals("Payload")) {
        payload = parser.getText();
      }
    }
    if (payload != null && evidence.size() < MAX_EVIDENCE) {
      evidence.add(new Evidence(type, payload));
    }
  }

  private List<ReportedMessage> messages() throws UnreadableMessageException {
    List<ReportedMessage> found = new ArrayList<>();
    for (Evidence one : evidence) {
      boolean header = one.type.endsWith("rfc822-headers");
      if (header || one.type.equals("message/rfc822") || one.type.equals("message/global")) {
        Originals.add(found, bytes(one.payload), header);
      } else if (one.type.startsWith("text/")) {
        String text = Decoding.text(bytes(one.payload), "utf-8");
        int end = Math.min(text.length(), MessageText.MAX_TEXT);
        found.addAll(Carriers.quoted(text.substring(0, end)));
      }
    }
    if (found.isEmpty() && !texts.getOrDefault("message_id", "").isEmpty()) {
      StringBuilder header = new StringBuilder();
      field(header, "Message-ID", texts.get("message_id"));
      field(header, "From", texts.get("smtp_from"));
      field(header, "To", texts.get("smtp_to"));
      field(header, "Subject", texts.get("subject"));
      byte[] bytes = header.toString().getBytes(StandardCharsets.UTF_8);
      found.add(new ReportedMessage(OpenedMessage.open(bytes), ReportedMessage.Extent.HEADER));
    }
    return found;
  }

  /** Base64 as version 4 wants it; some write the text as it is. */
  private static byte[] bytes(String payload) {
    boolean encoded =
        payload
            .chars()
            .allMatch(
                c ->
                    c < 128
                        && (Character.isLetterOrDigit(c)
                            || Character.isWhitespace(c)
                            || "+/=".indexOf(c) >= 0));
    if (encoded) {
      try {
        return Base64.getMimeDecoder().decode(payload);
      } catch (IllegalArgumentException e) {
        // Cut off, or text after all.
      }
    }
    return payload.getBytes(StandardCharsets.UTF_8);
  }

  private static void field(StringBuilder header, String name, String value) {
    if (value != null && !value.isBlank()) {
      header.append(name).append(": ").append(value).append('\n');
    }
  }

  /** No value may begin a field of its own. */
  private static String line(String text) {
    String cut = text.length() > 2000 ? text.substring(0, 2000) : text;
    return cut.replaceAll("[\\r\\n\\x00]+", " ").strip();
  }
}
