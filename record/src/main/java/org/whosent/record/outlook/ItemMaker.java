package org.whosent.record.outlook;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes a message of its properties. Stateless. */
final class ItemMaker {
  /** RFC 5322 section 3.3. */
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT);

  private static final int LONGEST_FIELD = 2000;

  private ItemMaker() {}

  /**
   * The message.
   *
   * @param to addresses of those it is addressed to
   */
  static OutlookItem item(
      MapiProperties properties, List<String> to, List<OutlookItem.Attachment> attachments)
      throws IOException {
    String text = properties.text(MapiProperties.BODY);
    byte[] html = properties.value(MapiProperties.HTML, MapiProperties.BINARY);
    Charset charset = MapiProperties.charset(properties.number(MapiProperties.INTERNET_CODEPAGE));
    if (html == null || html.length == 0) {
      String inText = properties.text(MapiProperties.HTML);
      charset = inText == null ? null : StandardCharsets.UTF_8;
      html = inText == null ? null : inText.getBytes(charset);
    }
    if (html == null && (text == null || text.isBlank())) {
      byte[] rtf = properties.value(MapiProperties.RTF_COMPRESSED, MapiProperties.BINARY);
      text = rtf == null ? text : RtfText.ofCompressed(rtf, properties.codepage());
    }
    return new OutlookItem(
        header(properties.text(MapiProperties.TRANSPORT_MESSAGE_HEADERS)),
        ownFields(properties, to),
        text == null || text.isBlank() ? null : text,
        html,
        charset == null ? null : charset.name(),
        attachments);
  }

  /**
   * The header as lines. Outlook of old puts a line of its own on top; of a message with parts it
   * may have those parts' headers behind an empty line.
   */
  private static String header(String property) {
    if (property == null) {
      return null;
    }
    String lines = property.replace("\r\n", "\n").replace('\r', '\n').replace('\0', ' ');
    int from = 0;
    while (from < lines.length() && Character.isWhitespace(lines.charAt(from))) {
      from++;
    }
    if (lines.startsWith("Microsoft Mail Internet Headers", from)) {
      int end = lines.indexOf('\n', from);
      from = end < 0 ? lines.length() : end + 1;
    }
    int end = lines.indexOf("\n\n", from);
    String header = lines.substring(from, end < 0 ? lines.length() : end).stripTrailing();
    return header.isBlank() ? null : header + "\n";
  }

  private static List<String> ownFields(MapiProperties properties, List<String> to)
      throws IOException {
    List<String> fields = new ArrayList<>();
    String from =
        properties.first(
            MapiProperties.SENT_REPRESENTING_SMTP_ADDRESS,
            MapiProperties.SENDER_SMTP_ADDRESS,
            MapiProperties.SENT_REPRESENTING_EMAIL,
            MapiProperties.SENDER_EMAIL);
    add(fields, "From", from != null && from.contains("@") ? from : null);
    add(
        fields,
        "To",
        to.isEmpty() ? properties.first(MapiProperties.DISPLAY_TO) : String.join(", ", to));
    Instant sent = properties.time(MapiProperties.CLIENT_SUBMIT_TIME);
    add(fields, "Date", sent == null ? null : DATE.format(sent.atOffset(ZoneOffset.UTC)));
    add(fields, "Subject", properties.first(MapiProperties.SUBJECT));
    add(fields, "Message-ID", properties.first(MapiProperties.INTERNET_MESSAGE_ID));
    return fields;
  }

  private static void add(List<String> fields, String name, String value) {
    if (value == null || value.isBlank()) {
      return;
    }
    String line = value.substring(0, Math.min(value.length(), LONGEST_FIELD));
    fields.add(name + ": " + line.replaceAll("\\p{Cntrl}", " ").strip());
  }
}
