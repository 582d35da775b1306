package org.whosent.indexer.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class ActorTest {
  @Test
  void auditUserIdOfTheKernel() {
    assertEquals(1000, Actor.loginUid("1000"));
    assertNull(Actor.loginUid("4294967295"), "not set");
    assertNull(Actor.loginUid("what"));
    assertNull(Actor.loginUid(null));
  }
}
