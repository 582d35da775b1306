package org.whosent.indexer.log;

/**
 * Goes through the fields of an Exim log line. Every field starts with a blank; a method that finds
 * none at its place returns null or false and stays. Not thread-safe.
 */
final class EximCursor {
  private final String text;
  int at;

  EximCursor(String text, int at) {
    this.text = text;
    this.at = at;
  }

  /** The text from there to here. */
  String since(int start) {
    return text.substring(start, at);
  }

  boolean atEnd() {
    return at >= text.length();
  }

  /** Takes exactly this. */
  boolean take(String literal) {
    if (text.startsWith(literal, at)) {
      at += literal.length();
      return true;
    }
    return false;
  }

  /** Takes a word with nothing behind it but a blank or the end: {@code " DS"}. */
  boolean flag(String word) {
    int end = at + word.length();
    if (text.startsWith(word, at) && (end == text.length() || text.charAt(end) == ' ')) {
      at = end;
      return true;
    }
    return false;
  }

  /** The character behind the blank with which a field begins; 0 when none begins here. */
  char first() {
    return at + 1 < text.length() && text.charAt(at) == ' ' ? text.charAt(at + 1) : 0;
  }

  /** The value of {@code " NAME=value"} up to the next blank; never empty. */
  String value(String name) {
    int from = at + name.length();
    return skip(name) ? text.substring(from, at) : null;
  }

  /** The same for a value that other lines have too. */
  String value(String name, Words words) {
    int from = at + name.length();
    return skip(name) ? words.of(text, from, at) : null;
  }

  /** The same for a value that nobody wants; false when it is not there. */
  boolean skip(String name) {
    if (!text.startsWith(name, at)) {
      return false;
    }
    int from = at + name.length();
    int end = text.indexOf(' ', from);
    end = end < 0 ? text.length() : end;
    if (end == from) {
      return false;
    }
    at = end;
    return true;
  }

  /** As {@link #value}, but a colon with a blank behind it is left: text follows it. */
  String word(String name) {
    String value = value(name);
    if (value == null || !value.endsWith(":") || atEnd()) {
      return value;
    }
    at--;
    return value.substring(0, value.length() - 1);
  }

  /** The digits of {@code " NAME=123"}, at most 18. */
  String digits(String name) {
    int before = at;
    int from = before + name.length();
    boolean fine = skip(name) && at - from <= 18;
    for (int i = from; fine && i < at; i++) {
      fine = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    if (!fine) {
      at = before;
      return null;
    }
    return text.substring(from, at);
  }

  /**
   * What stands between the quotes of {@code ' NAME="…"'}, escapes as logged. The text ends at the
   * first quote without a backslash before it; a blank or the end must follow.
   */
  String quoted(String name) {
    if (!text.startsWith(name, at) || !text.startsWith("\"", at + name.length())) {
      return null;
    }
    int from = at + name.length() + 1;
    int end = from;
    while (end < text.length() && text.charAt(end) != '"') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    boolean closed = end < text.length();
    if (!closed || end + 1 < text.length() && text.charAt(end + 1) != ' ') {
      return null;
    }
    at = end + 1;
    return text.substring(from, end);
  }

  /** The address of {@code " NAME=<…>"}; may be empty. */
  String path(String name) {
    if (!text.startsWith(name, at) || !text.startsWith("<", at + name.length())) {
      return null;
    }
    int from = at + name.length() + 1;
    int end = text.startsWith(">", from) ? from : EximText.addressEnd(text, from, '>');
    if (end < 0 || !text.startsWith(">", end)) {
      return null;
    }
    at = end + 1;
    return text.substring(from, end);
  }
}
