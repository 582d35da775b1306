package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The address grammar. */
class MailPathTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "<a@b.example>|a@b.example|~~",
        " <a@b.example>|a@b.example|~~",
        "<a@b.example> SIZE=1  BODY=7BIT|a@b.example|SIZE=1  BODY=7BIT",
        "<a.b+c/d=e@x>|a.b+c/d=e@x|~~",
        "<\"quo ted\"@b.example>|\"quo ted\"@b.example|~~",
        "<\"a@\\\"b>\"@b.example>|\"a@\\\"b>\"@b.example|~~",
        "<@one.example,@two.example:a@b.example>|a@b.example|~~",
        "<a@[192.0.2.1]>|a@[192.0.2.1]|~~",
        "<a@[IPv6:2001:db8::1]>|a@[IPv6:2001:db8::1]|~~",
        "<user%remote.example@b.example>|user%remote.example@b.example|~~",
        "<host!user@b.example>|host!user@b.example|~~",
        "<postmaster>|postmaster|~~",
        "<x@xn--mller-kva.example>|x@xn--mller-kva.example|~~",
      })
  void taken(String text, String address, String rest) throws Exception {
    MailPath path = MailPath.forward(text);
    assertEquals(address, path.address());
    assertEquals(rest, path.rest());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a@b.example",
        "<a@b.example",
        "<a@b.example>x",
        "<>",
        "<a>",
        "<@b.example>",
        "<a@>",
        "<a b@c.example>",
        "<a@b@c.example>",
        "<.a@b.example>",
        "<a.@b.example>",
        "<a..b@c.example>",
        "<a@b..example>",
        "<a@-b.example>",
        "<a@b-.example>",
        "<a@b_c.example>",
        "<a@b.example.>",
        "<a@[192.0.2.256]>",
        "<a@[192.0.2]>",
        "<a@[2001:db8::1]>",
        "<a@[IPv6:zz]>",
        "<a@[192.0.2.1]x>",
        "<\"a@b.example>",
        "<\"a\"b@c.example>",
        "<a@b.example>>",
        "<<a@b.example>>",
        "<a\u0001@b.example>",
        "<a@b\u007f.example>",
        "<\u00e4@b.example>",
        "<@one.example:>",
        "<@one.example,a@b.example>",
        "<a,b@c.example>",
        "<a@b.example,c@d.example>",
      })
  void refused(String text) {
    assertThrows(MailPath.SyntaxException.class, () -> MailPath.forward(text), text);
  }

  @Test
  void nullReversePath() throws Exception {
    assertEquals("", MailPath.reverse("<> BODY=7BIT").address());
    assertThrows(MailPath.SyntaxException.class, () -> MailPath.reverse("<postmaster>"));
    assertThrows(
        MailPath.SyntaxException.class,
        () -> MailPath.reverse("<" + "a".repeat(129) + "@b.example>"));
    assertThrows(
        MailPath.SyntaxException.class,
        () -> MailPath.reverse("<a@" + "b.".repeat(130) + "example>"));
  }

  @Test
  void whateverComesIsTakenOrRefused() {
    for (long seed : new long[] {1, 2, 3, System.nanoTime()}) {
      Random random = new Random(seed);
      String alphabet = "<>@\"\\.,:[]a1-IPv6: \t\u0000\u00ffé!%";
      for (int i = 0; i < 20_000; i++) {
        StringBuilder text = new StringBuilder("<");
        int length = random.nextInt(20);
        for (int j = 0; j < length; j++) {
          text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        text.append(random.nextBoolean() ? "@b.example>" : ">");
        try {
          MailPath path = MailPath.forward(text.toString());
          assertTrue(
              path.address().chars().allMatch(c -> c >= ' ' && c < 0x7f),
              () -> "seed " + seed + ": " + text);
        } catch (MailPath.SyntaxException e) {
          // refused is fine; any other exception is not
        } catch (RuntimeException e) {
          throw new AssertionError("seed " + seed + ": " + text, e);
        }
      }
    }
  }
}
