package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table against a map of the JDK in order of access. */
class TransactionTableTest {
  private record Key(String host, String id) {}

  static Stream<Long> seeds() {
    return Stream.concat(new Random(5).longs(10).boxed(), Stream.of(System.nanoTime()));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void doesWhatAMapInOrderOfAccessDoes(long seed) {
    Random random = new Random(seed);
    TransactionTable table = new TransactionTable();
    LinkedHashMap<Key, TransactionTable.Entry> map = new LinkedHashMap<>(16, 0.75f, true);
    int ids = 1 + random.nextInt(5_000);
    for (int step = 0; step < 20_000; step++) {
      Key key = new Key("h" + random.nextInt(3), id(random.nextInt(ids)));
      int what = random.nextInt(1000);
      if (what < 700) {
        TransactionTable.Entry entry = table.get(key.host, key.id);
        TransactionTable.Entry known = map.get(key);
        if (known == null) {
          map.put(key, entry);
          assertEquals(key, new Key(entry.host, entry.transactionId), "seed " + seed);
        } else {
          assertSame(known, entry, "seed " + seed);
        }
      } else if (what < 900) {
        assertSame(map.remove(key), table.remove(key.host, key.id), "seed " + seed);
      } else if (what < 999 && !map.isEmpty()) {
        Key oldest = map.keySet().iterator().next();
        assertSame(map.remove(oldest), table.removeOldest(), "seed " + seed);
      } else if (what == 999 && random.nextInt(10) == 0) {
        map.clear();
        table.clear();
      }
      assertEquals(map.size(), table.size(), "seed " + seed);
    }
    List<TransactionTable.Entry> all = new ArrayList<>();
    table.forEach(all::add);
    assertEquals(List.copyOf(map.values()), all, "seed " + seed);
  }

  /** Texts of which some have the same hash, as {@code "Aa"} and {@code "BB"} do. */
  private static String id(int number) {
    return Integer.toString(number >> 4, 36)
        + (number % 2 == 0 ? "Aa" : "BB")
        + ((number >> 1) % 2 == 0 ? "Aa" : "BB")
        + (number >> 2 & 3);
  }

  @Test
  void equalHashesAreNotEqualTransactions() {
    TransactionTable table = new TransactionTable();
    TransactionTable.Entry one = table.get("host", "AaAa");
    TransactionTable.Entry two = table.get("host", "BBBB");
    assertNotSame(one, two);
    assertNotSame(table.get("Aa", "x"), table.get("BB", "x"));
    assertSame(one, table.remove("host", "AaAa"));
    assertNull(table.remove("host", "AaAa"));
    assertSame(two, table.removeOldest());
  }

  @Test
  void nothingIsOldestInAnEmptyTable() {
    assertThrows(NoSuchElementException.class, () -> new TransactionTable().removeOldest());
  }
}
