package org.whosent.indexer.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ActorTest {
  @Test
  void auditUserIdOfTheKernel() {
    assertEquals(1000, Actor.loginUid("1000"));
    assertNull(Actor.loginUid("4294967295"), "not set");
    assertNull(Actor.loginUid("what"));
    assertNull(Actor.loginUid(null));
  }

  @Test
  void theKernelsWordIsAboveAVariable() {
    assertFalse(Actor.isDoubted("root", 0L));
    assertTrue(Actor.isDoubted("nobody", 0L), "root logged in, whatever SUDO_USER says");
    assertTrue(Actor.isDoubted("no-such-account-here", 0L));
    assertFalse(Actor.isDoubted(null, 0L));
    assertFalse(Actor.isDoubted("nobody", null), "the kernel says nothing");
  }
}
