package org.whosent.indexer.ingest.input;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.whosent.record.BadLineException;
import org.whosent.record.JsonIn;

/**
 * An event of Datadog's list of logs: {@code {"id": "…", "type": "log", "attributes": {"message":
 * "…", "host": "…", "timestamp": "…", "tags": […], …}}} (its API reference, Logs, version 2). It
 * comes out as an object of texts.
 *
 * <p>Its message counts as a line only where the agent took it out of a file, which its tag {@code
 * filename} says (Agent Log Tags), and that is said as the container: an application's own events
 * may say what strangers like, as may another file. Everything else there is comes out as an empty
 * object. Stateless.
 */
final class DatadogRow {
  private static final String FILE = "filename:";
  private static final String TYPE = "\"type\":\"log\"";
  private static final byte[] NOTHING = "{}\n".getBytes(StandardCharsets.US_ASCII);

  private DatadogRow() {}

  /** The line of such an event's object; null for a document that is none. */
  static byte[] line(byte[] document) {
    if (!new String(document, StandardCharsets.ISO_8859_1).contains(TYPE)) {
      return null;
    }
    Map<String, Object> row = new LinkedHashMap<>();
    try {
      JsonIn.object(document, 0, document.length, (name, in) -> row.put(name, in.any()));
    } catch (BadLineException e) {
      return null;
    }
    return "log".equals(row.get("type")) && row.get("attributes") instanceof Map<?, ?> attributes
        ? of(attributes)
        : null;
  }

  private static byte[] of(Map<?, ?> attributes) {
    List<String> files = new ArrayList<>();
    for (Object tag : attributes.get("tags") instanceof List<?> tags ? tags : List.of()) {
      if (tag instanceof String text && text.startsWith(FILE)) {
        files.add(text.substring(FILE.length()));
      }
    }
    if (files.size() != 1
        || files.getFirst().isEmpty()
        || !(attributes.get("message") instanceof String message)) {
      return NOTHING;
    }
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("timestamp", attributes.get("timestamp") instanceof String time ? time : null);
    fields.put("container_name", files.getFirst());
    fields.put("log", message);
    return LineMakingStream.line(fields);
  }
}
