package org.whosent.record.dkim;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The {@code tag=value;} lists of RFC 6376 section 3.2. */
final class TagList {
  private static final int MAX_TAGS = 50;

  private TagList() {}

  /**
   * The tags in order, white space around names and values removed; empty when the text is no such
   * list: a piece without a name, a tag twice, more tags than anybody writes.
   */
  static Optional<Map<String, String>> parse(String text) {
    Map<String, String> tags = new LinkedHashMap<>();
    for (String piece : text.split(";")) {
      if (piece.isBlank()) {
        continue;
      }
      int equals = piece.indexOf('=');
      String name = equals < 0 ? "" : piece.substring(0, equals).strip();
      boolean good = !name.isEmpty() && name.chars().allMatch(TagList::isNameCharacter);
      if (!good || tags.size() >= MAX_TAGS) {
        return Optional.empty();
      }
      if (tags.put(name, piece.substring(equals + 1).strip()) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(tags);
  }

  private static boolean isNameCharacter(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
  }

  /** A value without the white space that folding put into it. */
  static String packed(String value) {
    return value.replaceAll("[ \t\r\n]+", "");
  }
}
