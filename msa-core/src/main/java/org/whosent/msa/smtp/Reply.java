package org.whosent.msa.smtp;

import java.util.List;

/**
 * A reply to the client (RFC 5321 section 4.2) with its enhanced status code (RFC 2034). Immutable.
 *
 * @param code three digits
 * @param status RFC 3463 code, or null where RFC 2034 wants none (greeting, EHLO, 334, 354)
 * @param lines at least one
 * @param close true to end the session after it
 */
record Reply(int code, String status, List<String> lines, boolean close) {
  Reply {
    lines = List.copyOf(lines);
  }

  static Reply of(int code, String status, String text) {
    return new Reply(code, status, List.of(text), false);
  }

  static Reply last(int code, String status, String text) {
    return new Reply(code, status, List.of(text), true);
  }

  /** As sent, CRLF after each line. */
  String wire() {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      out.append(code).append(i == lines.size() - 1 ? ' ' : '-');
      if (status != null) {
        out.append(status).append(' ');
      }
      out.append(lines.get(i)).append("\r\n");
    }
    return out.toString();
  }

  /** On one line, for the journal. */
  String text() {
    return code + " " + (status == null ? "" : status + " ") + String.join(" / ", lines);
  }
}
