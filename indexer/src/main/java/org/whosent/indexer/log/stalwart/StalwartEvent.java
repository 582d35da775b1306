package org.whosent.indexer.log.stalwart;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.framing.SyslogStamps;
import org.whosent.indexer.log.reader.JsonFields;
import org.whosent.indexer.log.text.LoggedBytes;
import org.whosent.record.Times;

/**
 * One event of Stalwart's: a time, a type, and values by key (Stalwart {@code trc/serializers}).
 *
 * <p>In text the session's keys (listener, ports, the client's address) come first, then the
 * event's own; texts are quoted and escaped. Of a key that comes twice the first value counts, and
 * for {@code to} the last, since a delivery writes its recipient behind the message's recipients.
 * Known weak: versions before the escaping (2025 and older) write quotes as they are, so that what
 * a sender chose may add keys behind it; none that the reader takes for who was logged in stand
 * there, and a value with a quote in it is dropped. Immutable.
 *
 * @param values texts (control characters as {@code ?}), or lists of them
 */
record StalwartEvent(Instant time, String type, Map<String, Object> values) {
  private static final Pattern HEAD =
      Pattern.compile(
          "([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}Z) (?:ERROR|WARN|INFO|DEBUG|TRACE)"
              + " ([^()]{1,120}) \\(([a-z0-9-]{1,40}\\.[a-z0-9-]{1,60})\\)(?: |$)");
  private static final Pattern COLOUR = Pattern.compile("\\x1b\\[[0-9;]{0,8}m");
  private static final Pattern KEY = Pattern.compile("([A-Za-z][A-Za-z0-9]{0,40}) = ");
  private static final String LAST_COUNTS = "to";
  private static final int MOST_KEYS = 200;
  private static final Set<String> JSON = Set.of("createdAt", "type", "data");

  /** The text under that key, or null. */
  String text(String key) {
    return values.get(key) instanceof String text ? text : null;
  }

  /** One text or several. */
  List<String> texts(String key) {
    return switch (values.get(key)) {
      case String text -> List.of(text);
      case List<?> list -> list.stream().map(String.class::cast).toList();
      case null, default -> List.of();
    };
  }

  /** The whole number under that key, or null. */
  Long number(String key) {
    String text = text(key);
    return text == null || !text.matches("[0-9]{1,18}") ? null : Long.valueOf(text);
  }

  /** An event out of its JSON object; null when it is none. */
  static StalwartEvent of(JsonFields json) {
    Instant time = json.time("createdAt");
    String type = json.text("type");
    if (time == null || type == null) {
      return null;
    }
    JsonFields data = json.object("data");
    Map<String, Object> values = new LinkedHashMap<>();
    for (String key : StalwartReader.KEYS) {
      List<String> texts = data.texts(key);
      Long number = data.number(key);
      if (number != null) {
        values.put(key, number.toString());
      } else if (texts.size() == 1) {
        values.put(key, texts.getFirst());
      } else if (!texts.isEmpty()) {
        values.put(key, texts);
      }
    }
    return new StalwartEvent(time, type, values);
  }

  /** The fields of a JSON line that an event needs. */
  static Set<String> jsonFields() {
    return JSON;
  }

  /** An event out of a line of the text log; null when it is none. */
  static StalwartEvent ofText(String line) {
    String text = line.indexOf('\u001b') < 0 ? line : COLOUR.matcher(line).replaceAll("");
    text = LoggedBytes.printable(text);
    Matcher head = HEAD.matcher(text);
    if (!head.lookingAt()) {
      return null;
    }
    Instant time;
    try {
      time = Times.parse(head.group(1));
    } catch (DateTimeException e) {
      return null;
    }
    return SyslogStamps.isSane(time)
        ? new StalwartEvent(time, head.group(3), new Scan(text, head.end()).values())
        : null;
  }

  /** Reads {@code key = value, key = value} once from left to right. */
  private static final class Scan {
    private final String text;
    private int at;

    Scan(String text, int from) {
      this.text = text;
      this.at = from;
    }

    Map<String, Object> values() {
      Map<String, Object> values = new LinkedHashMap<>();
      Matcher key = KEY.matcher(text);
      for (int i = 0; i < MOST_KEYS; i++) {
        if (at >= text.length() || !key.region(at, text.length()).lookingAt()) {
          break;
        }
        at = key.end();
        Object value = value();
        if (at < text.length() && !text.startsWith(", ", at)) {
          if (key.group(1).equals(LAST_COUNTS)) {
            values.remove(key.group(1));
          }
          break; // a quote within: where it ends cannot be told; what stands before is certain
        }
        if (key.group(1).equals(LAST_COUNTS)) {
          values.put(key.group(1), value);
        } else {
          values.putIfAbsent(key.group(1), value);
        }
        at += 2;
      }
      return values;
    }

    private Object value() {
      if (at < text.length() && text.charAt(at) == '"') {
        return quoted();
      }
      return text.startsWith("[", at) ? list() : bare();
    }

    private String quoted() {
      StringBuilder out = new StringBuilder();
      at++;
      while (at < text.length() && text.charAt(at) != '"') {
        char c = text.charAt(at++);
        if (c == '\\' && at < text.length()) {
          c = text.charAt(at++);
          if (c == 'x') {
            at = Math.min(text.length(), at + 2);
          }
          c = c == 'n' || c == 'r' || c == 't' || c == 'x' ? '?' : c;
        }
        out.append(c);
      }
      at = Math.min(text.length(), at + 1);
      return out.toString();
    }

    private List<String> list() {
      List<String> list = new ArrayList<>();
      at++;
      while (at < text.length() && text.charAt(at) != ']') {
        list.add(text.charAt(at) == '"' ? quoted() : bare());
        if (text.startsWith(", ", at)) {
          at += 2;
        } else if (at < text.length() && text.charAt(at) != ']') {
          at++; // not what Stalwart writes
        }
      }
      at = Math.min(text.length(), at + 1);
      return list;
    }

    /** A number, an address, or another event with keys of its own in braces. */
    private String bare() {
      int from = at;
      int depth = 0;
      while (at < text.length()) {
        char c = text.charAt(at);
        if (c == '"') {
          quoted();
          continue;
        }
        if (c == '{') {
          depth++;
        } else if (c == '}' && depth > 0) {
          depth--;
        } else if (depth == 0 && (c == ']' || text.startsWith(", ", at))) {
          break;
        }
        at++;
      }
      return text.substring(from, at);
    }
  }
}
