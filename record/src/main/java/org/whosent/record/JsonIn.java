package org.whosent.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads one JSON object strictly and within bounds: {@value #MAX_BYTES} bytes, texts of {@value
 * #MAX_TEXT} characters, {@value #MAX_LIST} list entries, no key twice. JSON {@code null} reads as
 * null. Not thread-safe.
 */
public final class JsonIn {
  /** The longest line that is read. */
  public static final int MAX_BYTES = 16 << 20;

  /** The longest text value. */
  public static final int MAX_TEXT = 1 << 16;

  /** The longest list: more than any server's recipient limit. */
  public static final int MAX_LIST = 100_000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(MAX_BYTES)
                  .maxStringLength(MAX_TEXT)
                  .maxNestingDepth(8)
                  .maxNumberLength(30)
                  .maxNameLength(100)
                  .build())
          .build();

  private final JsonParser parser;

  private JsonIn(JsonParser parser) {
    this.parser = parser;
  }

  /** What takes the fields of an object, one call each; it must consume the value. */
  @FunctionalInterface
  public interface Fields {
    /** Reads the value of the field called {@code name}, or {@link JsonIn#skip}s it. */
    void read(String name, JsonIn in) throws IOException;
  }

  /**
   * Reads the one object in {@code json}.
   *
   * @throws BadLineException when it is none, is out of bounds, or has something behind it
   */
  public static void object(byte[] json, int offset, int length, Fields fields)
      throws BadLineException {
    try (JsonParser parser = FACTORY.createParser(json, offset, length)) {
      JsonIn in = new JsonIn(parser);
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new BadLineException("no JSON object");
      }
      in.fields(fields);
      if (parser.nextToken() != null) {
        throw new BadLineException("something follows the JSON object");
      }
    } catch (BadLineException e) {
      throw e;
    } catch (IOException e) {
      throw new BadLineException(e.getMessage(), e);
    }
  }

  private void fields(Fields fields) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      fields.read(name, this);
    }
    if (parser.currentToken() != JsonToken.END_OBJECT) {
      throw new BadLineException("the object does not end");
    }
  }

  /** Passes over the value, whatever it is. */
  public void skip() throws IOException {
    parser.skipChildren();
  }

  /** A text or null. */
  public String text() throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> parser.getText();
      case VALUE_NULL -> null;
      default -> throw wrong("text");
    };
  }

  /** A word that {@code words} knows, or null. */
  public <T> T word(Function<String, T> words) throws IOException {
    String text = text();
    try {
      return text == null ? null : words.apply(text);
    } catch (IllegalArgumentException e) {
      throw new BadLineException(e.getMessage(), e);
    }
  }

  /** A time or null. */
  public Instant time() throws IOException {
    String text = text();
    try {
      return text == null ? null : Times.parse(text);
    } catch (DateTimeException e) {
      throw new BadLineException("no RFC 3339 time in " + parser.currentName(), e);
    }
  }

  /** A whole number or null. */
  public Long number() throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NULL -> null;
      default -> throw wrong("whole number");
    };
  }

  /** A TCP port or null. */
  public Integer port() throws IOException {
    Long number = number();
    if (number == null) {
      return null;
    }
    if (number < 0 || number > 65535) {
      throw new BadLineException("no port: " + number);
    }
    return number.intValue();
  }

  /** true, false or null. */
  public Boolean flag() throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw wrong("true or false");
    };
  }

  /** A list of texts; null reads as empty. */
  public List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    list(
        () -> {
          String text = text();
          if (text == null) {
            throw wrong("text");
          }
          texts.add(text);
        });
    return texts;
  }

  /** A list of objects; null reads as empty. {@code each} takes the fields of one. */
  public void objects(Each each) throws IOException {
    list(
        () -> {
          if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw wrong("object");
          }
          each.read(this);
        });
  }

  /**
   * The value, whatever it is, for formats whose shape depends on their writer's settings: a {@link
   * String}, {@link Long}, {@link Double}, {@link Boolean} or null, a {@link List}, or a {@link
   * Map} in the object's order, of such values.
   */
  public Object any() throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case START_ARRAY -> {
        List<Object> values = new ArrayList<>();
        list(() -> values.add(any()));
        yield values;
      }
      case START_OBJECT -> {
        Map<String, Object> values = new LinkedHashMap<>();
        fields((name, in) -> values.put(name, in.any()));
        yield values;
      }
      default -> throw wrong("value");
    };
  }

  /** Reads one object of a list, by a call of {@link #nested}. */
  @FunctionalInterface
  public interface Each {
    /** Reads it. */
    void read(JsonIn in) throws IOException;
  }

  /** Reads the fields of the object at hand. */
  public void nested(Fields fields) throws IOException {
    fields(fields);
  }

  List<Recipient> recipients() throws IOException {
    List<Recipient> recipients = new ArrayList<>();
    objects(
        in -> {
          var r =
              new Object() {
                String address;
                String finalAddress;
                Boolean local;
                Outcome outcome;
                String status;
                String reply;
                String nextHop;
                String nextHopId;
                Instant time;
              };
          in.nested(
              (name, value) -> {
                switch (name) {
                  case "address" -> r.address = value.text();
                  case "finalAddress" -> r.finalAddress = value.text();
                  case "local" -> r.local = value.flag();
                  case "outcome" -> r.outcome = value.word(Outcome::ofWord);
                  case "status" -> r.status = value.text();
                  case "reply" -> r.reply = value.text();
                  case "nextHop" -> r.nextHop = value.text();
                  case "nextHopId" -> r.nextHopId = value.text();
                  case "time" -> r.time = value.time();
                  default -> value.skip();
                }
              });
          if (r.address == null) {
            throw new BadLineException("a recipient without an address");
          }
          recipients.add(
              new Recipient(
                  r.address,
                  r.finalAddress,
                  r.local,
                  r.outcome,
                  r.status,
                  r.reply,
                  r.nextHop,
                  r.nextHopId,
                  r.time));
        });
    return recipients;
  }

  List<SourceLine> lines() throws IOException {
    List<SourceLine> lines = new ArrayList<>();
    objects(
        in -> {
          var l =
              new Object() {
                String file;
                Long offset;
                String hash;
              };
          in.nested(
              (name, value) -> {
                switch (name) {
                  case "file" -> l.file = value.text();
                  case "offset" -> l.offset = value.number();
                  case "hash" -> l.hash = value.text();
                  default -> value.skip();
                }
              });
          if (l.file == null || l.offset == null || l.hash == null || l.offset < 0) {
            throw new BadLineException("an incomplete line of provenance");
          }
          lines.add(new SourceLine(l.file, l.offset, l.hash));
        });
    return lines;
  }

  private interface Entry {
    void read() throws IOException;
  }

  private void list(Entry entry) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw wrong("list");
    }
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() == null || ++count > MAX_LIST) {
        throw new BadLineException("a list without end in " + parser.currentName());
      }
      entry.read();
    }
  }

  private BadLineException wrong(String expected) throws IOException {
    return new BadLineException(
        "expected "
            + expected
            + " in '"
            + parser.currentName()
            + "', found "
            + parser.currentToken());
  }
}
