package org.whosent.indexer.log.haraka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.SubmissionRecord;

/** What a connection's end says of messages that were never sent; lines of a live Haraka 3.3. */
class HarakaConnectionTest {
  private static final String UUID = "39A68A24-89AA-402B-AE3A-65A58CCB4694";
  private static final Instant END = Instant.parse("2026-11-27T17:38:43.827Z");
  private static final String COUNTS =
      " relay=Y early=N esmtp=Y tls=N pipe=N errors=0 txns=2 rcpts=2/0/0 msgs=1/0/0 bytes=273";

  private final Lines lines = new Lines("haraka");

  private void line(String id, String text) {
    lines.read("2026-11-27T17:38:43.085Z [NOTICE] [" + id + "] [core] " + text);
  }

  private void connected() {
    line(UUID, "connect ip=127.0.0.3 port=53541 local_ip=127.0.0.1 local_port=37739");
  }

  private void begun(int transaction) {
    String id = UUID + '.' + transaction;
    line(id, "sender <reset@example.org> code=CONT msg=\"\"");
    line(id, "recipient <x@far.example> code=OK msg=\"\" sender=reset@example.org");
  }

  private void sent(int transaction) {
    line(
        UUID + '.' + transaction,
        "message mid=\"<t1-3-0-2, auth_user=bob>\" size=273 rcpts=1/0/0 delay=0.001 code=CONT"
            + " msg=\"\"");
  }

  /** When each of the transactions was over, in their order. */
  private List<Instant> ends(String helo, String counts) {
    lines.facts.clear();
    String line =
        "2026-11-27T17:38:43.827Z [NOTICE] [%s.2] [core] disconnect ip=127.0.0.3 rdns=NXDOMAIN"
            + " helo=%s%s lr=\"501 msgs=0/0/0\" time=2.782";
    lines.read(line.formatted(UUID, helo, counts));
    return lines.facts.stream().map(SubmissionRecord::completed).toList();
  }

  @Test
  void whatWasGivenUpIsOverAndWhatWasSentIsNot() {
    connected();
    begun(1);
    begun(2);
    sent(2);
    List<Instant> ends = ends("\"a,authid=bob\"", COUNTS);
    assertEquals(2, ends.size());
    assertEquals(END, ends.getFirst());
    assertNull(ends.getLast());
    assertEquals(UUID + ".1", lines.facts.getFirst().transactionId());
  }

  /** Haraka counts a message when it has answered: the client may be gone by then. */
  @Test
  void whatCameAndWasNotCountedAnyMoreMayBeInTheQueue() {
    connected();
    begun(1);
    sent(1);
    assertNull(ends("pc", COUNTS.replace("msgs=1", "msgs=0")).getFirst());
  }

  /** A line that tells of content may be lost. */
  @ParameterizedTest
  @ValueSource(strings = {"1/0/0", "0/1/0", "0/0/1", "2/0/0"})
  void moreCountedThanSeen(String counted) {
    connected();
    begun(1);
    assertNull(ends("pc", COUNTS.replace("1/0/0", counted)).getFirst());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " relay=Y early=N", " relay=Y x msgs=0/0/0", " msgs=0/0", "msgs=0/0/0"})
  void withoutCountsNothingIsOver(String counts) {
    connected();
    begun(1);
    assertNull(ends("pc", counts).getFirst());
  }

  @Test
  void whatAHelloNameCountsIsNoCount() {
    connected();
    begun(1);
    assertNull(ends("\"x msgs=0/0/0\"", COUNTS).getFirst());
    connected();
    begun(1);
    assertEquals(END, ends("\"x msgs=1/0/0\"", COUNTS.replace("1/0/0", "0/0/0")).getFirst());
  }
}
