package org.whosent.indexer.ingest.input;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.whosent.record.BadLineException;
import org.whosent.record.JsonIn;

/**
 * A row of {@code aws logs get-query-results}, which is a list of its fields: {@code
 * [{"field":"@message","value":"…"}, …]} (CloudWatch Logs' API reference, GetQueryResults). It
 * comes out as an object of texts, as CloudWatch's CSV does. Stateless.
 */
final class QueryRow {
  private static final byte[] BEGINNING = "[{\"field\":".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] NOTHING = "{}\n".getBytes(StandardCharsets.US_ASCII);

  private QueryRow() {}

  /** True for a document, without blanks between its tokens, that begins as such a row. */
  static boolean is(byte[] document) {
    for (int i = 0; i < BEGINNING.length; i++) {
      if (i >= document.length || document[i] != BEGINNING[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * The line of its object; an empty one where the list has anything but names with a value, or a
   * name twice.
   */
  static byte[] line(byte[] row) {
    String wrapped = "{\"row\":" + new String(row, StandardCharsets.UTF_8) + '}';
    byte[] json = wrapped.getBytes(StandardCharsets.UTF_8);
    Object[] list = new Object[1];
    try {
      JsonIn.object(json, 0, json.length, (name, in) -> list[0] = in.any());
    } catch (BadLineException e) {
      return NOTHING;
    }
    Map<String, String> fields = new LinkedHashMap<>();
    for (Object element : list[0] instanceof List<?> elements ? elements : List.of()) {
      boolean field =
          element instanceof Map<?, ?> map
              && map.size() == 2
              && map.get("field") instanceof String name
              && map.get("value") instanceof String value
              && fields.putIfAbsent(name, value) == null;
      if (!field) {
        return NOTHING;
      }
    }
    return LineMakingStream.line(fields);
  }
}
