package org.whosent.indexer.log.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.View;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/** A message before and behind Proxmox Mail Gateway's filter is one, where its lines prove it. */
class ProxmoxFilterTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final String SESSION = "2C225C6817C7EEE1481";
  private static final String RELAY = "127.0.0.1[127.0.0.1]:10023";
  private static final String BACK =
      "client=localhost.localdomain[127.0.0.1], orig_client=pc[192.0.2.7]";
  private static final String LOGIN =
      "client=pc[192.0.2.7], sasl_method=PLAIN, sasl_username=alice";

  private final List<String> log = new ArrayList<>();

  private void line(String program, String text) {
    int seconds = log.size();
    log.add(
        "2026-11-23T10:%02d:%02d.000000+00:00 mail %s: %s"
            .formatted(seconds / 60, seconds % 60, program, text));
  }

  private void message(String opener, String id, String opening, String messageId) {
    line("postfix/" + opener, id + ": " + opening);
    line("postfix/cleanup[5]", id + ": message-id=" + messageId);
    line("postfix/qmgr[6]", id + ": from=<a@example.com>, size=100, nrcpt=1 (queue active)");
  }

  private void filter(String text) {
    line("pmg-smtp-filter[2065603]", text);
  }

  private void accepts(String address, String id) {
    filter(SESSION + ": accept mail to <" + address + "> (" + id + ") (rule: default-accept)");
  }

  private void sent(String id, String address, String relay, String reply) {
    line(
        "postfix/lmtp[7]",
        "%s: to=<%s>, relay=%s, delay=1, delays=0/0/0/1, dsn=2.5.0, status=sent (%s)"
            .formatted(id, address, relay, reply));
  }

  private void answers() {
    sent("A11111111A", "x@far.example", RELAY, "250 2.5.0 OK (" + SESSION + ")");
  }

  private List<SubmissionRecord> records() throws IOException {
    Lines lines = new Lines();
    log.forEach(lines::read);
    InMemoryRecordStore store = new InMemoryRecordStore();
    List<SubmissionRecord> records = new ArrayList<>();
    try (Batch batch = store.begin()) {
      for (SubmissionRecord each : lines.facts) {
        batch.add(each);
      }
      batch.commit();
    }
    try (View view = store.view()) {
      view.search(RecordQuery.ALL).forEachRemaining(records::add);
    }
    return records;
  }

  private static SubmissionRecord under(List<SubmissionRecord> records, String id) {
    List<SubmissionRecord> found =
        records.stream().filter(r -> ClueType.TRANSACTION_ID.of(r).contains(id)).toList();
    assertEquals(1, found.size(), found::toString);
    return found.getFirst();
  }

  private void begun() {
    message("submission/smtpd[1]", "A11111111A", LOGIN, "<m@x>");
    filter(SESSION + ": new mail message-id=<m@x>#012");
  }

  @Test
  void behindTheQueueItIsOneMessage() throws IOException {
    begun();
    message("smtpd[2]", "B22222222B", BACK, "<m@x>");
    accepts("x@far.example", "B22222222B");
    filter(SESSION + ": processing time: 0.5 seconds (0.1, 0.2, 0)");
    answers();
    List<SubmissionRecord> records = records();
    assertEquals(1, records.size(), records::toString);
    SubmissionRecord record = under(records, "B22222222B");
    assertEquals("A11111111A", record.transactionId());
    assertEquals("alice", record.user());
    assertEquals("192.0.2.7", record.client());
  }

  @Test
  void rulesMayPartIt() throws IOException {
    begun();
    message("smtpd[2]", "B22222222B", BACK, "<m@x>");
    accepts("x@far.example", "B22222222B");
    accepts("y@far.example", "B22222222B");
    message("smtpd[2]", "C33333333C", BACK, "<m@x>");
    accepts("z@far.example", "C33333333C");
    answers();
    List<SubmissionRecord> records = records();
    assertEquals("alice", under(records, "B22222222B").user());
    assertEquals("alice", under(records, "C33333333C").user());
    assertEquals(1, records.size(), records::toString);
  }

  @Test
  void beforeTheQueueTheLoginIsTheSessions() throws IOException {
    line("postfix/submission/smtpd[1]", "connect from pc[192.0.2.7]");
    line("postfix/submission/smtpd[1]", "NOQUEUE: " + LOGIN);
    message("smtpd[2]", "B22222222B", BACK, "<m@x>");
    accepts("x@far.example", "B22222222B");
    line(
        "postfix/submission/smtpd[1]",
        "proxy-accept: END-OF-MESSAGE: 250 2.5.0 OK ("
            + SESSION
            + "); from=<a@example.com> to=<x@far.example> proto=ESMTP helo=<x>");
    SubmissionRecord record = under(records(), "B22222222B");
    assertEquals("alice", record.user());
    assertEquals("192.0.2.7", record.client());
  }

  /** Each of these has something of another message, or of nobody's filter. */
  @ParameterizedTest
  @ValueSource(
      strings = {"noLine", "otherProgram", "otherHost", "farRelay", "messageId", "login", "before"})
  void whatIsNotProvenJoinsNothing(String lacks) throws IOException {
    if (lacks.equals("before")) {
      message("smtpd[2]", "B22222222B", BACK, "<m@x>");
    }
    begun();
    if (!lacks.equals("before")) {
      message(
          "smtpd[2]",
          "B22222222B",
          lacks.equals("login") ? LOGIN.replace("alice", "carol") : BACK,
          lacks.equals("messageId") ? "<n@x>" : "<m@x>");
    }
    String accept = SESSION + ": accept mail to <x@far.example> (B22222222B) (rule: r)";
    switch (lacks) {
      case "noLine" -> filter("x " + accept);
      case "otherProgram" -> line("webapp[1]", accept);
      case "otherHost" ->
          log.add("2026-11-23T10:00:30.000000+00:00 evil pmg-smtp-filter[1]: " + accept);
      default -> filter(accept);
    }
    sent(
        "A11111111A",
        "x@far.example",
        lacks.equals("farRelay") ? "mx.evil.example[198.51.100.66]:25" : RELAY,
        "250 2.5.0 OK (" + SESSION + ")");
    List<SubmissionRecord> records = records();
    assertEquals(2, records.size(), records::toString);
    assertEquals("alice", under(records, "A11111111A").user());
    String other = under(records, "B22222222B").user();
    assertEquals(lacks.equals("login") ? "carol" : null, other);
  }

  /** A sender's quoted address that holds what stands behind one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"x> (B22222222B) (rule: y\"@far.example",
        "\"x> (B22222222B)\"@far.example",
        "x@far.example> (B22222222B) (rule: y> (",
      })
  void anAddressNamesNoQueueId(String address) throws IOException {
    begun();
    message("smtpd[2]", "B22222222B", BACK, "<m@x>");
    accepts(address, "C33333333C");
    answers();
    assertNull(under(records(), "B22222222B").user());
  }

  @Test
  void aSessionThatBeginsAgainIsAnother() throws IOException {
    begun();
    message("smtpd[2]", "B22222222B", BACK, "<m@x>");
    accepts("x@far.example", "B22222222B");
    filter(SESSION + ": new mail message-id=<m@x>#012");
    answers();
    assertNull(under(records(), "B22222222B").user());
    // What the sender says of the message is no line of its own.
    assertTrue(
        new ProxmoxFilter(new Forgotten())
            .read(
                "mail",
                NOON,
                SESSION
                    + ": new mail message-id="
                    + SESSION
                    + ": accept mail to <x> (B22222222B)"));
    ProxmoxFilter filter = new ProxmoxFilter(new Forgotten());
    filter.read("mail", NOON, SESSION + ": new mail message-id=<: accept mail to <x> (B22222222B)");
    filter.read("mail", NOON, SESSION + ": SA score=0/5 hits=x accept mail to <x> (B22222222B)");
    assertEquals(List.of(), filter.queueIds("mail", "250 2.5.0 OK (" + SESSION + ")"));
    filter.read("mail", NOON, SESSION + ": accept mail to <x> (B22222222B)");
    assertEquals(List.of("B22222222B"), filter.queueIds("mail", "250 2.5.0 OK (" + SESSION + ")"));
    assertEquals(List.of(), filter.queueIds("mail", "250 2.5.0 OK (" + SESSION + ") x"));
    assertEquals(List.of(), filter.queueIds("mail", "250 2.5.0 OK: (" + SESSION + ")"));
    assertEquals(List.of(), filter.queueIds("mail2", "250 2.5.0 OK (" + SESSION + ")"));
  }

  @Test
  void ofTooManyTheOldestIsForgottenAndCounted() {
    Forgotten forgotten = new Forgotten();
    ProxmoxFilter filter = new ProxmoxFilter(forgotten);
    forgotten.now(NOON);
    for (int i = 0; i <= 20_000; i++) {
      filter.read("mail", NOON, "%08X: accept mail to <x> (B22222222B)".formatted(i));
    }
    assertEquals(1, forgotten.count());
    assertEquals(List.of(), filter.queueIds("mail", "250 2.5.0 OK (00000000)"));
    assertEquals(List.of("B22222222B"), filter.queueIds("mail", "250 2.5.0 OK (00000001)"));
  }
}
