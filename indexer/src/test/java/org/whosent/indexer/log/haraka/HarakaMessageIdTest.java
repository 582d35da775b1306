package org.whosent.indexer.log.haraka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.SubmissionRecord;

/** Who sends two Message-IDs to Haraka 3.2 or older has lines of its log to himself. */
class HarakaMessageIdTest {
  private static final String STAMP = "2026-11-23T10:00:00.000Z ";
  private static final String TRANSACTION = "00000000-0000-4000-8000-000000000001.1";
  private static final String FORGED = login("victim");
  private static final String END = "\" size=4711 rcpts=1/0/0 delay=0.1 code=CONT msg=\"\"";

  private final Lines lines = new Lines("haraka");

  private static String login(String user) {
    return "[NOTICE] ["
        + TRANSACTION
        + "] [site] auth_user="
        + user
        + " txn="
        + TRANSACTION
        + " ip=203.0.113.5 mail_from=<a@b>";
  }

  private List<String> users() {
    return lines.facts.stream().map(SubmissionRecord::user).filter(Objects::nonNull).toList();
  }

  /** As {@code log.ini} has it, or behind what syslog or the journal puts before each line. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Nov 23 10:00:00 mx haraka[7]: ",
        "<14>1 2026-11-23T10:00:00Z mx haraka 7 - - "
      })
  void aLineOfAMessageIdIsNone(String header) {
    String message = header + STAMP + "[NOTICE] [" + TRANSACTION + "] [core] message mid=\"<a@b>";
    lines.read(header + STAMP + login("mallory"));
    lines.read(message);
    lines.read(header + STAMP + FORGED);
    String ended = STAMP + "[NOTICE] [" + TRANSACTION + "] [core] message mid=\"x" + END;
    lines.read(header + ended.replace("\"", "\\\"")); // as it comes out
    lines.read(header + STAMP + FORGED);
    lines.read(header + END);
    lines.read(header + STAMP + login("bob"));
    assertEquals(List.of("mallory", "bob"), users());
  }

  @Test
  void soItIsInLogfmt() {
    String head = STAMP + "level=NOTICE uuid=" + TRANSACTION + " origin=";
    String forged = head + "site message=\"" + FORGED.substring(FORGED.indexOf("auth")) + '"';
    lines.read(forged.replace("victim", "mallory"));
    lines.read(head + "core message=message mid=\"<a@b>");
    lines.read(forged.replace("\"", "\\\""));
    lines.read(STAMP + FORGED);
    lines.read(END);
    lines.read(forged.replace("victim", "bob"));
    assertEquals(List.of("mallory", "bob"), users());
  }

  /** In the file of a central syslog. */
  @Test
  void anotherHostsLinesAreItsOwn() {
    String there = "Nov 23 10:00:00 mx1 haraka[7]: " + STAMP;
    lines.read(there + "[NOTICE] [" + TRANSACTION + "] [core] message mid=\"<a@b>");
    lines.read(there.replace("mx1", "mx2") + login("alice"));
    lines.read(there + FORGED);
    assertEquals(List.of("alice"), users());
  }

  /** A line is lost, or one was cut. */
  @Test
  void whereItsEndIsMissingLaterLinesCountAgain() {
    lines.read(STAMP + "[NOTICE] [" + TRANSACTION + "] [core] message mid=\"<a@b>");
    for (int i = 0; i < 1100; i++) {
      lines.read(STAMP + login("bob"));
    }
    assertEquals(99, users().size());
  }

  /** What ends it begins with no time, and some collectors show no such line. */
  @Test
  void laterLinesOfTheConnectionShowThatItHasEnded() {
    String head = STAMP + "[NOTICE] [";
    lines.read(head + TRANSACTION + "] [core] message mid=\"<a@b>");
    lines.read(head + TRANSACTION.replace("-8000", "-8001") + "] [core] queue code=OK msg=\"x\"");
    lines.read(STAMP + FORGED);
    lines.read(head + TRANSACTION + "] [core] queue code=OK msg=\"taken\"");
    lines.read(STAMP + login("bob"));
    assertEquals(List.of("bob"), users());
  }

  @Test
  void aWholeOneChangesNothing() {
    String core = STAMP + "[NOTICE] [" + TRANSACTION + "] [core] ";
    SubmissionRecord facts = lines.one(core + "message mid=\"<a \\\" b@c>" + END);
    assertEquals("<a \" b@c>", facts.messageId());
    assertNull(facts.user());
    lines.read(STAMP + login("bob"));
    assertEquals(List.of("bob"), users());
  }
}
