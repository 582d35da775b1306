package org.whosent.indexer.log.exim;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.whosent.indexer.log.text.LineBytes;

/**
 * How Exim writes text into its log: what is not printable as {@code \ooo} or {@code \n} ({@code
 * string.c}, string_printing), quoted texts with {@code \"} and {@code \\}. Stateless.
 *
 * <p>Known weak: string_printing does not double a backslash, so that a login that holds one is not
 * told from an escape. Only octal that makes UTF-8 is decoded, which no Windows domain and user
 * ({@code CORP\nina}) reads as.
 */
final class EximText {
  private static final byte[] ARRIVAL = LineBytes.word(" <= ");
  private static final int LONGEST_LITERAL = 64;
  private static final Pattern FOLD = Pattern.compile("\\r?\\n(?=[ \\t])");

  private EximText() {}

  /**
   * A line's bytes as text. A byte that is not UTF-8 and a control character become {@code \ooo},
   * as Exim writes them: two logins must not become one by a replacement character.
   */
  static String line(byte[] bytes, int length) {
    StringBuilder out = new StringBuilder(length + 16);
    for (int i = 0; i < length; ) {
      int size = utf8(bytes, i, length);
      String character = new String(bytes, i, Math.max(size, 1), StandardCharsets.UTF_8);
      if (size > 0 && !Character.isISOControl(character.charAt(0))) {
        out.append(character);
        i += size;
      } else {
        for (int end = i + Math.max(size, 1); i < end; i++) {
          out.append('\\');
          for (int shift = 6; shift >= 0; shift -= 3) {
            out.append((char) ('0' + (bytes[i] >> shift & (shift == 6 ? 3 : 7))));
          }
        }
      }
    }
    return out.toString();
  }

  /** The length of the UTF-8 sequence (RFC 3629) at that place, 0 when there is none. */
  private static int utf8(byte[] bytes, int at, int length) {
    int first = bytes[at] & 0xff;
    int size = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (size == 0 || first > 0xf4 || at + size > length) {
      return 0;
    }
    for (int i = 1; i < size; i++) {
      if ((bytes[at + i] & 0xc0) != 0x80) {
        return 0;
      }
    }
    int second = size > 1 ? bytes[at + 1] & 0xff : 0;
    boolean overlong = first == 0xe0 && second < 0xa0 || first == 0xf0 && second < 0x90;
    boolean surrogate = first == 0xed && second > 0x9f;
    boolean beyond = first == 0xf4 && second > 0x8f;
    return overlong || surrogate || beyond ? 0 : size;
  }

  /** A login, its octal decoded where that makes UTF-8; control characters stay as they stand. */
  static String login(String logged) {
    if (logged.indexOf('\\') < 0) {
      return logged;
    }
    StringBuilder out = new StringBuilder(logged.length());
    for (int i = 0; i < logged.length(); ) {
      int run = i;
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      while (octal(logged, run) >= 0x80) {
        bytes.write(octal(logged, run));
        run += 4;
      }
      String decoded = bytes.size() == 0 ? null : strict(bytes.toByteArray());
      if (decoded != null) {
        out.append(decoded);
        i = run;
      } else if (bytes.size() > 0) {
        out.append(logged, i, run);
        i = run;
      } else {
        out.append(logged.charAt(i++));
      }
    }
    return out.toString();
  }

  private static String strict(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.chars().anyMatch(Character::isISOControl) ? null : text;
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** The byte that {@code \ooo} stands for, or -1. */
  private static int octal(String text, int at) {
    if (at + 4 > text.length() || text.charAt(at) != '\\') {
      return -1;
    }
    int value = 0;
    for (int i = at + 1; i < at + 4; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '7') {
        return -1;
      }
      value = value * 8 + c - '0';
    }
    return value > 0xff ? -1 : value;
  }

