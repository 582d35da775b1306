package org.whosent.indexer.log.exim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A reply's enhanced status code is found by hand; a regular expression says which it must be. */
class EximStatusTest {
  /** The code before it is only looked at, so that what is found may overlap. */
  private static final Pattern STATUS =
      Pattern.compile(
          "(?:^|[^0-9A-Za-z]|\\\\n)(?=[245][0-9][0-9][ -]([245]\\.[0-9]{1,3}\\.[0-9]{1,3})\\b)");

  private static final String[] PIECES = {
    "250",
    "550",
    "451",
    "950",
    " ",
    "-",
    "2.1.5",
    "5.7.1",
    "4.0.0",
    "2.1",
    "2.1.1234",
    "\\n",
    "n",
    "\\",
    ".",
    "x",
    "_",
    "é",
    "25",
    "2",
    "5.1.10",
    "\""
  };

  @Test
  void theLastStatusBehindAReplyCodeIsFound() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int found = 0;
    for (int round = 0; round < 50_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(9); i >= 0; i--) {
        text.append(random.nextInt(3) == 0 ? " 250 2.1.5" : PIECES[random.nextInt(PIECES.length)]);
      }
      if (random.nextInt(50) == 0) {
        text.insert(random.nextInt(2) * text.length(), "a".repeat(996));
      }
      char of = "245".charAt(random.nextInt(3));
      String expected = null;
      Matcher matcher = STATUS.matcher(text.substring(0, Math.min(text.length(), 1000)));
      while (matcher.find()) {
        expected = matcher.group(1).charAt(0) == of ? matcher.group(1) : expected;
      }
      found += expected == null ? 0 : 1;
      assertEquals(expected, EximReply.status(text.toString(), of), "seed " + seed + ": " + text);
    }
    assertEquals(true, found > 1000, "seed " + seed);
  }
}
