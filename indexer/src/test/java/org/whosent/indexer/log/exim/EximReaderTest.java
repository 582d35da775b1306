package org.whosent.indexer.log.exim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.indexer.log.formats.LogSources;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.SubmissionRecord;

class EximReaderTest {
  private static final String HEAD = "2026-11-23 15:54:07 1xVWMp-00006e-1u ";
  private final Lines lines = new Lines("exim");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "anne marie|anne marie",
        "m\\303\\274ller@example.com|müller@example.com",
        "m\\374ller|m\\374ller",
        "\\303\\050|\\303\\050",
        "CORP\\nina|CORP\\nina",
        "CORP\\303|CORP\\303",
        "x=y|x=y",
        "A=plain|A=plain",
        "id=1 T=2|id=1 T=2",
        "alice S=x|alice S=x",
      })
  void theLoginIsTakenWhole(String field, String user) {
    SubmissionRecord facts =
        lines.one(
            HEAD + "<= a@example.com H=(x) [192.0.2.9] P=esmtpa A=plain:" + field + " S=5 id=a@b");
    assertEquals(user, facts.user());
    assertEquals(Origin.AUTHENTICATED, facts.origin());
    assertEquals("plain", facts.mechanism());
    assertEquals("<a@b>", facts.messageId());
    assertNull(facts.localUser());
  }

  /** Older Exims take a sender of any length: nobody hides behind one. */
  @ParameterizedTest
  @ValueSource(ints = {989, 2000, 7000})
  void aSenderThatIsTooLongIsLeftOut(int length) {
    String local = "x".repeat(length);
    SubmissionRecord facts =
        lines.one(
            HEAD
                + "<= "
                + local
                + "@example.com H=(x) [192.0.2.9] P=esmtpa A=plain:alice S=5 id=a@b");
    assertEquals("alice", facts.user());
    assertEquals("192.0.2.9", facts.client());
    assertNull(facts.mailFrom());
  }

  /** With +smtp_mailauth a client's MAIL AUTH stands behind a colon, with a domain or without. */
  @ParameterizedTest
  @ValueSource(
      strings = {"alice:victim", "alice:victim@example.com", "anne marie:x", "alice:", "a:b:c"})
  void whatMayBeMailAuthIsNoPartOfALogin(String field) {
    SubmissionRecord facts =
        lines.one(
            HEAD + "<= a@example.com H=(x) [192.0.2.9] P=esmtpa A=plain:" + field + " S=5 id=a@b");
    assertNull(facts.user());
    assertEquals(Origin.AUTHENTICATED, facts.origin());
    assertEquals("<a@b>", facts.messageId());
  }

  /** Nor is it where site.yaml says that no login holds a colon; the login is known then. */
  @ParameterizedTest
  @CsvSource({
    "alice:victim, alice",
    "alice:a:b, alice",
    "alice, alice",
    "alice:x S=1 for \"v\"@w, alice",
    "alice:a b, alice",
    "alice:x S=1 id=a@b, alice",
    "alice:x P=y,",
    ":victim,",
  })
  void whereNoLoginHoldsAColonTheFirstOneEndsIt(String field, String user) {
    Lines split = new Lines(new EximReader(Lines.settings(), true));
    SubmissionRecord facts =
        split.one(
            HEAD + "<= a@example.com H=(x) [192.0.2.9] P=esmtpa A=plain:" + field + " S=5 id=a@b");
    assertEquals(user, facts.user());
    assertEquals(Origin.AUTHENTICATED, facts.origin());
    assertEquals(field.contains(" for ") ? null : "<a@b>", facts.messageId());
    // A HELO that imitates a login, before a field that is not known.
    split = new Lines(new EximReader(Lines.settings(), true));
    facts =
        split.one(
            HEAD
                + "<= a@example.com H=(x) [192.0.2.7] P=esmtpa A=plain:victim:) [192.0.2.9] NEW=1"
                + " P=esmtpa A=plain:mallory S=5 id=a@b");
    assertNull(facts.user());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<= a@example.com H=(x) [192.0.2.9] P=esmtpa A=plain:alice",
        "<= a@example.com H=(x) [192.0.2.9] P=esmtpa A=plain:alice S=",
        "<= a@example.com H=(x) [192.0.2.9] P=esmtpa A=plain:alice S=5x",
        "<= a@example.com H=(x) [192.0.2.9] P=esmtpa A=plain:alice S=5 later=x",
        "<= a@example.com H=(x) [192.0.2.9] later=x P=esmtpa A=plain:alice S=5",
        "<= a@example.com H=(x) [192.0.2.9.1] P=esmtpa A=plain:alice S=5",
        "<= a@example.com H=(x) 192.0.2.9 P=esmtpa A=plain:alice S=5",
        "<= a@example.com H=a b (x) [192.0.2.9] P=esmtpa A=plain:alice S=5",
        "<= a@example.com A=plain:alice H=(x) [192.0.2.9] P=esmtpa S=5",
        "<= a@example.com H=(x) [192.0.2.9] A=plain:alice P=esmtpa S=5",
        "<= a b@example.com H=(x) [192.0.2.9] P=esmtpa A=plain:alice S=5",
        "<= \"a@example.com H=(x) [192.0.2.9] P=esmtpa A=plain:alice S=5",
        "<= a@example.com H=(x) [192.0.2.9] P=esmtpa A=plain:alice S=5 T=\"x",
        "<= a@example.com H=(x) [192.0.2.9] P=esmtpa A=plain:alice S=5 T=\"x\"y\"",
        "<= a@example.com H=(x) [192.0.2.9] P=esmtpa A=plain:alice S=5 for ",
        "<= ",
      })
  void anArrivalThatDoesNotReadNamesNobodyAndIsCounted(String text) {
    assertEquals(LineKind.UNKNOWN, lines.read(HEAD + text));
    assertEquals(1, lines.facts.size(), "the message is there");
    SubmissionRecord facts = lines.facts.getFirst();
    assertEquals(SubmissionRecord.Builder.of(facts.time(), "", "1xVWMp-00006e-1u").build(), facts);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-11-23 15:54:07 1xVWMp-00006e-1u <= a@b U=a P=local S=1|2026-11-23T15:54:07Z",
        "2026-11-23 15:54:07.123 1xVWMp-00006e-1u <= a@b U=a P=local S=1|2026-11-23T15:54:07.123Z",
        "2026-11-23 15:54:07 +0130 1xVWMp-00006e-1u <= a@b U=a P=local S=1|2026-11-23T14:24:07Z",
        "2026-11-23 15:54:07.123 -0130 [77] 1xVWMp-00006e-1u <= a@b U=a P=local S=1"
            + "|2026-11-23T17:24:07.123Z",
        "2026-11-23 15:54:60 [77] 1xVWMp-00006e-1u <= a@b U=a P=local S=1|2026-11-23T15:54:59Z",
        "Nov 23 15:54:07 mail exim[77]: [77] 1xVWMp-00006e-1u <= a@b U=a P=local S=1"
            + "|2026-11-23T15:54:07Z",
      })
  void timesInAllForms(String line, String time) {
    SubmissionRecord facts = lines.one(line);
    assertEquals(java.time.Instant.parse(time), facts.time());
    assertEquals("1xVWMp-00006e-1u", facts.transactionId());
    assertEquals("a", facts.localUser());
    assertEquals(Origin.LOCAL, facts.origin());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "2026-11-23",
        "2026-11-23 15:54:07x 1xVWMp-00006e-1u Completed",
        "2026-13-23 15:54:07 1xVWMp-00006e-1u Completed",
        "2026-02-30 15:54:07 1xVWMp-00006e-1u Completed",
        "2026-11-23 25:54:07 1xVWMp-00006e-1u Completed",
        "9999-11-23 15:54:07 1xVWMp-00006e-1u Completed",
        "0000-11-23 15:54:07 1xVWMp-00006e-1u Completed",
        "2026-11-23 15:54:07 +9900 1xVWMp-00006e-1u Completed",
        " 2026-11-23 15:54:07 1xVWMp-00006e-1u Completed",
        "Envelope-from: <a@b>",
      })
  void whatIsNoLogLine(String line) {
    lines.assertNothing(LineKind.NOT_A_LOG, lines.read(line));
  }

  @Test
  void refusalsAndFailedLoginsAreCountedAndAreNoSubmissions() {
    String time = "2026-11-23 15:54:07 ";
    lines.read(
        time + "plain authenticator failed for (x) [192.0.2.9]: 535 Incorrect (set_id=alice)");
    lines.read(
        time + "H=(x) [192.0.2.9] F=<a@b> A=plain:alice rejected RCPT <c@d>: Recipient blocked");
    lines.read(HEAD + "H=(x) [192.0.2.9] F=<a@b> A=plain:alice rejected after DATA: spam");
    lines.read(time + "rejected EHLO from [192.0.2.9]: syntactically invalid argument(s): a b");
    lines.read(time + " DSH=x.example [192.0.2.9] F=<a@b> temporarily rejected RCPT <c@d>: later");
    lines.read(HEAD + " DSH=x.example (x) [192.0.2.9] F=<a@b> rejected after DATA: spam");
    assertEquals(1, lines.loginFailures);
    assertEquals(5, lines.refusals);
    assertEquals(List.of(), lines.facts);
    assertEquals(5, lines.kinds.get(LineKind.KNOWN));
    assertEquals(1, lines.kinds.get(LineKind.USED)); // the failed login is kept
  }

  /** {@code log_write} in Exim's sources; what follows these beginnings is often a stranger's. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "DANE attempt failed; TLS connection to mx.example.net [192.0.2.7]: (certificate"
            + " verification failed): certificate invalid",
        "TLS session failure: callout unencrypted to 192.0.2.7 [192.0.2.7] (not in"
            + " hosts_require_tls)",
        "ACL \"warn\" with \"message\" setting found in a non-message (EHLO or HELO) ACL: cannot"
            + " specify header lines here: message ignored",
        "temporarily refused connection from (x) [192.0.2.9]: not in reserve list: connected=100"
            + " max=100 reserve=0",
        "unqualified sender rejected: <bob> H=(x) [192.0.2.9]",
        "too many recipients: message rejected: sender=<a@b> H=(x) [192.0.2.9]",
        "Start 'lists' queue run: pid=77",
        "Message is frozen",
        "qualify/rewrite: domain missing or malformed",
        "remote host address is the local host: example.org (while verifying <a@example.org> from"
            + " host (x) [192.0.2.9])",
        "lowest numbered MX record points to local host: example.org (while routing <a@b>)",
        "\"bob@box.example\" from env-from rewritten as \"bob@example.com\" by rule 1",
        "SA: Action: flagged as Spam but accepted: score=8.2 required=5.0 (scanned in 6/6 secs |"
            + " Message-Id: x). From <a@b> (host=x [192.0.2.9]) for <= victim@example.com U=victim"
            + " P=local S=1",
      })
  void whatEximSaysBesideMessagesIsKnown(String text) {
    lines.assertNothing(LineKind.KNOWN, lines.read("2026-11-23 15:54:07 " + text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain_client authenticator failed H=mx.example.net [192.0.2.7] 535 no (set_id=victim)",
        "login authenticator cancelled authentication H=mx.example.net [192.0.2.7] Invalid base64"
            + " string in server response \"334 User?\"",
        "DANE error: TLSA lookup for mx.example.net not DNSSEC",
        "original recipients ignored (system filter)",
        "\"<= bob\"@box.example\" from env-from rewritten as \"bob@example.com\" by submission"
            + " mode",
        "Delivery deferred by system filter",
        "x <= y@far.example: error ignored: RFC 3461 DSN, failure notify not requested",
        "=> discarded (system filter)",
        "=> blackhole (DATA ACL discarded recipients): not wanted",
        "** mua_wrapper is set but recipients cannot all be delivered in one transaction",
        "smtp transport process returned non-zero status 0x000b: terminated by signal 11",
        "Spool file 1xVWMp-00006e-1u-D not found",
        "<\"a b\"@example.com>: piped transport output: 2026-11-23 15:54:07 <= a@b U=v P=local S=1",
        "PRDR R=<c@d> refusal",
        "PRDR c@d not for <= victim@example.com U=victim P=local S=1",
        "failure to store header From: in DMARC: Function called with NULL Context, header was"
            + " 'From: <a@b>",
        "1xVWMp-00006e-1u no recipients found in headers",
        "mx.example.net [192.0.2.7] Connection refused",
        "mx.example.net [2001:db8::7] Operation timed out",
        "mx.example.net [192.0.2.7]:2525 No route to host",
      })
  void whatEximSaysOfAMessageIsKnown(String text) {
    lines.assertNothing(LineKind.KNOWN, lines.read(HEAD + text));
    assertEquals(0, lines.loginFailures, "Exim itself was the client");
  }

  /** A local delivery is logged without the domain, and every address without its quotes. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "=> a b7 <\"a b7\"@far.example> F=<> P=<> R=scan T=pipe S=427 QT=1s DT=1s"
            + "|\"a b7\"@far.example",
        "=> a, b=c <\"a, b=c\"@far.example> R=scan T=pipe|\"a, b=c\"@far.example",
        "=> a \"b\\ c <\"a \\\"b\\\\ c\"@far.example> R=scan T=pipe"
            + "|\"a \\\"b\\\\ c\"@far.example",
        "=> x> to=<y <\"x> to=<y\"@far.example> R=scan T=pipe|\"x> to=<y\"@far.example",
        "** a b7 <\"a b7\"@far.example> R=scan T=pipe: no|\"a b7\"@far.example",
      })
  void aLocalPartThatWasQuotedIsTheRecipients(String text, String address) {
    SubmissionRecord facts = lines.one(HEAD + text);
    assertEquals(address, facts.recipients().getFirst().address());
    assertNull(facts.recipients().getFirst().finalAddress());
  }

  /** What comes back from a filter over loopback, of mail with a Message-ID or without. */
  @ParameterizedTest
  @CsvSource({
    "a@b,a@b,true",
    ",,true",
    ",a@b,false",
    "a@b,,false",
    "c@b,a@b,false",
  })
  void whatAFilterGivesBackIsTheSameMessage(String before, String behind, boolean same) {
    String id = before == null ? "" : " id=" + before;
    lines.read(HEAD + "<= a@b H=(x) [127.0.0.1] P=esmtpa A=plain:alice S=5" + id + " for c@d");
    id = behind == null ? "" : " id=" + behind;
    lines.read(
        "2026-11-23 15:54:07 1xVWMq-00006g-22 <= a@b H=(f) [127.0.0.1] P=esmtp S=9"
            + id
            + " for c@d");
    assertEquals(Origin.UNAUTHENTICATED, lines.facts.getLast().origin());
    int facts = lines.facts.size();
    lines.read(
        HEAD
            + "=> c@d R=scan T=smtp H=127.0.0.1 [127.0.0.1]"
            + " C=\"250 2.0.0 from MTA: 250 OK id=1xVWMq-00006g-22\"");
    assertEquals(same ? 2 : 1, lines.facts.size() - facts);
    assertEquals(same ? List.of("1xVWMq-00006g-22") : List.of(), lines.facts.getLast().aliases());
  }

  /** A recipient's domain names its servers as it likes, and they answer what they like. */
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1 [127.0.0.1]:10025,true",
    "localhost [::1]:10025,true",
    "mx.far.example [198.51.100.1]:25,false",
    "x[127.0.0.1] [198.51.100.1]:25,false",
    "[127.0.0.1] [198.51.100.1],false",
    "x[127.0.0.1],false",
    "127.0.0.1,false",
  })
  void onlyWhatWentToThisMachineComesBackFromIt(String hop, boolean same) {
    lines.read(HEAD + "<= a@b H=(x) [192.0.2.9] P=esmtpa A=plain:alice S=5 id=a@b");
    lines.read("2026-11-23 15:54:07 1xVWMq-00006g-22 <= a@b H=(f) [127.0.0.1] P=esmtp S=9 id=a@b");
    lines.read(HEAD + "=> c@d R=scan T=smtp H=" + hop + " C=\"250 OK id=1xVWMq-00006g-22\"");
    assertEquals(LineKind.USED, lines.read(HEAD + "Completed"));
    boolean joined = lines.facts.stream().anyMatch(facts -> !facts.aliases().isEmpty());
    assertEquals(same, joined);
  }

  /** {@code routers/redirect.c}, where a filter delivers nowhere. */
  @Test
  void aFilterDiscards() {
    SubmissionRecord facts = lines.one(HEAD + "=> discarded <ann@example.com> R=userfilter");
    assertEquals("ann@example.com", facts.recipients().getFirst().address());
    assertEquals(Outcome.DISCARDED, facts.recipients().getFirst().outcome());
    assertEquals(LineKind.UNKNOWN, lines.read(HEAD + "=> joe <ann@example.com> R=userfilter"));
  }

  @Test
  void anotherProgramsLinesAreNotExims() {
    LogSource exim = LogSources.named("exim").orElseThrow();
    assertTrue(exim.recognises(HEAD + "Completed"));
    assertTrue(exim.recognises("2026-11-23 15:54:07 Start queue run: pid=7"));
    assertFalse(exim.recognises("2026-11-23 15:54:07 INFO started"));
    assertFalse(exim.recognises("2026-11-23 15:54:07 1xVWMp-00006e-1u something else"));
    assertFalse(exim.recognises("2026-11-23T15:54:07Z mail postfix/qmgr[7]: 4B00A1C2D3: removed"));
    lines.assertNothing(
        LineKind.FOREIGN,
        lines.read("Nov 23 15:54:07 mail su[7]: 1xVWMp-00006e-1u <= a@b U=a P=local S=1"));
  }

  @Test
  void ofAnEndlessLineNothingIsKept() {
    String line = HEAD + "<= a@example.com H=(" + ") [192.0.2.9".repeat(4000);
    assertEquals(LineKind.UNKNOWN, lines.read(line));
    assertEquals(
        LineKind.UNKNOWN, lines.read(HEAD + "=> " + " R=x T=y H=z [192.0.2.9]".repeat(4000)));
    assertEquals(LineKind.UNKNOWN, lines.read(HEAD + "<= " + "\"\\".repeat(500_000)));
  }
}
