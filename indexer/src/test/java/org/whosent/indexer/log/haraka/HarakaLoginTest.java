package org.whosent.indexer.log.haraka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/** Who logged in, and from where: the site's plugin, and the connection that it spoke of. */
class HarakaLoginTest {
  private static final String STAMP = "2026-11-23T10:00:00.000Z ";
  private static final String UUID = "00000000-0000-4000-8000-000000000001";
  private static final String OTHER = "00000000-0000-4000-8000-000000000002";

  private Lines lines;

  @BeforeEach
  void nothingWasRead() {
    lines = new Lines("haraka");
  }

  private LineKind read(String id, String plugin, String text) {
    return lines.read(STAMP + "[NOTICE] [" + id + "] [" + plugin + "] " + text);
  }

  private static String login(String user, String transaction) {
    return "auth_user=" + user + " txn=" + transaction + " ip=203.0.113.5 mail_from=<a@b>";
  }

  private SubmissionRecord one(String id, String plugin, String text) {
    int before = lines.facts.size();
    assertEquals(LineKind.USED, read(id, plugin, text));
    assertEquals(before + 1, lines.facts.size());
    return lines.facts.getLast();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alice",
        "anne marie",
        "x ip=192.0.2.9 mail_from=<v>",
        "x txn=" + OTHER + ".1 ip=192.0.2.9",
        "x txn=" + UUID + ".1",
        "x txn=" + UUID + " ip=192.0.2.9",
        "undefined ",
        "Null",
        "\"",
      })
  void theLoginEndsWhereItsTransactionStands(String user) {
    SubmissionRecord facts = one(UUID + ".1", "site", login(user, UUID + ".1"));
    assertEquals(user, facts.user());
    assertEquals(Origin.AUTHENTICATED, facts.origin());
    assertEquals("203.0.113.5", facts.client());
    assertEquals("a@b", facts.mailFrom());
    assertEquals(UUID + ".1", facts.transactionId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "undefined", "null"})
  void nobodyLoggedIn(String user) {
    SubmissionRecord facts = one(UUID + ".1", "site", login(user, UUID + ".1"));
    assertNull(facts.user());
    assertEquals(Origin.UNAUTHENTICATED, facts.origin());
  }

  @Test
  void aLoginHasAnEnd() {
    String longest = "x".repeat(1024);
    assertEquals(longest, one(UUID + ".1", "site", login(longest, UUID + ".1")).user());
    assertEquals(LineKind.UNKNOWN, read(UUID + ".1", "site", login(longest + 'x', UUID + ".1")));
    assertEquals(1, lines.facts.size());
  }

  /** The plugin speaks for its own transaction, and only so. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        UUID + ".1|auth_user=alice txn=" + UUID + ".2 ip=203.0.113.5 mail_from=<a>",
        UUID + ".1|auth_user=alice txn=" + OTHER + ".1 ip=203.0.113.5 mail_from=<a>",
        UUID + ".1|auth_user=alice txn=" + UUID + ".1 mail_from=<a>",
        UUID + ".1|auth_user=alice txn=" + UUID + ".1 ip=203.0.113.5 mail_from=<a> later=1",
        UUID + ".1|auth_user=alice txn=" + UUID + ".1 ip=pc.example mail_from=<a>",
        UUID + ".1|auth_user=alice",
        UUID + "|auth_user=alice txn=" + UUID + " ip=203.0.113.5 mail_from=<a>",
        UUID + ".1.1|auth_user=alice txn=" + UUID + ".1.1 ip=203.0.113.5 mail_from=<a>",
        "-|auth_user=alice txn=- ip=203.0.113.5 mail_from=<a>",
      })
  void whatIsOfNoTransactionNamesNobody(String id, String text) {
    lines.assertNothing(LineKind.UNKNOWN, read(id, "site", text));
  }

  /** Haraka's own lines repeat what clients say. */
  @ParameterizedTest
  @ValueSource(strings = {"core", "outbound", "tls", "server"})
  void noLoginIsReadFromHarakasOwnLines(String plugin) {
    for (String id : List.of(UUID + ".1", UUID + ".1.1", UUID)) {
      assertEquals(LineKind.KNOWN, read(id, plugin, login("alice", id)));
    }
    lines.assertNothing(
        LineKind.KNOWN, read(UUID + ".1", "site", "x " + login("alice", UUID + ".1")));
  }

  @Test
  void theConnectionsPortAndTlsAreTheTransactions() {
    read(UUID, "core", "connect ip=203.0.113.5 port=4711 local_ip=192.0.2.1 local_port=587");
    read(UUID, "tls", "secured: cipher=C-1 version=TLSv1.3 verified=false");
    read(OTHER, "core", "connect ip=198.51.100.9 port=9");
    read(OTHER, "tls", "secured: cipher=OTHER version=TLSv1.2");
    SubmissionRecord facts = one(UUID + ".1", "site", login("alice", UUID + ".1"));
    assertEquals(4711, facts.clientPort());
    assertEquals("TLSv1.3", facts.tlsVersion());
    assertEquals("C-1", facts.tlsCipher());
    facts = one(UUID + ".1", "core", "sender <a@b> code=CONT msg=\"\"");
    assertEquals("a@b", facts.mailFrom());
    assertNull(facts.client(), "the plugin has said it");
    assertNull(facts.tlsVersion());
    facts = one(UUID + ".2", "core", "sender <a@b> code=CONT msg=\"\"");
    assertEquals("203.0.113.5", facts.client());
    assertEquals(4711, facts.clientPort());
    assertEquals("C-1", facts.tlsCipher());
    assertNull(facts.user());
    assertNull(facts.origin());
    facts = one(UUID + ".2", "core", "sender <a@b> code=CONT msg=\"\"");
    assertNull(facts.client(), "it was said before");
  }

  @ParameterizedTest
  @CsvSource({"0,", "1,1", "65535,65535", "65536,", "99999,"})
  void aPortIsOne(String logged, Integer port) {
    read(UUID, "core", "connect ip=203.0.113.5 port=" + logged);
    assertEquals(port, one(UUID + ".1", "site", login("alice", UUID + ".1")).clientPort());
  }

  /** A proxy before it speaks for the client, whose port is another. */
  @Test
  void aPortOfAnotherAddressIsNotTheClients() {
    read(UUID, "core", "connect ip=192.0.2.1 port=4711");
    SubmissionRecord facts = one(UUID + ".1", "site", login("alice", UUID + ".1"));
    assertEquals("203.0.113.5", facts.client());
    assertNull(facts.clientPort());
  }

  /** As 2.8.28, 3.0.4 and 3.3.4 log it. */
  @ParameterizedTest
  @CsvSource({
    "TCP4,203.0.113.5:33032,192.0.2.1:587,203.0.113.5,33032",
    "TCP6,2001:db8::1:5:33032,2001:db8::2:587,2001:db8::1:5,33032",
    "TCP4,203.0.113.5:0,192.0.2.1:587,203.0.113.5,",
  })
  void behindAProxyTheClientIsItsClient(
      String protocol, String source, String to, String client, Integer port) {
    read(UUID, "core", "connect ip=192.0.2.1 port=4711 local_ip=192.0.2.1 local_port=587");
    String told = "HAProxy proto=%s src_ip=%s dst_ip=%s".formatted(protocol, source, to);
    assertEquals(LineKind.KNOWN, read(UUID, "core", told));
    read(UUID, "auth/flat_file", "delaying for 1 seconds");
    assertEquals(client, lines.failures.getLast().client());
    assertEquals(port, lines.failures.getLast().clientPort());
    SubmissionRecord facts = one(UUID + ".1", "core", "sender <a@b> code=CONT msg=\"\"");
    assertEquals(client, facts.client());
    assertEquals(port, facts.clientPort());
  }

  /** Haraka believes a client behind the proxy that says PROXY once more. */
  @Test
  void anAddressThatTheClientMadeUpIsNotHis() {
    read(UUID, "core", "connect ip=192.0.2.1 port=4711");
    read(UUID, "core", "HAProxy proto=TCP4 src_ip=198.51.100.9:9 dst_ip=192.0.2.1:587");
    read(UUID, "core", "HAProxy proto=TCP4 src_ip=203.0.113.5:8 dst_ip=192.0.2.1:587");
    SubmissionRecord facts = one(UUID + ".1", "site", login("alice", UUID + ".1"));
    assertEquals("alice", facts.user());
    assertEquals("198.51.100.9", facts.client());
    assertEquals(9, facts.clientPort());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HAProxy proto=UNKNOWN src_ip=198.51.100.9:9 dst_ip=192.0.2.1:587",
        "HAProxy proto=TCP4 src_ip=198.51.100.9 dst_ip=192.0.2.1:587",
        "HAProxy proto=TCP4 src_ip=198.51.100.9:9",
      })
  void whatIsNoWordOfAProxyTellsNoClient(String text) {
    read(UUID, "core", "connect ip=203.0.113.5 port=4711");
    read(UUID, "core", text);
    read(UUID, "site", "HAProxy proto=TCP4 src_ip=198.51.100.9:9 dst_ip=192.0.2.1:587");
    read(OTHER, "core", "HAProxy proto=TCP4 src_ip=198.51.100.9:9 dst_ip=192.0.2.1:587");
    assertEquals(4711, one(UUID + ".1", "site", login("alice", UUID + ".1")).clientPort());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"connect ip=x port=1", "connect ip=203.0.113.5 port=", "connect ip=203.0.113.5"})
  void aConnectionThatDoesNotReadIsNone(String text) {
    assertEquals(LineKind.UNKNOWN, read(UUID, "core", text));
    assertEquals(LineKind.UNKNOWN, read("-", "core", "connect ip=203.0.113.5 port=1"));
    assertEquals(LineKind.KNOWN, read("-", "core", "disconnect ip=203.0.113.5 rdns=x helo=y"));
    assertNull(one(UUID + ".1", "core", "sender <a@b> code=OK").client());
  }

  @Test
  void aConnectionThatComesAgainBringsNothingWithIt() {
    read(UUID, "core", "connect ip=203.0.113.5 port=4711");
    read(UUID, "tls", "secured: cipher=C-1 version=TLSv1.3");
    one(UUID + ".1", "site", login("alice", UUID + ".1"));
    read(UUID, "core", "connect ip=198.51.100.9 port=9");
    SubmissionRecord facts = one(UUID + ".1", "core", "sender <a@b> code=OK");
    assertEquals("198.51.100.9", facts.client());
    assertNull(facts.tlsVersion());
    assertNull(facts.user());
  }

  @Test
  void anotherHostsConnectionIsAnother() {
    String head = "2026-11-23T10:00:00.000000+00:00 ";
    String body = " haraka[1]: [NOTICE] [" + UUID;
    lines.read(head + "a" + body + "] [core] connect ip=203.0.113.5 port=1");
    lines.read(head + "b" + body + "] [core] connect ip=198.51.100.9 port=2");
    lines.read(head + "b" + body + "] [tls] secured: cipher=B version=TLSv1.2");
    lines.read(head + "b" + body + ".1] [core] sender <b@b> code=OK");
    assertEquals("198.51.100.9", lines.facts.getLast().client());
    lines.read(head + "a" + body + ".1] [core] sender <a@a> code=OK");
    assertEquals("203.0.113.5", lines.facts.getLast().client());
    assertNull(lines.facts.getLast().tlsVersion());
    int before = lines.facts.size();
    lines.read(head + "b" + body + "] [core] disconnect ip=198.51.100.9 rdns=x helo=pc");
    assertEquals(before + 1, lines.facts.size());
    assertEquals("b", lines.facts.getLast().host());
    lines.read(head + "a" + body + ".1] [core] recipient <r@a> code=OK");
    lines.read(head + "b" + body + ".1.1] [outbound] recipient <r@a> rejected: 550 no");
    assertEquals("a", lines.facts.getLast().host(), "nothing is known of b's recipient");
  }

  @Test
  void theHeloIsOfAllItsTransactions() {
    read(UUID, "core", "connect ip=203.0.113.5 port=4711");
    one(UUID + ".1", "site", login("alice", UUID + ".1"));
    one(UUID + ".2", "core", "sender <a@b> code=CONT msg=\"\"");
    lines.facts.clear();
    assertEquals(
        LineKind.USED,
        read(UUID, "core", "disconnect ip=203.0.113.5 rdns=NX helo=\"x \\\"y\" relay=N helo=z"));
    assertEquals(
        List.of(UUID + ".1", UUID + ".2"),
        lines.facts.stream().map(SubmissionRecord::transactionId).toList());
    assertEquals(List.of("x \"y", "x \"y"), lines.facts.stream().map(r -> r.helo()).toList());
    assertEquals(
        LineKind.KNOWN, read(UUID, "core", "disconnect ip=203.0.113.5 rdns=NX helo=again"));
    assertEquals(2, lines.facts.size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "disconnect ip=203.0.113.5 rdns=a b helo=pc",
        "disconnect ip=203.0.113.5 helo=pc",
        "disconnect ip=203.0.113.5 rdns=NX helo=LONG",
      })
  void aHeloThatDoesNotReadIsNone(String text) {
    read(UUID, "core", "connect ip=203.0.113.5 port=4711");
    one(UUID + ".1", "site", login("alice", UUID + ".1"));
    assertEquals(LineKind.KNOWN, read(UUID, "core", text.replace("LONG", "x".repeat(513))));
    assertEquals(1, lines.facts.size());
    read(UUID, "core", "connect ip=203.0.113.5 port=4711");
    assertEquals(
        LineKind.KNOWN, read(UUID, "core", "disconnect ip=203.0.113.5 rdns=NX helo=unsent"));
  }

  @Test
  void aLongHelo() {
    read(UUID, "core", "connect ip=203.0.113.5 port=4711");
    one(UUID + ".1", "site", login("alice", UUID + ".1"));
    String helo = "x".repeat(512);
    assertEquals(
        helo, one(UUID, "core", "disconnect ip=203.0.113.5 rdns=NX helo=" + helo + " r=N").helo());
  }

  /** A connection that never ends. */
  @Test
  void fiftyTransactionsHaveAHelo() {
    read(UUID, "core", "connect ip=203.0.113.5 port=4711");
    for (int i = 1; i <= 60; i++) {
      String transaction = UUID + '.' + i;
      boolean told = i % 2 == 0;
      SubmissionRecord facts =
          told
              ? one(transaction, "site", login("alice", transaction))
              : one(transaction, "core", "sender <a@b> code=OK");
      assertEquals(told || i <= 50 ? "203.0.113.5" : null, facts.client());
    }
    lines.facts.clear();
    read(UUID, "core", "disconnect ip=203.0.113.5 rdns=NX helo=pc");
    assertEquals(50, lines.facts.size());
  }

  @Test
  void whereAFailedLoginCameFrom() {
    read(UUID, "core", "connect ip=203.0.113.5 port=4711");
    assertEquals(LineKind.USED, read(UUID, "auth/flat_file", "delaying for 1 seconds"));
    assertEquals("203.0.113.5", lines.failures.getLast().client());
    assertEquals(4711, lines.failures.getLast().clientPort());
    assertNull(lines.failures.getLast().login());
    read("-", "auth/flat_file", "delaying for 1 seconds");
    assertNull(lines.failures.getLast().client());
    assertNull(lines.failures.getLast().clientPort());
    assertEquals(LineKind.KNOWN, read(UUID, "site", "delaying for 1 seconds"));
    assertEquals(LineKind.KNOWN, read(UUID, "auth/flat_file", "not delaying for 1 seconds"));
    assertEquals(LineKind.KNOWN, read(UUID, "core", "delaying for 1 seconds"));
    assertEquals(2, lines.loginFailures);
    assertEquals(List.of(), lines.facts);
  }
}
