package org.whosent.indexer.log.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;

/**
 * BusyBox's syslogd reads 255 bytes of a message, on Alpine and by default, and whoever has a long
 * name in DNS can have the end of his login cut off.
 */
class PostfixBusyBoxTest {
  private static final String LOGIN = "bobby@example.com";
  private static final String HOST = "Nov 23 10:00:00 mail mail.info ";
  private static final String BARE = "Nov 23 10:00:00 ";

  /** What such a daemon writes of a client whose host has a name of that length. */
  private static String cut(String header, String priority, int most, int name) {
    String sent =
        priority
            + "Nov 23 10:00:00 postfix/smtpd[100]: 4AAAAAAAAA1: client="
            + "n".repeat(name)
            + "[203.0.113.5], sasl_method=PLAIN, sasl_username="
            + LOGIN;
    int end = Math.min(most, sent.length());
    return header + sent.substring(priority.length() + BARE.length(), end);
  }

  @ParameterizedTest
  @CsvSource({"<22>,255", "<134>,255", "<22>,511", "<134>,511"})
  void aLoginThatMayBeCutIsNobodys(String priority, int most) {
    for (String header : new String[] {HOST, BARE}) {
      int named = 0;
      int less = 0;
      for (int name = 1; name <= 255; name++) {
        Lines lines = new Lines();
        String line = cut(header, priority, most, name);
        LineKind kind = lines.read(line);
        String user = lines.facts.isEmpty() ? null : lines.facts.getFirst().user();
        if (user == null) {
          less++;
          assertTrue(kind == LineKind.UNKNOWN || !line.contains("sasl_username="), line);
        } else {
          named++;
          assertEquals(LOGIN, user, line);
        }
      }
      assertTrue(named > 100 && (less > 10 || most > 255), named + " " + less);
    }
  }

  /** What a daemon with a larger buffer writes is as long by chance. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-23T10:00:00+00:00 mail ",
        "Nov 23 10:00:00 mail ",
        "<22>Nov 23 10:00:00 mail "
      })
  void anotherDaemonsLineOfThatLengthIsWhole(String header) {
    for (int name = 1; name <= 255; name++) {
      assertEquals(LOGIN, new Lines().one(cut(header, "<22>", 1000, name)).user());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {HOST, BARE})
  void whoHasNotLoggedInIsNobodyStill(String header) {
    String line =
        cut(header, "<22>", 1000, 177).replace(", sasl_method=PLAIN, sasl_username=" + LOGIN, "");
    assertNull(new Lines().one(line).user());
    assertEquals("203.0.113.5", new Lines().one(line).client());
  }
}
