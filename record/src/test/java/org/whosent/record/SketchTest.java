package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

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
        assertTrue(sketch(one).similarity(sketch(two)) < 0.15, "seed " + seed);
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
      assertTrue(whole.similarity(sketch(text + words(random, 30))) > 0.7, "seed " + seed);
      Sketch cut = sketch(text.substring(0, text.length() / 2));
      assertTrue(whole.containment(cut) > 0.6, "seed " + seed + " " + whole.containment(cut));
    }
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
    assertEquals(88, sketch.toString().length());
    assertEquals(sketch, Sketch.parse(sketch.toString()).orElseThrow());
    for (String bad : new String[] {"", "x", "!".repeat(88), "_".repeat(88), null}) {
      assertTrue(Sketch.parse(bad).isEmpty());
    }
  }
}
