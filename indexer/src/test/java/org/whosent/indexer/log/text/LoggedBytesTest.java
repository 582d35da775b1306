package org.whosent.indexer.log.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoggedBytesTest {
  /** What Sendmail's str2prt writes for the second column, whose control characters are shown. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '^',
      value = {
        "\"quo\\\\\"te\"@x,\"quo\\\"te\"@x",
        "m\\303\\274ller,müller",
        "m\\374ller,mÃ¼ller|Latin-1",
        "\\\\303\\\\274,\\303\\274",
        "\\\\n,\\n",
        "a\\nb,a?b",
        "a\\033[31mb,a?[31mb",
        "<a@x>\\n (comment),<a@x> (comment)",
        "<a@x>\\n\\t(comment),<a@x>?(comment)",
        "<a@x>\\r\\n (comment),<a@x>? (comment)",
        "\\0541,\\0541",
        "\\042\\134\\054,\\042\\134\\054",
        "\\400,\\400",
        "\\39,\\39",
        "\\x,\\x",
        "end\\,end\\",
        "end\\\\,end\\",
        "end\\30,end\\30",
      })
  void sendmailsTextsArePrintedOnceAndReadOnce(String logged, String meant) {
    assertEquals(
        meant.endsWith("|Latin-1") ? "müller" : meant, LoggedBytes.printed(logged), logged);
  }

  /** What OpenBSD's vis(3) writes with VIS_WHITE and VIS_SAFE for the second column. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '^',
      value = {
        "\\M-C\\M-)mile,émile",
        "\\M-D\\M^@,Ā",
        "\\M-B\\240,\u00a0",
        "a\\^[[31mb,a?[31mb",
        "a\\^?b,a?b",
        "a\\040b,a b",
        "a\\\\040b,a\\040b",
        "\\\\M-C,\\M-C",
        "\\\\^A,\\^A",
        "\\M-,\\M-",
        "\\M,\\M",
        "\\^,\\^",
        "end\\,end\\",
      })
  void visIsReadAsItWasWritten(String logged, String meant) {
    assertEquals(meant, LoggedBytes.vis(logged), logged);
  }

  /** A server that does not escape must not be made to say what its client wrote in octal. */
  @Test
  void onlyWhatSendmailWouldHaveEscapedIsRead() {
    for (int c = ' '; c < 0x7f; c++) {
      String octal = "\\%03o".formatted(c);
      assertEquals(octal, LoggedBytes.printed(octal));
    }
  }

  @Test
  void aTextWithoutBackslashIsItself() {
    String text = "from=<a@x>, size=1";
    assertSame(text, LoggedBytes.printed(text));
  }
}
