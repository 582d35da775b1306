package org.whosent.record.dkim;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A message as octets, its line ends made CRLF again, which mail stores write as LF: what a
 * signature covers, and nothing decoded. Octets are characters of ISO-8859-1. Immutable.
 *
 * @param fields from the top, each with its folding, without its last line end
 * @param body CRLF lines; null where there is only a header
 */
record RawMessage(List<Field> fields, String body) {
  /** One field. */
  record Field(String name, String text) {}

  static RawMessage parse(byte[] message) {
    String text = new String(message, StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
    List<Field> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    int at = 0;
    String body = null;
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      String line = text.substring(at, end < 0 ? text.length() : end);
      at = end < 0 ? text.length() : end + 1;
      if (line.isEmpty()) {
        body = text.substring(at).replace("\n", "\r\n");
        break;
      }
      boolean continued = line.charAt(0) == ' ' || line.charAt(0) == '\t';
      if (continued && !field.isEmpty()) {
        field.append("\r\n").append(line);
      } else {
        add(field, fields);
        field.append(line);
      }
    }
    add(field, fields);
    return new RawMessage(List.copyOf(fields), body == null || body.isBlank() ? null : body);
  }

  private static void add(StringBuilder field, List<Field> fields) {
    String text = field.toString();
    field.setLength(0);
    int colon = text.indexOf(':');
    if (colon > 0) {
      fields.add(new Field(text.substring(0, colon).strip().toLowerCase(Locale.ROOT), text));
    }
  }
}
