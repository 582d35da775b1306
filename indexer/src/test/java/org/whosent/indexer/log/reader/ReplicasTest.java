package org.whosent.indexer.log.reader;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
}
