package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** NFC of whatever strangers write, in bounded time. */
class ComposedTextTest {
  /** Combining classes 1 and 240: all of the first kind belong before all of the second. */
  private static final String OVERLAY = "\u0334";

  private static final String IOTA = "\u0345";

  private static String composed(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  @Test
  void whatPeopleWriteIsInNfc() {
    for (String text :
        new String[] {
          "",
          "e\u0301",
          "\u212bngstr\u00f6m",
          "\u1112\u1161\u11ab",
          "a" + (IOTA + OVERLAY).repeat(ComposedText.MAX_MARKS / 2) + "e\u0301",
          "\ud83d\ude00\u20e3\u0301",
        }) {
      assertEquals(composed(text), ComposedText.of(text), text);
    }
  }

  @Test
  void anyTextWithoutLongRunsIsInNfc() {
    for (long seed : new long[] {1, System.nanoTime()}) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 20_000; i++) {
        int kind = random.nextInt(4);
        text.appendCodePoint(
            kind == 0
                ? 'a' + random.nextInt(26)
                : kind == 1 ? 0x300 + random.nextInt(0x70) : random.nextInt(0xd800));
      }
      assertEquals(composed(text.toString()), ComposedText.of(text.toString()), "seed " + seed);
    }
  }

  /** The JDK alone would need some minutes for the last of these. */
  @Test
  void noMarkIsMovedPastMoreThanABoundOfOthers() {
    int most = ComposedText.MAX_MARKS;
    String text = "a" + IOTA.repeat(most) + OVERLAY.repeat(most);
    assertEquals(text, ComposedText.of(text));
    String mixed = "a" + (IOTA + OVERLAY).repeat(1 << 19) + "e\u0301";
    String once = ComposedText.of(mixed);
    assertEquals(mixed.length() - 1, once.length());
    assertEquals(
        "a" + OVERLAY.repeat(most / 2) + IOTA.repeat(most / 2) + OVERLAY,
        once.substring(0, most + 2));
    assertEquals('\u00e9', once.charAt(once.length() - 1));
    assertEquals(
        once,
        ComposedText.of(
            new String(mixed.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)));
  }
}