  /** True for a text of printable ASCII without escapes, which is what it shows. */
  static boolean isBare(String inner) {
    for (int i = 0; i < inner.length(); i++) {
      char c = inner.charAt(i);
      if (c < ' ' || c > '~' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  /** What stands between the quotes of a quoted text, as bytes: escapes and octal undone. */
  static byte[] unquoted(String inner) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(inner.length());
    for (int i = 0; i < inner.length(); ) {
      int octal = octal(inner, i);
      int point = inner.codePointAt(i);
      if (octal >= 0) {
        out.write(octal);
        i += 4;
      } else if (point == '\\' && i + 1 < inner.length()) {
        char escaped = inner.charAt(i + 1);
        switch (escaped) {
          case 'n' -> out.write('\n');
          case 'r' -> out.write('\r');
          case 't' -> out.write('\t');
          case 'b', 'v', 'f' -> out.write(' ');
          default -> out.writeBytes(String.valueOf(escaped).getBytes(StandardCharsets.UTF_8));
        }
        i += 2;
      } else {
        out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
        i += Character.charCount(point);
      }
    }
    return out.toByteArray();
  }

  /** Text for people from such bytes: folds undone, no control characters. */
  static String shown(byte[] bytes) {
    String text = FOLD.matcher(new String(bytes, StandardCharsets.UTF_8)).replaceAll("");
    StringBuilder out = new StringBuilder(text);
    for (int i = 0; i < out.length(); i++) {
      if (Character.isISOControl(out.charAt(i))) {
        out.setCharAt(i, ' ');
      }
    }
    return out.toString();
  }

  /**
   * Where an arrival stands in the midst of a line: a queue ID and {@code <=}. -1 where none does.
   *
   * @param from behind the line's own
   */
  static int arrivalIn(LineBytes text, int from, int to) {
    int mark = text.indexOf(ARRIVAL, from);
    while (mark >= 0 && mark < to) {
      for (int length : new int[] {EximId.LONG, EximId.SHORT}) {
        if (endsAt(text, mark - length, mark)) {
          return mark - length;
        }
      }
      mark = text.indexOf(ARRIVAL, mark + 1);
    }
    return -1;
  }

  private static boolean endsAt(LineBytes text, int id, int mark) {
    return id >= 0 && EximId.end(text, id) == mark;
  }

  /** The bracket that closes an address literal; -1 when none does. */
  static int literalEnd(LineBytes text, int at) {
    int most = Math.min(text.end(), at + LONGEST_LITERAL + 1);
    int close = at;
    while (close < most && text.at(close) != ']') {
      close++;
    }
    return close < most ? close : -1;
  }

  /** True for what stands in names of hosts and authenticators. */
  static boolean isName(byte c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '_'
        || c == '-'
        || c == '.';
  }

  /** Where such a name ends that starts there. */
  static int nameEnd(LineBytes text, int from) {
    int at = from;
    while (isName(text.at(at))) {
      at++;
    }
    return at;
  }

  /**
   * Where an address ends that starts at {@code from}: at the first blank or {@code stop} that is
   * neither in a quoted string nor behind a backslash (RFC 5321 section 4.1.2). -1 when a quoted
   * string has no end, or the address is empty.
   */
  static int addressEnd(LineBytes text, int from, char stop) {
    int at = from;
    for (; at < text.end(); at++) {
      byte c = text.at(at);
      if (c == ' ' || c == stop) {
        break; // nearly every one
      }
      if (c == '"' || c == '\\') {
        return quotedAddressEnd(text, from, stop);
      }
    }
    return at <= from ? -1 : at;
  }

  private static int quotedAddressEnd(LineBytes text, int from, char stop) {
    boolean quoted = false;
    int i = from;
    for (; i < text.end(); i++) {
      byte c = text.at(i);
      if (c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == ' ' || c == stop)) {
        break;
      }
    }
    return quoted || i > text.end() || i == from ? -1 : i;
  }

  /** True for what a client's name may be that Exim found for its address. */
  static boolean isHostName(LineBytes text, int from, int to) {
    for (int i = from; i < to; i++) {
      byte c = text.at(i);
      if (c < 0) {
        return isHostName(text.text(from, to));
      }
      if (!isName(c) && c != '/') {
        return false;
      }
    }
    return true;
  }

  /** Of a name that is not ASCII. */
  private static boolean isHostName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!Character.isLetterOrDigit(c) && c != '.' && c != '-' && c != '_' && c != '/') {
        return false;
      }
    }
    return true;
  }
}
