package org.whosent.indexer.log.framing;

/** RFC 5424's STRUCTURED-DATA, of which nothing is kept. Stateless. */
final class StructuredData {
  private StructuredData() {}

  /**
   * Where it ends, before a blank or the line's end; -1 when there is none.
   *
   * @param end of the line
   */
  static int end(byte[] line, int from, int end) {
    int at = from;
    if (at < end && line[at] == '-') {
      at++;
      return isEnd(line, at, end) ? at : -1;
    }
    while (at < end && line[at] == '[') {
      at = elementEnd(line, at + 1, end);
      if (at < 0) {
        return -1;
      }
    }
    return isEnd(line, at, end) ? at : -1;
  }

  /** Section 6.3.3: in a PARAM-VALUE '"', '\' and ']' are escaped by a backslash. */
  private static int elementEnd(byte[] line, int from, int end) {
    boolean quoted = false;
    int at = from;
    while (at < end && (quoted || line[at] != ']')) {
      if (line[at] == '"') {
        quoted = !quoted;
      } else if (line[at] == '\\' && quoted) {
        at++;
      }
      at++;
    }
    return at < end ? at + 1 : -1;
  }

  private static boolean isEnd(byte[] line, int at, int end) {
    return at == end || line[at] == ' ';
  }
}
