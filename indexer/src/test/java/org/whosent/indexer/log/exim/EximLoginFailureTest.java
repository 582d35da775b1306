package org.whosent.indexer.log.exim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whether a line names a second client is found in one pass, as the plain pattern says. */
class EximLoginFailureTest {
  /** In as many steps as the square of the line's length, where a client has typed many of them. */
  private static final Pattern PLAIN =
      Pattern.compile(
          "\\[[0-9A-Fa-f.:]{2,45}](?::[0-9]{1,5})?(?: [IU]=.*)?: [0-9]{3}", Pattern.DOTALL);

  private static final List<String> PIECES =
      List.of("[", "]", "192.0.2.1", "[::]", ":25", " I=", " U=", ": 535", ": 53", "\u2028", " x");

  @Test
  void itIsWhatThePlainPatternSays() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int named = 0;
    for (int round = 0; round < 50_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        text.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      int from = random.nextInt(text.length());
      String line = text.toString();
      boolean plain = PLAIN.matcher(line).find(from);
      assertEquals(
          plain, EximLoginFailure.namesAnother(line, from), "seed " + seed + ": " + from + line);
      named += plain ? 1 : 0;
    }
    assertTrue(named > 300, "hardly ever: " + named);
  }
}
