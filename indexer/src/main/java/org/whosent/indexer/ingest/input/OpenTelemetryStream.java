package org.whosent.indexer.ingest.input;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.whosent.record.BadLineException;
import org.whosent.record.JsonIn;

/**
 * What the OpenTelemetry Collector's file exporter writes: on each line a batch of log records, as
 * the protocol's JSON has them (OTLP, "JSON Protobuf Encoding"). Each record comes out as a line,
 * an object of texts: its time, its attributes and its resource's under their names, and its body.
 *
 * <p>A body that is a text comes out as {@code log} where the record says which file or container
 * it was read from, or which program's syslog line it is: an application's own records may say what
 * strangers like. A body that is an entry of the journal comes out as its fields. A record that has
 * neither, has a name twice, is longer than {@link LineInput#LONGEST} or of a resource of more than
 * 16 KiB, comes out as an empty object; so does a batch that a line feed cuts off.
 *
 * <p>Only brackets and strings are known to what finds the records, so a batch may have any size.
 * Not thread-safe.
 */
final class OpenTelemetryStream extends LineMakingStream {
  private static final byte[] BEGINNING = "{\"resourceLogs\":[".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NOTHING = "{}\n".getBytes(StandardCharsets.US_ASCII);

  /** Names of the lists and objects on the way to a record, by how many brackets are open. */
  private static final int RESOURCES = 1;

  private static final int RESOURCE = 3;
  private static final int RECORDS = 5;
  private static final int RECORD = 6;
  private static final int LONGEST_NAME = 32;

  /** What a resource has comes out with each of its records. */
  private static final int LONGEST_RESOURCE = 1 << 14;

  /** Who collected it says one of these. */
  private static final Set<String> COLLECTED =
      Set.of("log.file.name", "log.file.path", "container_name", "container.name", "appname");

  /** As the other collectors call it. */
  private static final Map<String, String> NAMES = Map.of("k8s.container.name", "container_name");

  private final String[] names = new String[RECORDS + 1];
  private final StringBuilder string = new StringBuilder();
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private int depth;
  private boolean inString;
  private boolean escaped;

  /** How many brackets are open around what is kept; 0 when nothing is. */
  private int keptAt;

  private byte[] resource = NOTHING;

  /** Reads from there, which is the beginning. */
  OpenTelemetryStream(InputStream in) {
    super(in);
  }

  /** True for the beginning of such a batch. */
  static boolean isAhead(byte[] head, int length) {
    for (int i = 0; i < BEGINNING.length; i++) {
      if (i >= length || head[i] != BEGINNING[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  void atEnd() {
    if (depth > 0) {
      give(NOTHING);
    }
  }

  @Override
  void take(byte b) {
    if (b == '\n') {
      if (depth > 0) {
        give(NOTHING);
      }
      depth = 0;
      keptAt = 0;
      inString = false;
      escaped = false;
      return;
    }
    keep(b);
    if (inString) {
      inString = escaped || b != '"';
      escaped = !escaped && b == '\\';
      if (inString && string.length() < LONGEST_NAME) {
        string.append((char) (b & 0xff));
      }
      return;
    }
    switch (b) {
      case '"' -> {
        inString = true;
        string.setLength(0);
      }
      case ':' -> {
        if (depth < names.length) {
          names[depth] = string.toString();
        }
      }
      case '{', '[' -> opens(b);
      case '}', ']' -> closes();
      default -> {}
    }
  }

  private void opens(byte b) {
    if (b == '{' && depth == RESOURCES + 1) {
      resource = NOTHING; // of the list's next element
    }
    boolean inLogs = b == '{' && keptAt == 0 && "resourceLogs".equals(names[RESOURCES]);
    boolean isRecord =
        depth == RECORD
            && "scopeLogs".equals(names[RESOURCE])
            && "logRecords".equals(names[RECORDS]);
    depth++;
    if (inLogs && (isRecord || depth == RESOURCE + 1 && "resource".equals(names[RESOURCE]))) {
      keptAt = depth;
      kept.reset();
      kept.write(b);
    }
  }

  private void closes() {
    if (depth > 0 && depth-- == keptAt) {
      keptAt = 0;
      if (depth == RECORD) {
        boolean whole = kept.size() <= LineInput.LONGEST && resource.length <= LONGEST_RESOURCE;
        give(whole ? record() : NOTHING);
      } else {
        resource = kept.toByteArray();
      }
    }
  }

  private void keep(byte b) {
    if (keptAt > 0 && kept.size() <= LineInput.LONGEST) {
      kept.write(b);
    }
  }

  private byte[] record() {
    Map<String, String> fields = new LinkedHashMap<>();
    try {
      Map<String, Object> record = object(kept.toByteArray());
      time(record, fields);
      attributes(record, fields);
      attributes(object(resource), fields);
      if (!body(record.get("body"), fields)) {
        return NOTHING;
      }
    } catch (BadLineException _) {
      return NOTHING;
    }
    return line(fields);
  }

  private static Map<String, Object> object(byte[] json) throws BadLineException {
    Map<String, Object> fields = new LinkedHashMap<>();
    JsonIn.object(json, 0, json.length, (name, in) -> fields.put(name, in.any()));
    return fields;
  }

  /** Nanoseconds since 1970; 0 where what was collected had no time. */
  private static void time(Map<String, Object> record, Map<String, String> fields)
      throws BadLineException {
    for (String name : List.of("timeUnixNano", "observedTimeUnixNano")) {
      if (record.get(name) instanceof Object time && !time.toString().equals("0")) {
        put("time", time.toString(), fields);
        return;
      }
    }
  }

  private static void attributes(Map<String, Object> of, Map<String, String> fields)
      throws BadLineException {
    if (of.get("attributes") instanceof List<?> attributes) {
      for (Object attribute : attributes) {
        pair(attribute, fields);
      }
    }
  }

  /** A name and its value, where that is a text or a whole number. */
  private static void pair(Object pair, Map<String, String> fields) throws BadLineException {
    if (pair instanceof Map<?, ?> map
        && map.get("key") instanceof String key
        && map.get("value") instanceof Map<?, ?> value) {
      Object text = value.get(value.containsKey("intValue") ? "intValue" : "stringValue");
      if (text instanceof String || text instanceof Long) {
        put(NAMES.getOrDefault(key, key), text.toString(), fields);
      }
    }
  }

  private static void put(String name, String value, Map<String, String> fields)
      throws BadLineException {
    if (fields.put(name, value) != null) {
      throw new BadLineException("a name twice");
    }
  }

  private static boolean body(Object body, Map<String, String> fields) throws BadLineException {
    if (!(body instanceof Map<?, ?> value)) {
      return false;
    }
    if (value.get("kvlistValue") instanceof Map<?, ?> list
        && list.get("values") instanceof List<?> values) {
      for (Object pair : values) {
        pair(pair, fields);
      }
      return fields.containsKey("__CURSOR"); // its time is the record's
    }
    if (value.get("stringValue") instanceof String text
        && fields.keySet().stream().anyMatch(COLLECTED::contains)) {
      put("log", text, fields);
      return true;
    }
    return false;
  }
}
