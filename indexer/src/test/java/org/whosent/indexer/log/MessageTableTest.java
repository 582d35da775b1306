package org.whosent.indexer.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table does what maps of the JDK do, in the order of insertion and of access. */
class MessageTableTest {
  private static final class Message extends MessageTable.Entry {
    Message(String host, String id) {
      super(host, id);
    }
  }

  /** Hosts and IDs that have one hash code each, as texts. */
  @Test
  void textsChosenToHaveOneHashCodeDoNot() {
    MessageTable<Message> table = new MessageTable<>();
    Set<Integer> hashes = new HashSet<>();
    for (int i = 0; i < 256; i++) {
      hashes.add(table.hash(twin(i & 15), twin(i >> 4)));
    }
    assertEquals(1, Stream.of(0, 5, 15).map(bits -> twin(bits).hashCode()).distinct().count());
    assertTrue(hashes.size() > 250, () -> hashes.size() + " of 256");
  }

  private static String twin(int bits) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      text.append((bits >> i & 1) == 0 ? "Aa" : "BB");
    }
    return text.toString();
  }

  private record Key(String host, String id) {}

  static Stream<Long> seeds() {
    return Stream.concat(new Random(5).longs(20).boxed(), Stream.of(System.nanoTime()));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void isAsAMap(long seed) {
    Random random = new Random(seed);
    int most = 1 + random.nextInt(300);
    MessageTable<Message> table = new MessageTable<>();
    Map<Key, Message> map = new LinkedHashMap<>();
    for (int i = 0; i < 5_000; i++) {
      String why = "seed " + seed + ", step " + i;
      String host = "h" + random.nextInt(2);
      // "Aa" and "BB" have one hash: IDs of them fall in one slot.
      String id = (random.nextBoolean() ? "Aa" : "BB") + random.nextInt(400);
      Key key = new Key(host, id);
      assertSame(map.get(key), table.get(host, id), why);
      if (random.nextInt(3) > 0) {
        Message message = new Message(host, id);
        Message before = map.remove(key);
        map.put(key, message);
        assertSame(before, table.put(message), why);
      }
      if (map.size() > most) {
        Key first = map.keySet().iterator().next();
        assertSame(map.remove(first), table.removeOldest(), why);
        assertNull(table.get(first.host, first.id), why);
      }
      assertEquals(map.size(), table.size(), why);
    }
    List<Message> all = new ArrayList<>();
    table.forEach(all::add);
    assertEquals(List.copyOf(map.values()), all, "seed " + seed);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void isAsAMapInOrderOfAccess(long seed) {
    Random random = new Random(seed);
    MessageTable<Message> table = new MessageTable<>();
    Map<Key, Message> map = new LinkedHashMap<>(16, 0.75f, true);
    int ids = 1 + random.nextInt(5_000);
    for (int step = 0; step < 20_000; step++) {
      String why = "seed " + seed + ", step " + step;
      String id = (random.nextBoolean() ? "Aa" : "BB") + random.nextInt(ids);
      Key key = new Key("h" + random.nextInt(3), id);
      int what = random.nextInt(1000);
      if (what < 700) {
        Message message = table.get(key.host, key.id);
        assertSame(map.get(key), message, why);
        if (message == null) {
          message = new Message(key.host, key.id);
          table.add(message);
          map.put(key, message);
        } else {
          table.renew(message);
        }
      } else if (what < 900) {
        assertSame(map.remove(key), table.remove(key.host, key.id), why);
      } else if (what < 999 && !map.isEmpty()) {
        Key oldest = map.keySet().iterator().next();
        assertSame(map.remove(oldest), table.removeOldest(), why);
      } else if (what == 999 && random.nextInt(10) == 0) {
        map.clear();
        table.clear();
      }
      assertEquals(map.size(), table.size(), why);
    }
    List<Message> all = new ArrayList<>();
    table.forEach(all::add);
    assertEquals(List.copyOf(map.values()), all, "seed " + seed);
  }
}
