package org.whosent.indexer.log.framing;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Months as {@code journalctl} prints them ({@code -o short} and the like), in the language of who
 * calls it: {@code Mär 08 20:48:47 host tag: text}. The names are those of the C library's locales
 * ({@code abmon}); Croatian is left out, whose {@code lip}, {@code srp} and {@code lis} are another
 * month's in Polish and Czech. Stateless.
 */
final class LocalMonths {
  /** January to December. */
  private static final List<String> LANGUAGES =
      List.of(
          "jan feb mär apr mai jun jul aug sep okt nov dez",
          "jän feb mär apr mai jun jul aug sep okt nov dez",
          "janv févr mars avril mai juin juil août sept oct nov déc",
          "ene feb mar abr may jun jul ago sep oct nov dic",
          "gen feb mar apr mag giu lug ago set ott nov dic",
          "jan fev mar abr mai jun jul ago set out nov dez",
          "jan feb mrt apr mei jun jul aug sep okt nov dec",
          "jan feb mar apr maj jun jul aug sep okt nov dec",
          "jan feb mars april mai juni juli aug sep okt nov des",
          "tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu",
          "sty lut mar kwi maj cze lip sie wrz paź lis gru",
          "led úno bře dub kvě čen čec srp zář říj lis pro",
          "jan feb mar apr máj jún júl aug sep okt nov dec",
          "jan febr márc ápr máj jún júl aug szept okt nov dec",
          "ian feb mar apr mai iun iul aug sep oct nov dec",
          "oca şub mar nis may haz tem ağu eyl eki kas ara",
          "янв фев мар апр мая июн июл авг сен окт ноя дек",
          "січ лют бер кві тра чер лип сер вер жов лис гру",
          "ιαν φεβ μαρ απρ μαΐ ιουν ιουλ αυγ σεπ οκτ νοε δεκ",
          "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
          "1월 2월 3월 4월 5월 6월 7월 8월 9월 10월 11월 12월");

  private static final List<String> ENGLISH =
      List.of("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" "));

  private static final Map<String, String> MONTHS = new HashMap<>();

  static {
    for (String language : LANGUAGES) {
      String[] names = language.split(" ");
      for (int i = 0; i < names.length; i++) {
        String before = MONTHS.put(names[i], ENGLISH.get(i));
        if (before != null && !before.equals(ENGLISH.get(i))) {
          throw new IllegalStateException(names[i] + ": " + before + ", " + ENGLISH.get(i));
        }
      }
    }
  }

  /** In bytes, with what may stand around it. */
  private static final int LONGEST = 24;

  private static final Pattern STAMP =
      Pattern.compile(
          " ?([\\p{L}0-9]{2,8})\\.?( [0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}.*)", Pattern.DOTALL);

  private LocalMonths() {}

  /** The line with the month in English; null when it begins with none of these, or has it so. */
  static byte[] english(byte[] bytes, int length) {
    if (!mayBe(bytes, length)) {
      return null;
    }
    Matcher stamp = STAMP.matcher(new String(bytes, 0, length, StandardCharsets.UTF_8));
    if (!stamp.matches() || ENGLISH.contains(stamp.group(1))) {
      return null;
    }
    String month = MONTHS.get(stamp.group(1).toLowerCase(Locale.ROOT));
    return month == null ? null : (month + stamp.group(2)).getBytes(StandardCharsets.UTF_8);
  }

  /** What is looked at first, so that lines of other kinds cost nothing. */
  private static boolean mayBe(byte[] bytes, int length) {
    int limit = Math.min(length, LONGEST);
    int blank = 1;
    while (blank < limit && bytes[blank] != ' ') {
      blank++;
    }
    return blank + 6 < limit && bytes[blank + 3] == ' ' && bytes[blank + 6] == ':';
  }
}
