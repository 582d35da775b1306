package org.whosent.query.trace;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * An ID as people copy it: out of a sentence, with its full stop; out of brackets and quotation
 * marks; out of a link, a page's source, a header with its {@code id}. Stateless.
 */
final class CopiedId {
  private static final String OPENING = "([{\"'\u201c\u2018\u201e\u201a\u00ab";
  private static final String CLOSING = ".,;:!?)]}\"'\u201c\u201d\u2019\u00bb";

  /** Fewer letters are of one case by chance. */
  private static final int LETTERS = 5;

  private CopiedId() {}

  /** The ID without what is around it; the text itself where that is none. */
  static String plain(String text) {
    String id = text.strip();
    id =
        id.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace('\u2039', '<')
            .replace('\u203a', '>')
            .replace('\u2011', '-');
    int from = 0;
    while (from < id.length() - 1
        && OPENING.indexOf(id.charAt(from)) >= 0
        && !isQuotedLocalPart(id, from)) {
      from++;
    }
    int to = id.length();
    while (to > from + 1 && CLOSING.indexOf(id.charAt(to - 1)) >= 0 && !isLiteral(id, from, to)) {
      to--;
    }
    id = withoutWord(id.substring(from, to).strip());
    return id.regionMatches(true, 0, "%3C", 0, 3) || id.indexOf('@') < 0 && id.contains("%40")
        ? decoded(id)
        : id;
  }

  /** {@code "1 2"@example.com} (RFC 5322 section 3.4.1): the quotation mark is the address's. */
  private static boolean isQuotedLocalPart(String id, int from) {
    return id.charAt(from) == '"' && id.indexOf("\"@", from + 1) > 0;
  }

  /** {@code 1@[192.0.2.1]}: the bracket is the address's. */
  private static boolean isLiteral(String id, int from, int to) {
    return id.charAt(to - 1) == ']' && id.substring(from, to).contains("@[");
  }

  private static String withoutWord(String id) {
    for (String word : new String[] {"mailto:", "mid:", "id:", "id "}) {
      if (id.regionMatches(true, 0, word, 0, word.length())) {
        return id.substring(word.length()).strip();
      }
    }
    return id;
  }

  /** RFC 3986 section 2.1. */
  private static String decoded(String id) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < id.length(); i++) {
      int high = i + 2 < id.length() ? Character.digit(id.charAt(i + 1), 16) : -1;
      int low = i + 2 < id.length() ? Character.digit(id.charAt(i + 2), 16) : -1;
      if (id.charAt(i) == '%' && high >= 0 && low >= 0) {
        out.write(high * 16 + low);
        i += 2;
      } else {
        out.writeBytes(id.substring(i, i + 1).getBytes(StandardCharsets.UTF_8));
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /**
   * Said of an ID that is in no record and may have been copied in other letters; null where it has
   * both cases, or too few letters. Hexadecimal digits mean the same in both.
   */
  static String caseNote(String id) {
    boolean hexadecimal = id.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == '-');
    long capitals = id.chars().filter(c -> c >= 'A' && c <= 'Z').count();
    long small = id.chars().filter(c -> c >= 'a' && c <= 'z').count();
    if (hexadecimal || capitals > 0 && small > 0 || capitals + small < LETTERS) {
      return null;
    }
    return "all its letters are %s, and in the IDs of most servers capital and small ones differ:"
            .formatted(capitals > 0 ? "capitals" : "small")
        + " it may have been copied in other letters";
  }
}
