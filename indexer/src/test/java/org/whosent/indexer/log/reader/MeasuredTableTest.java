package org.whosent.indexer.log.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.log.Forgotten;

class MeasuredTableTest {
  private static final class Held extends MeasuredTable.Session {
    private long bytes;

    Held(long bytes) {
      this.bytes = bytes;
    }

    @Override
    protected long bytes() {
      return bytes;
    }
  }

  private final Forgotten forgotten = new Forgotten();

  private MeasuredTable<Integer, Held> table(int most) {
    return new MeasuredTable<>(most, 1000, forgotten, _ -> null);
  }

  @Test
  void theOneHeardOfLongestAgoGoesForWhatAnotherHolds() {
    MeasuredTable<Integer, Held> table = table(10);
    for (int i = 0; i < 4; i++) {
      table.put(i, new Held(200));
    }
    table.get(0);
    Held two = table.get(2);
    two.bytes = 500;
    table.changed(two);
    assertNull(table.get(1));
    assertNotNull(table.get(0));
    assertEquals(900, table.bytes());
    assertEquals(1, forgotten.count());
    two = table.get(2);
    two.bytes = 5000; // one alone bounds itself
    table.changed(two);
    assertEquals(1, table.size());
    assertEquals(3, forgotten.count());
    table.remove(2);
    assertEquals(0, table.bytes());
  }

  @Test
  void whatIsOverIsForgottenUncounted() {
    MeasuredTable<Integer, Held> table = new MeasuredTable<>(2, 1000, forgotten, _ -> Instant.MIN);
    forgotten.now(Instant.parse("2026-11-23T10:00:00Z"));
    for (int i = 0; i < 5; i++) {
      table.put(i, new Held(1));
    }
    assertEquals(2, table.size());
    assertEquals(0, forgotten.count());
  }

  @Test
  void theSumIsTrueWhateverHappens() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    MeasuredTable<Integer, Held> table = table(7);
    for (int i = 0; i < 20_000; i++) {
      int key = random.nextInt(12);
      switch (random.nextInt(4)) {
        case 0 -> table.put(key, new Held(random.nextInt(300)));
        case 1 -> table.remove(key);
        case 2 -> table.open(key, () -> new Held(random.nextInt(300)));
        default -> {
          Held held = table.get(key);
          if (held != null) {
            held.bytes = random.nextInt(400);
            table.changed(held);
          }
        }
      }
      assertTrue(table.size() <= 7 && (table.bytes() <= 1000 || table.size() == 1), "seed " + seed);
    }
    List<Held> left = new ArrayList<>();
    for (int key = 0; key < 12; key++) {
      Held held = table.remove(key);
      if (held != null) {
        left.add(held);
      }
    }
    assertEquals(0, table.bytes(), "seed " + seed);
    assertTrue(left.size() <= 7);
  }
}
