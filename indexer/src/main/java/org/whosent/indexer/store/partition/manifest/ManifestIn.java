package org.whosent.indexer.store.partition.manifest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.whosent.record.BadLineException;
import org.whosent.record.JsonIn;

/**
 * Reads the JSON object of a manifest, as {@link JsonIn} reads others, with the same words.
 *
 * <p>Every look-up reads the manifest first, and the parser that {@link JsonIn} stands on computes
 * powers of five up to 5<sup>65536</sup> when it is loaded, which is a fifth of a cold {@code
 * whosent trace ID}. What is read here was written by us and has been compared with its checksum,
 * so there are no numbers but whole ones and no bounds but the file's. Whatever else comes is
 * refused. Not thread-safe.
 */
final class ManifestIn {
  /** More levels than a manifest has. */
  private static final int MAX_DEPTH = 8;

  /** So many digits are below 2<sup>63</sup>. */
  private static final int MAX_SUMMED = 18;

  private final byte[] json;
  private int at;
  private int depth;

  private ManifestIn(byte[] json) {
    this.json = json;
  }

  /** What takes the fields of an object, one call each; it must consume the value. */
  @FunctionalInterface
  interface Fields {
    /** Reads the value of the field called {@code name}, or {@link ManifestIn#skip}s it. */
    void read(String name, ManifestIn in) throws IOException;
  }

  /** Reads one object of a list, by a call of {@link #nested}. */
  @FunctionalInterface
  interface Each {
    /** Reads it. */
    void read(ManifestIn in) throws IOException;
  }

  /**
   * Reads the one object that these bytes are.
   *
   * @throws BadLineException when they are none, or something comes behind it
   */
  static void object(byte[] json, Fields fields) throws IOException {
    ManifestIn in = new ManifestIn(json);
    in.nested(fields);
    if (in.at != json.length) {
      throw in.wrong("nothing more");
    }
  }

  /** Reads the fields of the object at hand. */
  void nested(Fields fields) throws IOException {
    open('{');
    if (!ends('}')) {
      do {
        String name = string();
        expect(':');
        fields.read(name, this);
      } while (goesOn('}'));
    }
    depth--;
  }

  /** A text or null. */
  String text() throws IOException {
    return isNull() ? null : string();
  }

  /** A word that {@code words} knows, or null. */
  <T> T word(Function<String, T> words) throws IOException {
    String text = text();
    return text == null ? null : words.apply(text);
  }

  /** A whole number or null. */
  Long number() throws IOException {
    if (isNull()) {
      return null;
    }
    int from = at;
    at += at < json.length && json[at] == '-' ? 1 : 0;
    while (at < json.length && json[at] >= '0' && json[at] <= '9') {
      at++;
    }
    try {
      return whole(from);
    } catch (NumberFormatException _) {
      throw wrong("a whole number");
    }
  }

  /** What stands between there and here; nearly all are short enough to be added up. */
  private long whole(int from) {
    int digits = from < at && json[from] == '-' ? from + 1 : from;
    if (at == digits || at - digits > MAX_SUMMED) {
      return Long.parseLong(new String(json, from, at - from, StandardCharsets.ISO_8859_1));
    }
    long value = 0;
    for (int i = digits; i < at; i++) {
      value = value * 10 + json[i] - '0';
    }
    return digits == from ? value : -value;
  }

  /** true, false or null. */
  Boolean flag() throws IOException {
    if (isNull()) {
      return null;
    }
    if (isWord("true")) {
      return true;
    }
    if (isWord("false")) {
      return false;
    }
    throw wrong("true or false");
  }

