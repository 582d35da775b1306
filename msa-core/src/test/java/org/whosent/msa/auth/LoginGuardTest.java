package org.whosent.msa.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Guessing from one place and from many. */
class LoginGuardTest {
  private static final Duration BLOCK = Duration.ofMinutes(10);
  private Instant now = Instant.parse("2026-11-23T10:00:00Z");
  private final LoginGuard guard =
      new LoginGuard(
          new LoginGuard.Bounds(
              3, 6, Duration.ofHours(1), BLOCK, a -> a.getHostAddress().startsWith("10.")));

  private static InetAddress ip(String text) throws Exception {
    return InetAddress.getByName(text);
  }

  private LoginGuard.Failure fail(String client, String login) throws Exception {
    return guard.failed(ip(client), login, now);
  }

  private boolean blocked(String client, String login) throws Exception {
    return guard.isBlocked(ip(client), login, now);
  }

  @Test
  void accountIsBlockedForTheNetworkOnly() throws Exception {
    assertEquals(1, fail("192.0.2.1", "alice").failures());
    assertEquals(2, fail("192.0.2.1", "ALICE").failures());
    assertFalse(blocked("192.0.2.1", "alice"));
    assertEquals(BLOCK, fail("192.0.2.1", "alice").accountBlocked());
    assertTrue(blocked("192.0.2.1", "Alice"));
    assertFalse(blocked("192.0.2.2", "alice"), "the owner is elsewhere");
    assertFalse(blocked("192.0.2.1", "bob"), "others are behind the same address");
    // More of the same does not reach the others.
    for (int i = 0; i < 50; i++) {
      assertEquals(Duration.ZERO, fail("192.0.2.1", "alice").networkBlocked());
    }
    assertFalse(blocked("192.0.2.1", "bob"));
    now = now.plus(BLOCK);
    assertFalse(blocked("192.0.2.1", "alice"));
    fail("192.0.2.1", "alice");
    fail("192.0.2.1", "alice");
    assertEquals(BLOCK.multipliedBy(2), fail("192.0.2.1", "alice").accountBlocked());
  }

  @Test
  void noBlockLastsUntilATimeThatTheClockHadByMistake() throws Exception {
    Instant right = now;
    now = right.plus(Duration.ofDays(400));
    for (int i = 0; i < 3; i++) {
      fail("192.0.2.1", "alice");
    }
    assertTrue(blocked("192.0.2.1", "alice"));
    // Not for a thread that looked at the clock before another one.
    now = now.minusSeconds(30);
    assertTrue(blocked("192.0.2.1", "alice"));
    now = right;
    assertFalse(blocked("192.0.2.1", "alice"));
    for (int i = 0; i < 3; i++) {
      fail("192.0.2.1", "alice");
    }
    assertTrue(blocked("192.0.2.1", "alice"), "it counts on from there");
  }

  @Test
  void spellingsThatAStoreTakesForOneNameAreOneAccount() throws Exception {
    fail("10.0.0.1", "al\u00adice");
    fail("10.0.0.1", " ALICE\t");
    fail("10.0.0.1", "\uff41lice\u200b\u0001");
    assertTrue(blocked("10.0.0.1", "alice"), "SCRAM and LDAP let all of them in as alice");
    fail("10.0.0.1", "bob  blank");
    fail("10.0.0.1", "bob blank");
    assertFalse(blocked("10.0.0.1", "bobblank"));
    fail("10.0.0.1", "bob\u00a0blank");
    assertTrue(blocked("10.0.0.1", "bob blank"));
  }

  @Test
  void sixtyFourBitsAreOneNetwork() throws Exception {
    for (int i = 0; i < 6; i++) {
      fail("2001:db8::" + i, "user" + i);
    }
    assertTrue(blocked("2001:db8::ffff", "someone"));
    assertFalse(blocked("2001:db8:0:1::1", "someone"));
  }

  @Test
  void successForgivesTheAccountNotTheNetwork() throws Exception {
    for (int i = 0; i < 5; i++) {
      fail("192.0.2.1", "guess" + i);
      guard.succeeded(ip("192.0.2.1"), "mine");
    }
    fail("192.0.2.1", "alice");
    assertTrue(blocked("192.0.2.1", "mine"));
    fail("192.0.2.9", "alice");
    fail("192.0.2.9", "alice");
    guard.succeeded(ip("192.0.2.9"), "alice");
    fail("192.0.2.9", "alice");
    assertFalse(blocked("192.0.2.9", "alice"));
  }

  @Test
  void exemptNetworksAndOldFailures() throws Exception {
    for (int i = 0; i < 50; i++) {
      fail("10.0.0.1", "user" + i);
    }
    assertFalse(blocked("10.0.0.1", "alice"));
    for (int i = 0; i < 10; i++) {
      fail("192.0.2.1", "alice");
      fail("192.0.2.1", "alice");
      now = now.plusSeconds(3601);
      assertFalse(blocked("192.0.2.1", "alice"));
    }
  }

  @Test
  void memoryIsBounded() throws Exception {
    byte[] address = {0x20, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    for (int i = 0; i < 200_000; i++) {
      address[5] = (byte) (i >> 16);
      address[6] = (byte) (i >> 8);
      address[7] = (byte) i;
      guard.failed(InetAddress.getByAddress(address), "name" + i, now);
    }
    assertEquals(2 * 65_536, guard.size());
  }
}
