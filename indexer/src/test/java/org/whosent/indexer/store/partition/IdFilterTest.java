package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** No ID is denied that was added, and most are that were not. */
class IdFilterTest {
  private static final int MANY = 1 << 16;

  @Test
  void whatWasAddedIsNeverDenied() {
    for (long seed : new long[] {1, System.nanoTime()}) {
      Random random = new Random(seed);
      IdFilter filter = new IdFilter();
      Set<String> ids = new HashSet<>();
      while (ids.size() < MANY) {
        String id = Long.toString(random.nextLong() >>> random.nextInt(64), 36);
        ids.add(id);
        filter.add(id);
      }
      ids.forEach(id -> assertTrue(filter.mayHave(id), id));
    }
  }

  /** IDs that count up, as queue IDs do, are told apart as well as any. */
  @Test
  void mostOthersAreDenied() {
    IdFilter filter = new IdFilter();
    for (int i = 0; i < MANY; i++) {
      filter.add(id(i));
    }
    int denied = 0;
    for (int i = MANY; i < 2 * MANY; i++) {
      denied += filter.mayHave(id(i)) ? 0 : 1;
    }
    assertTrue(denied > MANY * 0.85, denied + " of " + MANY);
    assertFalse(new IdFilter().mayHave(id(1)));
  }

  private static String id(int i) {
    return "06GZ%06XMGRXCBHRJS".formatted(i);
  }
}