  /** A list of texts; null reads as empty. */
  List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    list(in -> texts.add(in.string()));
    return texts;
  }

  /** A list of objects; null reads as empty. {@code each} takes the fields of one. */
  void objects(Each each) throws IOException {
    list(each);
  }

  /** Passes over the value, whatever it is. */
  void skip() throws IOException {
    switch (at < json.length ? json[at] : 0) {
      case '"' -> string();
      case '{' -> nested((_, in) -> in.skip());
      case '[' -> list(ManifestIn::skip);
      case 't', 'f' -> flag();
      default -> number();
    }
  }

  private void list(Each each) throws IOException {
    if (isNull()) {
      return;
    }
    open('[');
    if (!ends(']')) {
      do {
        each.read(this);
      } while (goesOn(']'));
    }
    depth--;
  }

  private void open(char bracket) throws IOException {
    expect(bracket);
    if (++depth > MAX_DEPTH) {
      throw wrong("fewer levels");
    }
  }

  private boolean ends(char bracket) {
    boolean there = at < json.length && json[at] == bracket;
    at += there ? 1 : 0;
    return there;
  }

  /** True behind a comma, false behind the end. */
  private boolean goesOn(char bracket) throws IOException {
    if (ends(bracket)) {
      return false;
    }
    expect(',');
    return true;
  }

  private void expect(char sign) throws IOException {
    if (!ends(sign)) {
      throw wrong("'" + sign + "'");
    }
  }

  private boolean isNull() {
    return isWord("null");
  }

  private boolean isWord(String word) {
    int length = word.length();
    if (length > json.length - at) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (json[at + i] != word.charAt(i)) {
        return false;
      }
    }
    at += length;
    return true;
  }

  private String string() throws IOException {
    expect('"');
    int from = at;
    int ored = toQuoteOrBackslash();
    return ends('"') ? text(json, from, at - 1, ored) : unescaped(from);
  }

  /**
   * Goes there, or to the end; returns the bytes passed over joined by "or": negative unless all
   * are ASCII.
   */
  private int toQuoteOrBackslash() {
    int ored = 0;
    int i = at;
    for (; i < json.length; i++) {
      byte sign = json[i];
      if (sign == '"' || sign == '\\') {
        break;
      }
      ored |= sign;
    }
    at = i;
    return ored;
  }

  /** Of ASCII the bytes are simply copied; the JDK's decoder would look at each once more. */
  private static String text(byte[] bytes, int from, int until, int ored) {
    return new String(
        bytes, from, until - from, ored < 0 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
  }

  /**
   * The text that starts at {@code from}, when there is a backslash in it. What logs were read is
   * kept as one text with a thousand of them, so pieces are not made into texts of their own.
   */
  private String unescaped(int from) throws IOException {
    StringBuilder before = new StringBuilder();
    byte[] piece = new byte[256];
    int length = 0;
    int ored = 0;
    at = from;
    while (!ends('"')) {
      if (at == json.length) {
        throw wrong("the end of a text");
      }
      byte sign = json[at++];
      if (sign == '\\') {
        char escaped = escaped();
        if (escaped >= 0x80) { // in UTF-16, perhaps the half of a pair
          before.append(text(piece, 0, length, ored)).append(escaped);
          length = 0;
          ored = 0;
          continue;
        }
        sign = (byte) escaped;
      }
      if (length == piece.length) {
        piece = Arrays.copyOf(piece, 2 * length);
      }
      piece[length++] = sign;
      ored |= sign;
    }
    String last = text(piece, 0, length, ored);
    return before.isEmpty() ? last : before.append(last).toString();
  }

  private char escaped() throws IOException {
    byte sign = at < json.length ? json[at++] : 0;
    return switch (sign) {
      case '"', '\\', '/' -> (char) sign;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> hex();
      default -> throw wrong("an escape");
    };
  }

  private char hex() throws IOException {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = at < json.length ? Character.digit(json[at++], 16) : -1;
      if (digit < 0) {
        throw wrong("four hex digits");
      }
      value = value << 4 | digit;
    }
    return (char) value;
  }

  private BadLineException wrong(String expected) {
    return new BadLineException("expected " + expected + " at byte " + at);
  }
}
