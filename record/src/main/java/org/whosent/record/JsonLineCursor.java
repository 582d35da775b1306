package org.whosent.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A place in a line of JSON as {@link JsonOut} writes it, and the values that are read from there.
 * Whatever is the least unusual is refused. Texts that come again and again are made once. Not
 * thread-safe.
 */
final class JsonLineCursor {
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  /** Longer texts are not worth remembering. */
  private static final int SHORT = 64;

  private static final int REMEMBERED = 1 << 12;
  private static final int TIME_LENGTH = 27;
  private static final int DATE_LENGTH = 10;

  private final String[] remembered = new String[REMEMBERED];
  private final byte[][] rememberedBytes = new byte[REMEMBERED][];
  private final byte[] date = new byte[DATE_LENGTH];
  private long dateSeconds;
  private byte[] line;
  private int end;
  private int at;

  /** The line is not of the usual form: somebody else has to read it. */
  static final class Unusual extends Exception {
    static final Unusual IT_IS = new Unusual();

    Unusual() {
      super(null, null, false, false);
    }
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Begins a line, which are the first {@code length} bytes. */
  void begin(byte[] bytes, int length) {
    line = bytes;
    end = length;
    at = 0;
  }

  /** Whether the line begins so; then what follows is next. */
  boolean startsWith(byte[] head) {
    if (end < head.length || !Arrays.equals(line, 0, head.length, head, 0, head.length)) {
      return false;
    }
    at = head.length;
    return true;
  }

  /** Refuses a line that goes on. */
  void atEnd() throws Unusual {
    if (at != end) {
      throw Unusual.IT_IS;
    }
  }

  private int take() throws Unusual {
    if (at >= end) {
      throw Unusual.IT_IS;
    }
    return line[at++];
  }

  void take(char expected) throws Unusual {
    if (take() != expected) {
      throw Unusual.IT_IS;
    }
  }

  /** True when another entry follows, false at the end of the object or list. */
  boolean next(char more, char close) throws Unusual {
    int c = take();
    if (c == more) {
      return true;
    }
    if (c == close) {
      return false;
    }
    throw Unusual.IT_IS;
  }

  /** The number of the name that follows, with its colon; names come in their order, each once. */
  int name(byte[][] names, int from) throws Unusual {
    take('"');
    for (int i = from; i < names.length; i++) {
      byte[] name = names[i];
      int after = at + name.length;
      if (after + 1 < end
          && line[after] == '"'
          && line[after + 1] == ':'
          && Arrays.equals(line, at, after, name, 0, name.length)) {
        at = after + 2;
        return i;
      }
    }
    throw Unusual.IT_IS;
  }

  String text() throws Unusual {
    int from = at + 1;
    int length = pass();
    if (length < 0) {
      String text = new String(line, from, -length, StandardCharsets.UTF_8);
      if (text.indexOf('\uFFFD') >= 0) {
        throw Unusual.IT_IS; // it may not have been UTF-8
      }
      return text;
    }
    return new String(line, from, length, StandardCharsets.ISO_8859_1);
  }

  /** A text that was most likely there before. */
  String common() throws Unusual {
    int start = at;
    int length = pass();
    int from = start + 1;
    if (length < Long.BYTES || length > SHORT) {
      at = start;
      return text();
    }
    int last = from + length;
    long hash = (long) LONGS.get(line, last - Long.BYTES) * 31 + (long) LONGS.get(line, from);
    hash = (hash + length) * 0x9E37_79B9_7F4A_7C15L;
    int slot = (int) (hash >>> 40) & REMEMBERED - 1;
    byte[] bytes = rememberedBytes[slot];
    if (bytes != null && Arrays.equals(bytes, 0, bytes.length, line, from, last)) {
      return remembered[slot];
    }
    String text = new String(line, from, length, StandardCharsets.ISO_8859_1);
    remembered[slot] = text;
    rememberedBytes[slot] = Arrays.copyOfRange(line, from, last);
    return text;
  }

  /** Passes over a text with its quotes; its length, negative when it is not ASCII. */
  private int pass() throws Unusual {
    take('"');
    int from = at;
    int scan = from;
    for (; scan + Long.BYTES <= end; scan += Long.BYTES) {
      long eight = (long) LONGS.get(line, scan);
      long quote = eight ^ '"' * ONES;
      long escape = eight ^ '\\' * ONES;
      long stops =
          (quote - ONES & ~quote | escape - ONES & ~escape | eight - ' ' * ONES & ~eight | eight)
              & HIGHS;
      if (stops != 0) {
        scan += Long.numberOfTrailingZeros(stops) >>> 3;
        if (line[scan] == '"') {
          at = scan + 1;
          return checked(scan - from);
        }
        break;
      }
    }
    at = scan;
    int high = 0;
    while (true) {
      int c = take();
      if (c == '"') {
        break;
      }
      if (c == '\\' || c >= 0 && c < ' ') {
        throw Unusual.IT_IS;
      }
      high |= c;
    }
    int length = checked(at - 1 - from);
    return high < 0 ? -length : length;
  }

