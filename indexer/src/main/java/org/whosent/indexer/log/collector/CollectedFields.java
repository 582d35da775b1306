package org.whosent.indexer.log.collector;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.whosent.record.BadLineException;
import org.whosent.record.JsonIn;

/**
 * The fields of a collector's object, those of objects within as {@code outer.inner}. JSON is read
 * strictly: a name that is there twice makes it none. Immutable.
 */
final class CollectedFields {
  /** What is in such an object stands for itself: a hit, Splunk's, Google's and Graylog's. */
  private static final Set<String> ENVELOPES =
      Set.of("_source", "result", "jsonPayload", "message");

  private static final int DEEPEST = 3;

  private final Map<String, Object> fields;

  private CollectedFields(Map<String, Object> fields) {
    this.fields = fields;
  }

  /** The fields of this text; null when it is no object. */
  static CollectedFields of(String json) {
    Map<String, Object> fields = new LinkedHashMap<>();
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    // syslog-ng's format-gelf ends each object so, as GELF over TCP does.
    int length = bytes.length - (json.endsWith("\0") ? 1 : 0);
    try {
      JsonIn.object(bytes, 0, length, (name, in) -> flat(name, in.any(), 0, fields));
    } catch (BadLineException e) {
      return null;
    }
    return new CollectedFields(fields);
  }

  /** Objects within as {@code outer.inner}; what a hit holds stands for itself. */
  private static void flat(String name, Object value, int depth, Map<String, Object> fields) {
    if (value instanceof Map<?, ?> inner && depth < DEEPEST) {
      String prefix = depth == 0 && ENVELOPES.contains(name) ? "" : name + '.';
      inner.forEach((key, within) -> flat(prefix + key, within, depth + 1, fields));
    } else {
      fields.putIfAbsent(name, value);
    }
  }

  /** What the field holds, or null. */
  Object value(String name) {
    return fields.get(name);
  }

  /** True where there is a field of one of these names, whatever it holds. */
  boolean hasAny(Set<String> names) {
    return fields.keySet().stream().anyMatch(names::contains);
  }

  /**
   * The text, without blanks behind it, else empty; of several, which Logstash makes of a name that
   * its {@code grok} finds again, the first, which was there before.
   */
  String text(String name) {
    Object value = fields.get(name);
    Object one =
        value instanceof List<?> several && several.size() > 1 ? several.getFirst() : value;
    return one instanceof String text ? text.stripTrailing() : "";
  }

  /** The first of these fields that is of that shape; else empty. */
  String first(List<String> names, Pattern shape) {
    for (String name : names) {
      Object value = fields.get(name);
      String text = value instanceof String || value instanceof Long ? value.toString() : "";
      if (shape.matcher(text).matches()) {
        return text;
      }
    }
    return "";
  }

  /**
   * The first of these fields that is there, as text, else empty. What was in it several times is
   * none of its values: one of them may be out of the line's own text.
   */
  String origin(List<String> names, int longest) {
    for (String name : names) {
      Object value = fields.get(name);
      String text = value == null ? "" : value.toString();
      if (!text.isEmpty()) {
        return text.substring(0, Math.min(longest, text.length()));
      }
    }
    return "";
  }
}
