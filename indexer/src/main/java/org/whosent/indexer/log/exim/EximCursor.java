package org.whosent.indexer.log.exim;

import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.Words;

/**
 * Goes through the fields of an Exim log line. Every field starts with a blank; a method that finds
 * none at its place returns null, false or a negative number, and stays. Not thread-safe.
 */
final class EximCursor {
  private static final int MOST_DIGITS = 18;

  private final LineBytes text;
  int at;

  /** What {@link #digits} found last. */
  private long number;

  private int digits;

  EximCursor(LineBytes text, int at) {
    this.text = text;
    this.at = at;
  }

  boolean atEnd() {
    return at >= text.end();
  }

  /** Takes exactly this. */
  boolean take(byte[] literal) {
    if (text.startsWith(literal, at)) {
      at += literal.length;
      return true;
    }
    return false;
  }

  /** Takes a word with nothing behind it but a blank or the end: {@code " DS"}. */
  boolean flag(byte[] word) {
    int end = at + word.length;
    if (text.startsWith(word, at) && (end == text.end() || text.at(end) == ' ')) {
      at = end;
      return true;
    }
    return false;
  }

  /** The character behind the blank with which a field begins; 0 when none begins here. */
  byte first() {
    return text.at(at) == ' ' ? text.at(at + 1) : 0;
  }

  /** The value of {@code " NAME=value"} up to the next blank; never empty. */
  String value(byte[] name) {
    int from = at + name.length;
    return skip(name) ? text.text(from, at) : null;
  }

  /** The same for a value that other lines have too. */
  String value(byte[] name, Words words) {
    int from = at + name.length;
    return skip(name) ? text.text(from, at, words) : null;
  }

  /** The same for a value that nobody wants; false when it is not there. */
  boolean skip(byte[] name) {
    if (!text.startsWith(name, at)) {
      return false;
    }
    int from = at + name.length;
    int end = text.indexOf(' ', from);
    end = end < 0 ? text.end() : end;
    if (end == from) {
      return false;
    }
    at = end;
    return true;
  }

  /**
   * As {@link #skip}, but no quote is in the value. Where there is one, it is the end of a subject
   * or of an address in which somebody wrote the field, and the line would read in two ways.
   */
  boolean skipBare(byte[] name) {
    int before = at;
    if (!skip(name)) {
      return false;
    }
    int quote = text.indexOf('"', before);
    if (quote >= 0 && quote < at) {
      at = before;
      return false;
    }
    return true;
  }

  /**
   * True where a quote is in the text between, at its end or before an at sign: of a subject or an
   * address in which somebody wrote it, the quotes may end there.
   */
  boolean maybeQuoteEnds(int from, int to) {
    int quote = text.indexOf('"', from);
    while (quote >= 0 && quote < to) {
      if (quote + 1 == to || text.at(quote + 1) == '@') {
        return true;
      }
      quote = text.indexOf('"', quote + 1);
    }
    return false;
  }

  /** As {@link #skip}, but a colon with a blank behind it is left: text follows it. */
  boolean skipWord(byte[] name) {
    if (!skip(name)) {
      return false;
    }
    if (text.at(at - 1) == ':' && !atEnd()) {
      at--;
    }
    return true;
  }

  /**
   * Takes the digits of {@code " NAME=123"}, at most 18; {@link #number} then has what they are.
   */
  boolean digits(byte[] name) {
    if (!text.startsWith(name, at)) {
      return false;
    }
    int from = at + name.length;
    int end = text.digitsEnd(from, MOST_DIGITS);
    if (end == from || end < text.end() && text.at(end) != ' ') {
      return false;
    }
    number = text.number(from, end);
    digits = end - from;
    at = end;
    return true;
  }

  long number() {
    return number;
  }

  /** The port of {@code " NAME=123"}; null when there is none. Digits that are none are taken. */
  Integer port(byte[] name) {
    return digits(name) && digits <= 5 && number >= 1 && number <= 65535 ? (int) number : null;
  }

  /**
   * Takes {@code ' NAME="…"'}. Its text, whose escapes stay as logged, ends at the first quote
   * without a backslash before it; a blank or the end must follow.
   *
   * @return where the text begins, or -1; it ends at {@code at - 1}
   */
  int quoted(byte[] name) {
    if (!text.startsWith(name, at) || text.at(at + name.length) != '"') {
      return -1;
    }
    int from = at + name.length + 1;
    int end = quoteEnd(from);
    if (end < 0 || end + 1 < text.end() && text.at(end + 1) != ' ') {
      return -1;
    }
    at = end + 1;
    return from;
  }

  /**
   * Takes {@code ' NAME="…"'} of a server's certificate; a colon with a blank behind it may follow,
   * too, for text does. As OpenSSL writes a name ({@code "/CN=x"}), nothing in it is escaped.
   */
  boolean skipName(byte[] name) {
    int from = at + name.length + 1;
    if (!text.startsWith(name, at) || text.at(from - 1) != '"') {
      return false;
    }
    boolean plain = text.at(from) == '/';
    int end = plain ? text.indexOf('"', from) : quoteEnd(from);
    while (plain && end >= 0 && !isFieldEnd(end + 1)) {
      end = text.indexOf('"', end + 1);
    }
    if (end < 0 || !isFieldEnd(end + 1)) {
      return false;
    }
    at = end + 1;
    return true;
  }

  private boolean isFieldEnd(int place) {
    boolean colon = text.at(place) == ':' && text.at(place + 1) == ' ';
    return place == text.end() || text.at(place) == ' ' || colon;
  }

  private int quoteEnd(int from) {
    int end = text.indexOf('"', from);
    int escape = text.indexOf('\\', from);
    if (escape < 0 || escape > end) {
      return end; // without an escape before it
    }
    for (end = escape; end < text.end() && text.at(end) != '"'; end++) {
      if (text.at(end) == '\\') {
        end++;
      }
    }
    return end < text.end() ? end : -1;
  }

  /** Takes {@code " NAME=<…>"}; the address may be empty. */
  boolean path(byte[] name) {
    if (!text.startsWith(name, at) || text.at(at + name.length) != '<') {
      return false;
    }
    int from = at + name.length + 1;
    int end = text.at(from) == '>' ? from : EximText.addressEnd(text, from, '>');
    if (end < 0 || text.at(end) != '>') {
      return false;
    }
    at = end + 1;
    return true;
  }
}
