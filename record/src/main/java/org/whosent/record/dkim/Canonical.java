package org.whosent.record.dkim;

/**
 * The canonical forms of RFC 6376 section 3.4. Octets are characters of ISO-8859-1, line ends CRLF.
 */
final class Canonical {
  private Canonical() {}

  /** A field, without a line end. */
  static String field(String text, boolean relaxed) {
    if (!relaxed) {
      return text;
    }
    int colon = text.indexOf(':');
    String name = text.substring(0, colon).strip().toLowerCase(java.util.Locale.ROOT);
    return name + ':' + squeezed(text.substring(colon + 1).replace("\r\n", "")).strip();
  }

  /** A body. Lines are gone through once. */
  static String body(String body, boolean relaxed) {
    StringBuilder out = new StringBuilder(body.length() + 2);
    int keep = 0; // after the last line that is not empty
    int at = 0;
    while (at < body.length()) {
      int end = body.indexOf("\r\n", at);
      String line = body.substring(at, end < 0 ? body.length() : end);
      at = end < 0 ? body.length() : end + 2;
      if (relaxed) {
        line = squeezed(line);
        line = line.endsWith(" ") ? line.substring(0, line.length() - 1) : line;
      }
      out.append(line).append("\r\n");
      if (!line.isEmpty()) {
        keep = out.length();
      }
    }
    out.setLength(keep);
    // Section 3.4.3: an empty simple body is one line end; 3.4.4: an empty relaxed one is nothing.
    return out.isEmpty() && !relaxed ? "\r\n" : out.toString();
  }

  /** Runs of blanks and tabs become one blank. */
  private static String squeezed(String line) {
    StringBuilder out = new StringBuilder(line.length());
    boolean blank = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c != ' ' && c != '\t') {
        out.append(c);
      } else if (!blank) {
        out.append(' ');
      }
      blank = c == ' ' || c == '\t';
    }
    return out.toString();
  }

  /** The signature's own field with the value of its {@code b=} taken out (section 3.7). */
  static String unsigned(String text) {
    int at = text.indexOf(':') + 1;
    while (at < text.length()) {
      int semicolon = text.indexOf(';', at);
      int end = semicolon < 0 ? text.length() : semicolon;
      int equals = text.indexOf('=', at);
      if (equals > 0 && equals < end && text.substring(at, equals).strip().equals("b")) {
        return text.substring(0, equals + 1) + text.substring(end);
      }
      at = end + 1;
    }
    return text;
  }
}
