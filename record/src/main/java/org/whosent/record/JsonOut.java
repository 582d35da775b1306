package org.whosent.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;

/**
 * Writes one JSON object on one line. Null values are left out, or written as {@code null} when
 * {@code explicit}. Control characters are escaped by JSON itself, so that no input can break the
 * line; of what is explicit, which people look at, so are those that JSON leaves as they are and a
 * terminal acts on. Not thread-safe.
 */
public final class JsonOut {
  private static final JsonFactory FACTORY = new JsonFactory();

  private static final CharacterEscapes FOR_TERMINALS = new ForTerminals();

  private final JsonGenerator generator;
  private final boolean explicit;

  /** DEL, C1 controls, formats that turn the order of signs around, and line separators. */
  private static final class ForTerminals extends CharacterEscapes {
    private static final long serialVersionUID = 1L;

    private final int[] ascii = standardAsciiEscapesForJSON();

    ForTerminals() {
      ascii[0x7f] = ESCAPE_STANDARD;
    }

    @Override
    public int[] getEscapeCodesForAscii() {
      return ascii;
    }

    @Override
    public SerializableString getEscapeSequence(int c) {
      return switch (Character.getType(c)) {
        case Character.CONTROL,
            Character.FORMAT,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR ->
            new SerializedString("\\u%04X".formatted(c));
        default -> null;
      };
    }
  }

  private JsonOut(JsonGenerator generator, boolean explicit) {
    this.generator = generator;
    this.explicit = explicit;
  }

  /** What fills an object. */
  @FunctionalInterface
  public interface Fields {
    /** Writes the fields. */
    void write(JsonOut out) throws IOException;
  }

  /** One object as text, without a line ending. */
  public static String object(boolean explicit, Fields fields) {
    StringWriter text = new StringWriter(512);
    try (JsonGenerator generator = FACTORY.createGenerator(text)) {
      if (explicit) {
        generator.setCharacterEscapes(FOR_TERMINALS);
      }
      generator.writeStartObject();
      fields.write(new JsonOut(generator, explicit));
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** A text field. */
  public void text(String name, String value) throws IOException {
    if (value != null) {
      generator.writeStringField(name, WellFormed.text(value));
    } else if (explicit) {
      generator.writeNullField(name);
    }
  }

  /** An RFC 3339 time. */
  public void time(String name, Instant value) throws IOException {
    text(name, value == null ? null : Times.format(value));
  }

  /** A whole number or, for a Double, a decimal one. */
  public void number(String name, Number value) throws IOException {
    if (value instanceof Double d) {
      generator.writeNumberField(name, d);
    } else if (value != null) {
      generator.writeNumberField(name, value.longValue());
    } else if (explicit) {
      generator.writeNullField(name);
    }
  }

  /** true or false. */
  public void flag(String name, Boolean value) throws IOException {
    if (value != null) {
      generator.writeBooleanField(name, value);
    } else if (explicit) {
      generator.writeNullField(name);
    }
  }

  /** A list of texts; an empty one is left out unless explicit. */
  public void texts(String name, List<String> values) throws IOException {
    if (!values.isEmpty() || explicit) {
      generator.writeArrayFieldStart(name);
      for (String value : values) {
        generator.writeString(WellFormed.text(value));
      }
      generator.writeEndArray();
    }
  }

  /** A nested object, or null. */
  public void object(String name, Fields fields) throws IOException {
    if (fields != null) {
      generator.writeObjectFieldStart(name);
      fields.write(this);
      generator.writeEndObject();
    } else if (explicit) {
      generator.writeNullField(name);
    }
  }

  /** A list of objects; an empty one is left out unless explicit. */
  public void objects(String name, List<? extends Fields> objects) throws IOException {
    if (!objects.isEmpty() || explicit) {
      generator.writeArrayFieldStart(name);
      for (Fields fields : objects) {
        generator.writeStartObject();
        fields.write(this);
        generator.writeEndObject();
      }
      generator.writeEndArray();
    }
  }

  void recipients(String name, List<Recipient> recipients) throws IOException {
    objects(
        name,
        recipients.stream()
            .map(
                r ->
                    (Fields)
                        out -> {
                          out.text("address", r.address());
                          out.text("finalAddress", r.finalAddress());
                          out.flag("local", r.local());
                          out.text("outcome", r.outcome() == null ? null : r.outcome().word());
                          out.text("status", r.status());
                          out.text("reply", r.reply());
                          out.text("nextHop", r.nextHop());
                          out.text("nextHopId", r.nextHopId());
                          out.time("time", r.time());
                        })
            .toList());
  }

  void lines(String name, List<SourceLine> lines) throws IOException {
    objects(
        name,
        lines.stream()
            .map(
                line ->
                    (Fields)
                        out -> {
                          out.text("file", line.file());
                          out.number("offset", line.offset());
                          out.text("hash", line.hash());
                        })
            .toList());
  }
}
