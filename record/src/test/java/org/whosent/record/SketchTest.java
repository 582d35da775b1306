package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A sketch is an estimate. The bounds for fresh seeds are so wide that chance alone passes them
 * once in a hundred million runs; each was counted or computed from the numbers of equal values.
 */
class SketchTest {
  private static String words(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      for (int n = 2 + random.nextInt(8); n > 0; n--) {
        text.append((char) ('a' + random.nextInt(26)));
      }
      text.append(' ');
    }
    return text.toString();
  }

  private static Sketch sketch(String text) {
    return Sketch.of(text).orElseThrow();
  }

  @Test
  void textsThatShareNothingAreFarApartAndEqualOnesAreOne() {
    for (long seed : new long[] {11, System.nanoTime()}) {
      Random random = new Random(seed);
      for (int i = 0; i < 50; i++) {
        String one = words(random, 20 + random.nextInt(300));
        String two = words(random, 20 + random.nextInt(300));
        assertEquals(1, sketch(one).similarity(sketch(one)), 1e-9, "seed " + seed);
        assertTrue(sketch(one).similarity(sketch(two)) < 0.25, "seed " + seed);
      }
    }
  }

  @Test
  void quoteMarksAndWrappingDoNotMatter() {
    String text = words(new Random(3), 80);
    assertEquals(sketch(text), sketch("> " + text.replace(" ", "\n> ")));
  }

  @Test
  void aFooterLeavesItSimilarAndACutTextContained() {
    for (long seed : new long[] {5, System.nanoTime()}) {
      Random random = new Random(seed);
      String text = words(random, 300);
      Sketch whole = sketch(text);
      assertTrue(whole.similarity(sketch(text + words(random, 30))) > 0.6, "seed " + seed);
      Sketch cut = sketch(text.substring(0, text.length() / 2));
      assertTrue(whole.containment(cut) > 0.4, "seed " + seed + " " + whole.containment(cut));
    }
  }

  @Test
  void theQuickReaderOfAnchorsSaysWhatTheOtherSays() {
    for (long seed : new long[] {9, System.nanoTime()}) {
      Random random = new Random(seed);
      for (int i = 0; i < 5000; i++) {
        StringBuilder text = new StringBuilder(sketch(words(random, 30)).toString());
        switch (random.nextInt(4)) {
          case 0 ->
              text.setCharAt(random.nextInt(text.length()), "=+/A\u00e9\u0141 _".charAt(i % 8));
          case 1 -> text.setLength(random.nextInt(text.length()));
          case 2 -> text.setCharAt(random.nextInt(4), 'Q');
          default -> {}
        }
        char[] anchors = new char[Sketch.ANCHORS];
        List<String> quick = new ArrayList<>();
        if (Sketch.anchors(text.toString(), anchors)) {
          for (int k = 0; k < anchors.length; k++) {
            quick.add((char) ('a' + k) + "%04x".formatted((int) anchors[k]));
          }
        }
        List<String> said = Sketch.parse(text.toString()).map(Sketch::anchors).orElse(List.of());
        assertEquals(said, quick, "seed " + seed + ": " + text);
      }
    }
    assertFalse(Sketch.anchors(null, new char[Sketch.ANCHORS]));
  }

  @Test
  void shortTextsHaveNone() {
    assertTrue(Sketch.of("buy now").isEmpty());
    assertTrue(Sketch.of("! ".repeat(10_000)).isEmpty());
    assertTrue(Sketch.of("a".repeat(100_000)).isPresent());
  }

  @Test
  void writesAndReadsItself() {
    Sketch sketch = sketch(words(new Random(1), 50));
    assertEquals(71, sketch.toString().length());
    assertEquals(sketch, Sketch.parse(sketch.toString()).orElseThrow());
    for (String bad :
        new String[] {"", "x", "!".repeat(71), "_".repeat(71), "_".repeat(80), null}) {
      assertTrue(Sketch.parse(bad).isEmpty());
    }
  }

  /** Records of earlier versions of the program have sketches with six bits a small value. */
  @Test
  void sketchesOfSixBitsCompareWithThoseOfFive() {
    Random random = new Random(1);
    for (int i = 0; i < 50; i++) {
      String text = words(random, 50);
      Sketch five = sketch(text);
      byte[] bytes = Base64.getUrlDecoder().decode(five.toString());
      byte[] six = Arrays.copyOf(bytes, 60);
      six[0] = 2;
      int[] small = new int[56];
      for (int k = 0; k < 56; k++) {
        int bit = 8 * 18 + 5 * k;
        int two = (bytes[bit / 8] & 0xff) << 8 | (bit / 8 + 1 < 53 ? bytes[bit / 8 + 1] & 0xff : 0);
        small[k] = two >>> (11 - bit % 8) & 31 | random.nextInt(2) << 5;
      }
      for (int k = 0; k < 14; k++) {
        int four = small[4 * k] << 18 | small[4 * k + 1] << 12 | small[4 * k + 2] << 6;
        four |= small[4 * k + 3];
        six[18 + 3 * k] = (byte) (four >>> 16);
        six[19 + 3 * k] = (byte) (four >>> 8);
        six[20 + 3 * k] = (byte) four;
      }
      String old = Base64.getUrlEncoder().withoutPadding().encodeToString(six);
      assertEquals(80, old.length());
      Sketch read = Sketch.parse(old).orElseThrow();
      assertEquals(five, read);
      assertEquals(five.anchors(), read.anchors());
      char[] anchors = new char[Sketch.ANCHORS];
      assertTrue(Sketch.anchors(old, anchors));
      assertEquals(five.anchors().getFirst(), "a%04x".formatted((int) anchors[0]));
    }
  }

  @Test
  void likeTextsShareAnAnchorAndOthersDoNot() {
    for (long seed : new long[] {5, System.nanoTime()}) {
      Random random = new Random(seed);
      int shared = 0;
      int stray = 0;
      for (int i = 0; i < 200; i++) {
        String text = words(random, 60);
        var anchors = sketch(text).anchors();
        assertEquals(Sketch.ANCHORS, anchors.size());
        assertEquals(anchors, Sketch.parse(sketch(text).toString()).orElseThrow().anchors());
        shared +=
            sketch(text + words(random, 60)).anchors().stream().anyMatch(anchors::contains) ? 1 : 0;
        stray += sketch(words(random, 60)).anchors().stream().anyMatch(anchors::contains) ? 1 : 0;
      }
      // Half of each text is in the other: all but one in 250 share one.
      assertTrue(shared >= 190, "seed " + seed + ": " + shared);
      assertTrue(stray <= 5, "seed " + seed + ": " + stray);
    }
  }

  @Test
  void aShortTextIsNotHeldToStandInAnyLongOne() {
    // A few values agree by chance; the ratio of the sizes must not blow them up to a match.
    for (long seed : new long[] {5, System.nanoTime()}) {
      Random random = new Random(seed);
      Sketch news = sketch(words(random, 5000));
      int held = 0;
      for (int i = 0; i < 300; i++) {
        held += news.containment(sketch(words(random, 25))) > 0 ? 1 : 0;
      }
      // Once in three million pairs it is.
      assertTrue(held <= 2, "seed " + seed + ": " + held);
    }
  }

  /** Records hold them: whatever changes here needs a new version, for the old ones stay. */
  @Test
  void theSameTextHasTheSameSketchInEveryBuild() {
    String text =
        "buyourwonderfulwatchestodaytheyarecheapandtheytellthetimemostdays."
            + "visithttps://example.net/watches";
    String other =
        "ihrkontowurdegesperrt\u00e4\u00f6\u00fc\u0430\u0431\u0432\ud835\udd04bitte"
            .concat("best\u00e4tigensieihrpasswort,")
            .repeat(7);
    assertEquals(
        "AzODfgeoDILKReVVaLdDUzVMqWYuMjagMBmGCWSKAZY_R7B1yfJf9CQBJC6hm2qtZhIVq1M",
        sketch(text).toString());
    assertEquals(
        "A0V-SfDUHTmRzyrrRpzmvGqI38mf-JvKfgIg0tlcm7Cvmt3F4uriEdFMH973je-Y_Dnv9oQ",
        sketch(other).toString());
    assertEquals("a837e", sketch(text).anchors().getFirst());
    assertEquals(82.998, sketch(text).runs(), 0.001);
    assertEquals(0.358367, sketch(text + other).similarity(sketch(other)), 1e-6);
    assertEquals(0.431431, sketch(text + other).likeness(sketch(other)), 1e-6);
    assertEquals(1, sketch(text + other).containment(sketch(text)));
  }

  @Test
  void onlyLettersAndDigitsMakeATextLongEnough() {
    String text = "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijkl";
    assertEquals(Sketch.LEAST_LETTERS, text.length());
    assertTrue(Sketch.of(text).isPresent());
    assertTrue(Sketch.of(text.substring(1) + "!?").isEmpty());
    assertEquals(sketch(text), sketch(text.replace("", "-")));
    assertFalse(sketch(text).equals(sketch(text.substring(1) + "x")));
  }
}
