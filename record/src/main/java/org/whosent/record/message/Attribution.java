package org.whosent.record.message;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The line that mail programs put above what they quote in an answer: {@code On … X wrote:}. What
 * stands below it is X's text, a header in it too. Stateless.
 *
 * <p>Known weakness: a line without an address in a language that is not below, and a quotation
 * without any such line.
 */
final class Attribution {
  private static final int LONGEST = 500;
  private static final int MAX_LINES = 100_000;

  private static final Pattern ADDRESS_AT_END =
      Pattern.compile("[^\\s@]@[^\\s@]{1,255}[>)\\]]?\\s?$");

  /** Parts of words, in lower case. */
  private static final List<String> WROTE =
      List.of(
          "wrote",
          "writes",
          "schrieb",
          "geschrieben",
          "écrit",
          "escribió",
          "escribio",
          "scritto",
          "scrisse",
          "escreveu",
          "schreef",
          "skrev",
          "kirjoitti",
          "napisa",
          "napsal",
          "napísal",
          "scris",
          "έγραψε",
          "написа",
          "пишет",
          "пише",
          "yazdı",
          "írta",
          "写道",
          "寫道",
          "書きました",
          "작성",
          "썼",
          "כתב",
          "كتب",
          "viết",
          "เขียน",
          "kirjutas",
          "rakstīja",
          "rašė",
          "escriure",
          "skrifaði",
          "menulis",
          "نوشت",
          "लिखा");

  private static final Pattern ADDRESS =
      Pattern.compile("[^\\s<>()\\[\\]\"',;:@]{1,64}@[^\\s<>()\\[\\]\"',;:@]{1,255}");

  private Attribution() {}

  /** The address that the first one says. */
  static Optional<String> address(String text) {
    List<String> lines = text.lines().limit(MAX_LINES).map(QuoteMarks::without).toList();
    for (int i = 0; i < lines.size(); i++) {
      if (isOne(lines.get(i))) {
        String said = i == 0 ? lines.get(i) : lines.get(i - 1) + " " + lines.get(i);
        Matcher address = ADDRESS.matcher(said.substring(Math.max(0, said.length() - LONGEST)));
        return address.results().map(MatchResult::group).reduce((first, last) -> last);
      }
    }
    return Optional.empty();
  }

  /** Whether this line is one, or the end of one that was wrapped; quote marks taken off. */
  static boolean isOne(String line) {
    String text = line.strip();
    if (text.isEmpty()
        || text.length() > LONGEST
        || ":\uff1a".indexOf(text.charAt(text.length() - 1)) < 0) {
      return false;
    }
    String said = text.substring(0, text.length() - 1).toLowerCase(Locale.ROOT);
    if (ADDRESS_AT_END.matcher(said).find()) {
      return true;
    }
    boolean dated = said.chars().anyMatch(c -> Character.isDigit(c) || c == '@');
    return WROTE.stream().anyMatch(word -> dated ? said.contains(word) : said.startsWith(word));
  }
}
