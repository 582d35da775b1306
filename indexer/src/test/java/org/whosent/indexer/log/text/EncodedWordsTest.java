package org.whosent.indexer.log.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncodedWordsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "plain =? text|plain =? text",
        "=?utf-8?q?a_b=C3=A9?=|a bé",
        "=?ISO-8859-1?Q?=E9?=|é",
        "=?utf-8*en?B?w6k=?=|é",
        "=?utf-8?q?a?= =?utf-8?q?b?=|ab",
        "=?utf-8?q?a?=? =?utf-8?q?b?=|ab",
        "=?utf-8?q?=C3?= =?utf-8?q?=A9?=|é",
        "x =?utf-8?q?a?= y|x a y",
        "=?utf-8?q?=?=|=?utf-8?q?=?=",
        "=?utf-8?q?=Z0?=|=?utf-8?q?=Z0?=",
        "=?utf-8?b?%?=|=?utf-8?b?%?=",
        "=?no-such?q?a?=|=?no-such?q?a?=",
        "=?utf-8?q?a=0A=1B[31mb?=|a  [31mb",
      })
  void whatDecodesIsDecodedAndTheRestStands(String logged, String text) {
    assertEquals(text, EncodedWords.decode(logged));
  }

  @Test
  void anyNumberOfBlanksStandsBetweenTwo() {
    assertEquals(
        "ab",
        EncodedWords.decode(
            "=?a?q?".replace("a?", "utf-8?") + "a?=" + "? ".repeat(200_000) + "=?utf-8?q?b?="));
  }
}
