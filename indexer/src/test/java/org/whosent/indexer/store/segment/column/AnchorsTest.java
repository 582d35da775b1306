package org.whosent.indexer.store.segment.column;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;
import org.whosent.record.Sketch;

/** Sketches come back as they were, and no anchor of a block is denied. */
class AnchorsTest {
  /** Sketches, texts that look like some and are none, and nothing. */
  private static String any(Random random, List<String> before) {
    if (!before.isEmpty() && random.nextInt(4) == 0) {
      return before.get(random.nextInt(before.size()));
    }
    StringBuilder text = new StringBuilder("some words that many texts have in common, and ");
    for (int i = 1 + random.nextInt(60); i > 0; i--) {
      text.append(random.nextInt(50)).append(" words ");
    }
    String sketch = Sketch.of(text.toString()).map(Sketch::toString).orElse("");
    if (sketch.isEmpty()) {
      return sketch;
    }
    return switch (random.nextInt(9)) {
      case 0 -> null;
      case 1 -> "";
      case 2 -> sketch.substring(0, random.nextInt(sketch.length()));
      case 3 -> sketch.substring(0, sketch.length() - 1) + (char) ('-' + random.nextInt(80));
      case 4 -> sketch + "A";
      case 5 -> "text \u00e9 " + random.nextInt();
      default -> sketch;
    };
  }

  @Test
  void sketchesComeBackAndAnchorsAreFound() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      String say = "seed " + seed + ", round " + round;
      Anchors.Collected collected = new Anchors.Collected();
      IntColumn places = new IntColumn();
      List<String> sketches = new ArrayList<>();
      List<String> left = new ArrayList<>();
      int rows = 1 + random.nextInt(40);
      for (int i = 0; i < rows; i++) {
        sketches.add(any(random, sketches));
        left.add(collected.take(sketches.getLast(), places));
      }
      int number = random.nextInt(1000);
      int first = random.nextInt(100_000);
      Bytes raw = new Bytes(16).put(new byte[random.nextInt(9)]);
      int from = raw.length;
      collected.write(raw, number, first);
      int to = raw.length;
      raw.put(new byte[random.nextInt(9)]);
      Bytes out = new Bytes(16);
      int rawAt = raw.length;
      places.write(out, raw);
      Cursor in = new Cursor(out.toArray());
      in.rawAt = rawAt;
      Anchors anchors = Anchors.read(number, first, raw.toArray(), from);
      assertEquals(to - from, anchors.length(), say);
      int[] index = anchors.ofRows(new IntColumn.Reader(in, raw.toArray(), rows), rows);
      Set<Integer> values = new HashSet<>();
      char[] eight = new char[Sketch.ANCHORS];
      for (int i = 0; i < rows; i++) {
        String text = left.get(i);
        assertEquals(sketches.get(i), index[i] < 0 ? text : anchors.sketch(index[i], text), say);
        if (!Sketch.anchors(sketches.get(i) == null ? "" : sketches.get(i), eight)) {
          continue;
        }
        for (int place = 0; place < eight.length; place++) {
          values.add(place << 16 | eight[place]);
          assertTrue(anchors.mayHave(place, eight[place]), say);
          assertTrue(index[i] < 0 || anchors.is(index[i], place, eight[place]), say);
        }
      }
      // Where no whole sketch has anchors, no other anchor is there.
      boolean elsewhere = false;
      for (int i = 0; i < rows; i++) {
        elsewhere |=
            index[i] < 0 && sketches.get(i) != null && Sketch.anchors(sketches.get(i), eight);
      }
      for (int i = 0; i < 500; i++) {
        int value = random.nextInt(Sketch.ANCHORS << 16);
        boolean may = elsewhere || values.contains(value);
        assertEquals(may, anchors.mayHave(value >> 16, (char) value), say);
      }
      for (int i = 0; i < 20; i++) {
        byte[] bytes = raw.toArray();
        int bit = 8 * from + random.nextInt(8 * (to - from));
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        assertThrows(
            IOException.class, () -> Anchors.read(number, first, bytes, from), say + " bit " + bit);
      }
      byte[] whole = raw.toArray();
      assertThrows(IOException.class, () -> Anchors.read(number + 1, first, whole, from), say);
      assertThrows(IOException.class, () -> Anchors.read(number, first + 1, whole, from), say);
    }
  }
}
