package org.whosent.indexer.log.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTextTest {
  /** E stands for an escape, R for a carriage return. */
  @ParameterizedTest
  @CsvSource({
    "E[34m[INFO] xE[39mR, [INFO] x",
    "E[34m[INFO] xE[39m, [INFO] x",
    "E[0;37m2026-11-28 10:00:00 #1(main) xE[0m, 2026-11-28 10:00:00 #1(main) x",
    "2026-11-28T10:00:00.000Z E[34m[INFO] xE[39m, 2026-11-28T10:00:00.000Z [INFO] x",
    "E[mx, x",
    "xR, x",
    "x, x",
    "R, ''",
    // what is no colour of the whole line stays
    "a E[34mbE[39m, a E[34mbE[39m",
    "E[34mE[35mx, E[34mE[35mx",
    "E[34m a E[31mb, ' a E[31mb'",
    "E[2Jx, E[2Jx",
    "xRy, xRy",
    "xRR, xR",
  })
  void plain(String printed, String text) {
    String line = printed.replace('E', '\u001b').replace('R', '\r');
    assertEquals(text.replace('E', '\u001b').replace('R', '\r'), TerminalText.plain(line), printed);
  }
}
