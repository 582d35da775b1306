package org.whosent.indexer.log.reader;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.whosent.indexer.log.framing.SyslogStamps;
import org.whosent.indexer.log.text.LoggedBytes;
import org.whosent.record.BadLineException;
import org.whosent.record.JsonIn;
import org.whosent.record.Times;

/**
 * The fields of one JSON object in a log line. JSON is read strictly (one object, no key twice), so
 * that no text in it can add or replace a field; texts come out with {@code ?} for control
 * characters. A field of another type than asked for reads as absent. Immutable.
 */
public final class JsonFields {
  private static final long LAST_SECOND = 10_000_000_000L;
  private static final Pattern FOLD = Pattern.compile("\\r?\\n(?=[ \\t])");

  private static final JsonFields NONE = new JsonFields(Map.of());

  private final Map<String, Object> fields;

  private JsonFields(Map<String, Object> fields) {
    this.fields = fields;
  }

  /**
   * Reads the line's object.
   *
   * @param wanted the fields that are kept; what others hold is passed over, however long it is
   * @return null when the line is no JSON object
   */
  public static JsonFields parse(byte[] line, int length, Set<String> wanted) {
    Map<String, Object> fields = new LinkedHashMap<>();
    try {
      JsonIn.object(
          line.length == length ? line : Arrays.copyOf(line, length),
          0,
          length,
          (name, in) -> {
            if (wanted.contains(name)) {
              fields.put(name, in.any());
            } else {
              in.skip();
            }
          });
    } catch (BadLineException e) {
      return null;
    }
    return new JsonFields(fields);
  }

  /** True when there are no fields. */
  public boolean isEmpty() {
    return fields.isEmpty();
  }

  /** The flag, or null. */
  public Boolean flag(String name) {
    return fields.get(name) instanceof Boolean flag ? flag : null;
  }

  /** True when the field is there and holds null. */
  public boolean isNull(String name) {
    return fields.containsKey(name) && fields.get(name) == null;
  }

  /** The text, or null. */
  public String text(String name) {
    return fields.get(name) instanceof String text ? LoggedBytes.printable(text) : null;
  }

  /** The text of a header that stands there as it was sent: unfolded (RFC 5322, 2.2.3), or null. */
  public String header(String name) {
    return fields.get(name) instanceof String text
        ? LoggedBytes.printable(FOLD.matcher(text).replaceAll(""))
        : null;
  }

  /** The text when it is not empty and has at most {@code most} characters, or null. */
  public String text(String name, int most) {
    String text = text(name);
    return text == null || text.isEmpty() || text.length() > most ? null : text;
  }

  /** The whole number, or null. */
  public Long number(String name) {
    return fields.get(name) instanceof Long number ? number : null;
  }

  /** The whole number when it is not negative, or null. */
  public Long count(String name) {
    Long number = number(name);
    return number == null || number < 0 ? null : number;
  }

  /** The object's fields; none when there is no object. */
  @SuppressWarnings("unchecked") // JsonIn.any makes maps of texts only
  public JsonFields object(String name) {
    return fields.get(name) instanceof Map<?, ?> map
        ? new JsonFields((Map<String, Object>) map)
        : NONE;
  }

  /** The objects in a list; what is none is left out. */
  @SuppressWarnings("unchecked")
  public List<JsonFields> objects(String name) {
    List<JsonFields> objects = new ArrayList<>();
    if (fields.get(name) instanceof List<?> list) {
      for (Object entry : list) {
        if (entry instanceof Map<?, ?> map) {
          objects.add(new JsonFields((Map<String, Object>) map));
        }
      }
    }
    return objects;
  }

  /** One text or a list of texts, as a list; what is no text is left out. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    switch (fields.get(name)) {
      case String text -> texts.add(LoggedBytes.printable(text));
      case List<?> list -> {
        for (Object entry : list) {
          if (entry instanceof String text) {
            texts.add(LoggedBytes.printable(text));
          }
        }
      }
      case null, default -> {}
    }
    return texts;
  }

  /** A field of that name in any case (header fields), as {@link #texts}. */
  public List<String> textsOfHeader(String name) {
    for (String key : fields.keySet()) {
      if (key.equalsIgnoreCase(name)) {
        return texts(key);
      }
    }
    return List.of();
  }

  /**
   * A time: RFC 3339, or Unix time in seconds, whole or with a fraction, as number or text; null
   * for anything else and for what no log's clock may have shown ({@link SyslogStamps#isSane}).
   */
  public Instant time(String name) {
    Object value = fields.get(name);
    try {
      Instant time =
          switch (value) {
            case Long seconds -> Instant.ofEpochSecond(seconds);
            case Double seconds -> ofSeconds(seconds);
            case String text when text.length() <= 40 && text.indexOf('T') == 10 ->
                Times.parse(text);
            case null, default -> null;
          };
      return time != null && SyslogStamps.isSane(time) ? time : null;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static Instant ofSeconds(double seconds) {
    if (!(seconds >= 0 && seconds <= LAST_SECOND)) {
      return null;
    }
    long whole = (long) seconds;
    return Instant.ofEpochSecond(whole, Math.round((seconds - whole) * 1e6) * 1000);
  }
}
