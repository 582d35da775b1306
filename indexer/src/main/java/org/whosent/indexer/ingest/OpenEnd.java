package org.whosent.indexer.ingest;

/**
 * The last line of a plain file, where no line feed ends it. It may be half of what is still being
 * written, so it waits; but what one {@code curl URL > file} has saved is one JSON document, which
 * shows by its brackets that it may be whole, and by its grammar whether it is. Stateless.
 */
final class OpenEnd {
  private OpenEnd() {}

  /** True for bytes that begin and end as one JSON object or array does. */
  static boolean maybeDocument(byte[] bytes, int length) {
    int from = 0;
    while (from < length && isBlank(bytes[from])) {
      from++;
    }
    int to = length;
    while (to > from && isBlank(bytes[to - 1])) {
      to--;
    }
    return to - from >= 2
        && (bytes[from] == '{' && bytes[to - 1] == '}'
            || bytes[from] == '[' && bytes[to - 1] == ']');
  }

  private static boolean isBlank(byte c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }
}
