package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;

class MailAddressesTest {
  private static final int ROUNDS = 20_000;

  private static List<String> found(String text, int most) {
    Set<String> into = new LinkedHashSet<>();
    MailAddresses.in(text, most, into);
    return List.copyOf(into);
  }

  @Test
  void readsWhatHeadersHold() {
    assertEquals(
        List.of("a@example.org", "b@example.org", "\"c d\"@example.org"),
        found("A <a@example.org>, (x) b@Example.org., \"c d\"@example.org", 9));
    assertEquals(List.of(), found("@example.org a@ @ undisclosed-recipients:;", 9));
    assertEquals(List.of("a@b@c"), found("a@b@c", 9));
    assertEquals(List.of("a@b"), found("a@b c@d", 1));
  }

  /** The short way and the regex that says what an address is come to the same. */
  @Test
  void agreesWithItsRegex() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    String letters = "aB@@@. ,;:<>()\"\t\r\n\u000b\fé\u00a0-";
    for (int round = 0; round < ROUNDS; round++) {
      StringBuilder text = new StringBuilder();
      int pieces = random.nextInt(14);
      for (int i = 0; i < pieces; i++) {
        char c = letters.charAt(random.nextInt(letters.length()));
        int times = random.nextInt(60) == 0 ? 250 + random.nextInt(20) : 1;
        text.append(String.valueOf(c).repeat(times));
      }
      Set<String> expected = new LinkedHashSet<>();
      Matcher matcher = MailAddresses.ADDRESS.matcher(text);
      while (matcher.find()) {
        expected.add(Ours.fold(matcher.group()));
      }
      assertEquals(
          List.copyOf(expected), found(text.toString(), 1000), "seed " + seed + ": " + text);
    }
  }
}