  private static int checked(int length) throws Unusual {
    if (length > JsonIn.MAX_TEXT / 4) {
      throw Unusual.IT_IS;
    }
    return length;
  }

  <T> T word(Map<String, T> words) throws Unusual {
    T word = words.get(common());
    if (word == null) {
      throw Unusual.IT_IS;
    }
    return word;
  }

  Long number() throws Unusual {
    int from = at;
    long value = 0;
    while (at < end && line[at] >= '0' && line[at] <= '9') {
      value = value * 10 + line[at++] - '0';
    }
    int digits = at - from;
    if (digits == 0 || digits > 18 || digits > 1 && line[from] == '0') {
      throw Unusual.IT_IS;
    }
    return value;
  }

  Integer port() throws Unusual {
    long port = number();
    if (port > 65535) {
      throw Unusual.IT_IS;
    }
    return (int) port;
  }

  Boolean flag() throws Unusual {
    boolean value = at < end && line[at] == 't';
    byte[] word = value ? TRUE : FALSE;
    if (end - at < word.length
        || !Arrays.equals(line, at, at + word.length, word, 0, word.length)) {
      throw Unusual.IT_IS;
    }
    at += word.length;
    return value;
  }

  /** True where an empty list was passed over; else its bracket was. */
  boolean isEmptyList() throws Unusual {
    take('[');
    if (at < end && line[at] == ']') {
      at++;
      return true;
    }
    return false;
  }

  List<String> texts() throws Unusual {
    List<String> texts = new ArrayList<>();
    if (isEmptyList()) {
      return texts;
    }
    do {
      texts.add(text());
      if (texts.size() > JsonIn.MAX_LIST) {
        throw Unusual.IT_IS;
      }
    } while (next(',', ']'));
    return texts;
  }

  /** A time exactly as {@link Times#format} writes it. */
  Instant time() throws Unusual {
    take('"');
    int from = at;
    if (end - from <= TIME_LENGTH || line[from + TIME_LENGTH] != '"') {
      throw Unusual.IT_IS;
    }
    at = from + TIME_LENGTH + 1;
    if (line[from + 10] != 'T'
        || line[from + 13] != ':'
        || line[from + 16] != ':'
        || line[from + 19] != '.'
        || line[from + 26] != 'Z') {
      throw Unusual.IT_IS;
    }
    int hour = digits(from + 11, 2);
    int minute = digits(from + 14, 2);
    int second = digits(from + 17, 2);
    int micros = digits(from + 20, 6);
    if (hour > 23 || minute > 59 || second > 59) {
      throw Unusual.IT_IS;
    }
    return Instant.ofEpochSecond(day(from) + hour * 3600 + minute * 60 + second, micros * 1000L);
  }

  /** Where in the line the next value begins. */
  int at() {
    return at;
  }

  /** Passes over so many bytes where they are the same as from a place on before. */
  boolean passSame(int from, int length) {
    if (at + length > end || !Arrays.equals(line, at, at + length, line, from, from + length)) {
      return false;
    }
    at += length;
    return true;
  }

  private long day(int from) throws Unusual {
    if (!Arrays.equals(line, from, from + DATE_LENGTH, date, 0, DATE_LENGTH)) {
      int month = digits(from + 5, 2);
      int day = digits(from + 8, 2);
      if (line[from + 4] != '-' || line[from + 7] != '-' || month < 1 || month > 12 || day < 1) {
        throw Unusual.IT_IS;
      }
      LocalDate first = LocalDate.of(digits(from, 4), month, 1);
      if (day > first.lengthOfMonth()) {
        throw Unusual.IT_IS;
      }
      dateSeconds = first.withDayOfMonth(day).toEpochDay() * 86_400;
      System.arraycopy(line, from, date, 0, DATE_LENGTH);
    }
    return dateSeconds;
  }

  private int digits(int from, int count) throws Unusual {
    int value = 0;
    for (int i = from; i < from + count; i++) {
      int digit = line[i] - '0';
      if (digit < 0 || digit > 9) {
        throw Unusual.IT_IS;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
