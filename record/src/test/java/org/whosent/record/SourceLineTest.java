package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A hash comes back as the text that it was, and counts as that text does, whatever it is. */
class SourceLineTest {
  private static final List<String> HASHES =
      List.of(
          "",
          "0000000000000000",
          "ffffffffffffffff",
          "7fffffffffffffff",
          "8000000000000000",
          "00000000000000000",
          "000000000000000",
          "000000000000000g",
          "000000000000000A",
          "000000000000000a",
          "FFFFFFFFFFFFFFFF",
          "+000000000000001",
          "-000000000000001",
          "0x00000000000001",
          "\uff10000000000000000", // a digit of Unicode
          "Aa00000000000000",
          "BB00000000000000"); // the hash code of the one before

  @Test
  void everyHashComesBackAndIsItself() {
    for (String one : HASHES) {
      SourceLine line = new SourceLine("log", 7, one);
      assertEquals(one, line.hash());
      assertEquals(one.length(), line.hashLength());
      for (String two : HASHES) {
        SourceLine other = new SourceLine("log", 7, two);
        assertEquals(one.equals(two), line.equals(other), one + " / " + two);
        assertEquals(one.equals(two), line.isSameLine(other), one + " / " + two);
        int order = Integer.signum(one.compareTo(two));
        assertEquals(order, Integer.signum(line.compareTo(other)), one + " / " + two);
      }
    }
    Set<SourceLine> all = new HashSet<>();
    HASHES.forEach(hash -> all.add(new SourceLine("log", 7, hash)));
    assertEquals(HASHES.size(), all.size());
  }

  @Test
  void aNumberIsItsHexDigits() {
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      long bits = random.nextLong() >> random.nextInt(64);
      SourceLine line = SourceLine.of("log", i, bits);
      SourceLine same = new SourceLine("log", i, "%016x".formatted(bits));
      assertEquals(same, line);
      assertEquals(same.hashCode(), line.hashCode());
      assertEquals("%016x".formatted(bits), line.hash());
      assertTrue(same.hasBits());
      assertEquals(bits, same.hashBits());
    }
    assertFalse(new SourceLine("log", 0, "Aa00000000000000").hasBits());
  }

  @Test
  void placeAndFileCount() {
    SourceLine line = SourceLine.of("log", 7, 1);
    assertNotEquals(line, SourceLine.of("log", 8, 1));
    assertNotEquals(line, SourceLine.of("log.1", 7, 1));
    assertTrue(line.isSameLine(SourceLine.of("log.1", 8, 1)));
    assertEquals("log:7", line.toString());
    List<SourceLine> lines =
        new ArrayList<>(
            List.of(SourceLine.of("b", 0, 0), SourceLine.of("a", 9, 5), SourceLine.of("a", 9, -5)));
    lines.sort(Comparator.naturalOrder());
    assertEquals("[a:9, a:9, b:0]", lines.toString());
    assertEquals(5, lines.getFirst().hashBits());
  }

  @Test
  void whatIsNoLineIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> SourceLine.of("log", -1, 0));
    assertThrows(NullPointerException.class, () -> SourceLine.of(null, 0, 0));
    assertThrows(NullPointerException.class, () -> new SourceLine("log", 0, null));
  }
}
