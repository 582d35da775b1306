package org.whosent.indexer.log.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReplicasTest {
  private final Replicas replicas = new Replicas();

  @Test
  void oneAfterTheOtherIsOneServer() {
    for (int i = 0; i < 3000; i++) {
      assertFalse(replicas.met("name" + i));
      assertFalse(replicas.met("name" + i));
    }
  }

  @Test
  void aNameThatComesBackWasThereAllTheTime() {
    assertFalse(replicas.met("gone"));
    assertFalse(replicas.met("a"));
    assertFalse(replicas.met("b"));
    assertTrue(replicas.met("a"));
    assertTrue(replicas.met("b"));
    assertTrue(replicas.met("b"));
    assertFalse(replicas.met("c"));
    assertTrue(replicas.met("a"));
    assertTrue(replicas.met("c"));
    assertFalse(replicas.met("last"));
  }

  /** What is said of a name, from all that was heard so far: no table, no order. */
  @Test
  void whatTheWholeHistorySays() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      Replicas met = new Replicas();
      List<String> history = new ArrayList<>();
      int names = 1 + random.nextInt(6);
      for (int i = 0; i < 60; i++) {
        String name = "name" + random.nextInt(names);
        history.add(name);
        assertEquals(isAmongSeveral(history, name), met.met(name), "seed " + seed + history);
      }
    }
  }

  private static boolean isAmongSeveral(List<String> history, String name) {
    List<String> since = history.subList(history.indexOf(name), history.size());
    return since.stream().anyMatch(other -> !other.equals(name));
  }

  @Test
  void ofTooManyTheOneHeardLongestAgoIsForgotten() {
    for (int i = 0; i < 1000; i++) {
      assertFalse(replicas.met("name" + i));
    }
    assertTrue(replicas.met("name0"));
    assertFalse(replicas.met("one too many")); // name1 goes
    assertTrue(replicas.met("name0"));
    assertTrue(replicas.met("name2"));
    assertFalse(replicas.met("name1"));
  }
}
