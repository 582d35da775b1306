package org.whosent.indexer.log.exim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/** Lines of a live Exim 4.96 that asks a Dovecot with master users, in one file of syslog's. */
class EximMastersTest {
  private static final String OF_2_3 = "dovecot: auth: Master user logging in as ";
  private static final String OF_2_4 =
      "dovecot: auth(boss,127.0.7.11,sasl:plain,master): Master user logging in as ";

  private final Lines lines = new Lines("exim");

  private LineKind read(String time, String text) {
    return lines.read("2026-11-30T" + time + ".000000+00:00 mail " + text);
  }

  private SubmissionRecord arrival(String time, String user, String client) {
    String id = "1xY4BP-000027-2q";
    read(
        time,
        "exim[135]: %s <= bob@example.com H=(laptop) [%s] P=esmtpa A=dovecot_plain:%s S=353 id=a@x.example"
            .formatted(id, client, user));
    return lines.facts.getLast();
  }

  private static void assertNobodys(SubmissionRecord facts, String account) {
    assertNull(facts.user());
    assertEquals(account, facts.authorizationId());
    assertEquals(Origin.AUTHENTICATED, facts.origin());
  }

  @ParameterizedTest
  @CsvSource({
    "2.3,victim@example.com,127.0.7.11,16:24:52,true",
    "2.3,victim@example.com,127.0.7.11,23:59:59,true", // a session may last
    "2.3,victim@example.com,127.0.7.12,16:24:52,true",
    "2.3,bob@example.com,127.0.7.11,16:24:52,false",
    "2.4,victim@example.com,127.0.7.11,16:24:52,true",
    "2.4,victim@example.com,127.0.7.12,16:24:52,false",
  })
  void whatHisAccountSendsMayBeHis(
      String version, String account, String client, String time, boolean his) {
    String line = version.equals("2.3") ? OF_2_3 : OF_2_4;
    assertEquals(LineKind.KNOWN, read("16:24:51", line + "victim@example.com"));
    SubmissionRecord facts = arrival(time, account, client);
    if (his) {
      assertNobodys(facts, account);
    } else {
      assertEquals(account, facts.user());
      assertNull(facts.authorizationId());
    }
  }

  /** A name that Exim writes as octal, and Dovecot as it is. */
  @Test
  void aNameBeyondAscii() {
    read("16:24:51", OF_2_3 + "müller@example.com");
    assertNobodys(
        arrival("16:24:52", "m\\303\\274ller@example.com", "127.0.7.11"), "müller@example.com");
  }

  @Test
  void aDayLaterItIsTheAccounts() {
    read("16:24:51", OF_2_3 + "alice");
    lines.read(
        "2026-12-01T16:24:53.000000+00:00 mail exim[135]: 1xY4BP-000027-2q <= a@example.com"
            + " H=(laptop) [127.0.7.11] P=esmtpa A=dovecot_plain:alice S=353");
    assertEquals("alice", lines.facts.getLast().user());
  }

  /** Two programs write them: Dovecot's line may stand behind Exim's. */
  @ParameterizedTest
  @CsvSource({"16:24:53,alice,true", "16:24:55,alice,false", "16:24:53,bob,false"})
  void dovecotsLineMayBeWrittenLater(String written, String account, boolean his) {
    SubmissionRecord opening = arrival("16:24:52", account, "127.0.7.11");
    assertEquals(account, opening.user());
    int before = lines.facts.size();
    assertEquals(his ? LineKind.USED : LineKind.KNOWN, read(written, OF_2_4 + "alice"));
    assertEquals(his ? before + 1 : before, lines.facts.size());
    if (his) {
      SubmissionRecord late = lines.facts.getLast();
      assertTrue(opening.sameTransaction(late));
      assertNobodys(opening.merge(late), account);
      assertNobodys(late.merge(opening), account);
      assertEquals("127.0.7.11", late.merge(opening).client());
    }
  }
}
