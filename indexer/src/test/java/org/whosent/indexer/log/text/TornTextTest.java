package org.whosent.indexer.log.text;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TornTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ali2026-11-23T15:52:48.405742+00:00 mail postfix/cleanup[7]: 4jY: message-id=<a@b>",
        "ali2026-11-23 15:52:48 1xVWMp-00006e-1u <= a@b",
        "aliNov  3 15:52:48 mail x: y",
        "a::::Nov 23 15:52:48 mail",
        "ali<22>1 2026-11-23T15:52:48Z mail"
      })
  void theNextLinesStampStandsBehind(String text) {
    assertTrue(TornText.isIn(text));
    assertTrue(TornText.isInAddress(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "alice",
        "DOMAIN:alice",
        "a:00:00:00",
        "23:15:52:48",
        "[IPv6:::1]",
        "a@[x:2026-11-23T15:52:48]"
      })
  void noStamp(String text) {
    assertFalse(TornText.isIn(text));
    assertFalse(TornText.isInAddress(text));
  }

  /** Anybody may choose such a sender, and is not to get rid of his name by it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"2026-11-23T15:52:48Z mail x: y\"@far.example",
        "<\"a\\\"Nov 23 15:52:48 \"@far.example>",
        "\"a\"@b,\"2026-11-23 15:52:48 \"@c"
      })
  void aQuotedLocalPartMayHoldOne(String address) {
    assertFalse(TornText.isInAddress(address));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"a\"2026-11-23 15:52:48 b@c",
        "\"a2026-11-23 15:52:48 mail x: from=<a@b",
        "\"2026-11-23 15:52:48 \"@c2026-11-23 15:52:48 d",
        "a\\\"2026-11-23 15:52:48 b\"@c",
        "a\\2026-11-23 15:52:48 mail"
      })
  void butNotOutsideOfTheQuotes(String address) {
    assertTrue(TornText.isInAddress(address));
  }
}
