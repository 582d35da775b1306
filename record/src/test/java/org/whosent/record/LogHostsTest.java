package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogHostsTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  @Test
  void whatNamesNoMachine() {
    for (String name :
        List.of(
            "",
            "localhost",
            "localhost.localdomain",
            "4f3c2a1b0c9d",
            "0".repeat(64),
            "postfix-7c9d8f6b5d-x2x9k",
            "x".repeat(300))) {
      assertEquals(List.of(), LogHosts.of(name), name);
    }
    for (String name : List.of("node1", "postfix-0", "203.0.113.5", "mail-outgoing-relay")) {
      assertEquals(List.of(name), LogHosts.of(name), name);
    }
    assertEquals(List.of("node1.example.com"), LogHosts.of("Node1.Example.COM"));
    for (String name : List.of("4f3c2a1b0c9d", "0".repeat(64), "postfix-7c9d8f6b5d-x2x9k")) {
      assertTrue(LogHosts.isMadeAnew(name), name);
    }
    for (String name :
        List.of("", "localhost", "localhost.localdomain", "node1", "mail-relay-one")) {
      assertFalse(LogHosts.isMadeAnew(name), name);
    }
  }

  @Test
  void oneWithAndWithoutItsDomain() {
    assertTrue(LogHosts.isOne("node1", "node1.example.com"));
    assertTrue(LogHosts.isOne("node1.example.com", "node1"));
    assertFalse(LogHosts.isOne("node1", "node10"));
    assertFalse(LogHosts.isOne("node1", "node12.example.com"));
    assertFalse(LogHosts.isOne("node1.fra.example.com", "node1.ams.example.com"));
    assertFalse(LogHosts.isOne("203.0.113", "203.0.113.5"));
    assertEquals("node1", LogHosts.label("node1.example.com"));
    assertEquals("203.0.113.5", LogHosts.label("203.0.113.5"));
    assertEquals("2001:db8::1.2.3.4", LogHosts.label("2001:db8::1.2.3.4"));
  }

  private static SubmissionRecord.Builder facts(int second, String... logHosts) {
    SubmissionRecord.Builder facts = new SubmissionRecord.Builder();
    facts.time = NOON.plusSeconds(second);
    facts.transactionId = "0AB12CD34F";
    facts.host = "mail.example.com";
    facts.logHosts = List.of(logHosts);
    return facts;
  }

  private static void assertSame(
      boolean same, SubmissionRecord.Builder one, SubmissionRecord.Builder two) {
    SubmissionRecord a = one.build();
    SubmissionRecord b = two.build();
    assertEquals(same, a.sameTransaction(b));
    assertEquals(same, b.sameTransaction(a));
    assertEquals(same, new GrowingRecord(a).sameTransaction(b));
    assertEquals(same, new GrowingRecord(b).sameTransaction(a));
    if (same) {
      GrowingRecord growing = new GrowingRecord(b);
      growing.add(a);
      assertEquals(a.merge(b), growing.record());
      assertEquals(a.merge(b), b.merge(a));
    }
  }

  @Test
  void factsOfTwoMachinesAreOfTwoMessages() {
    assertSame(false, facts(0, "node1"), facts(1, "node2"));
    assertSame(true, facts(0, "node1"), facts(1, "node1.example.com"));
    assertSame(true, facts(0, "node1"), facts(1));
    assertSame(true, facts(0, "node1", "node2"), facts(1, "node2"));
  }

  private static SubmissionRecord.Builder opening(
      int second, String logHost, Origin origin, String user, String client) {
    SubmissionRecord.Builder facts = facts(second, logHost);
    facts.origin = origin;
    facts.user = user;
    facts.client = client;
    return facts;
  }

  @Test
  void oneOpeningOfOneUserByTwoNamesIsOne() {
    SubmissionRecord.Builder alice =
        opening(0, "node1", Origin.AUTHENTICATED, "alice", "192.0.2.7");
    assertSame(true, alice, opening(2, "collector", Origin.AUTHENTICATED, "alice", "192.0.2.7"));
    assertSame(true, alice, opening(0, "collector", Origin.AUTHENTICATED, "alice", null));
    assertSame(false, alice, opening(3, "collector", Origin.AUTHENTICATED, "alice", "192.0.2.7"));
    assertSame(false, alice, opening(0, "collector", Origin.AUTHENTICATED, "alice", "192.0.2.8"));
    assertSame(false, alice, opening(0, "collector", Origin.AUTHENTICATED, "bob", "192.0.2.7"));
    SubmissionRecord.Builder inbound =
        opening(0, "node1", Origin.UNAUTHENTICATED, null, "198.51.100.1");
    assertSame(
        true, inbound, opening(0, "collector", Origin.UNAUTHENTICATED, null, "198.51.100.1"));
    // What a filter gave back may be of two users.
    SubmissionRecord.Builder back = opening(0, "node1", Origin.UNAUTHENTICATED, null, "127.0.0.1");
    assertSame(false, back, opening(0, "node2", Origin.UNAUTHENTICATED, null, "127.0.0.1"));
    SubmissionRecord.Builder local = opening(0, "node1", Origin.LOCAL, null, null);
    local.localUser = "uid:5";
    SubmissionRecord.Builder other = opening(0, "node2", Origin.LOCAL, null, null);
    other.localUser = "uid:5";
    assertSame(false, local, other);
  }

  @Test
  void aContinuationIsOnItsOwnMachine() {
    SubmissionRecord.Builder first =
        opening(0, "node1", Origin.AUTHENTICATED, "alice", "192.0.2.7");
    first.transactionId = "0FFFFFFFF1";
    first.continuations = List.of(new Continuation("0AB12CD34F", NOON, null, null).text());
    assertSame(true, first, facts(0, "node1"));
    assertSame(false, first, facts(0, "node2"));
  }
}
