package org.whosent.indexer.log.opensmtpd;

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

/** Whose session it is, and that nothing of one comes into another. */
class OpenSmtpdSessionsTest {
  private static final String SESSION = "00000000000000aa smtp ";
  private static final String CONNECTED = "connected address=203.0.113.5 host=pc.example";
  private static final String TLS = "tls ciphers=TLSv1.3:TLS_AES_256_GCM_SHA384:256";
  private static final String LOGIN = "authentication user=alice result=ok";
  private static final String MESSAGE = "message msgid=0000000b size=4711 nrcpt=1 proto=ESMTP";

  private Lines lines;

  @BeforeEach
  void nothingWasRead() {
    lines = new Lines("opensmtpd");
  }

  private LineKind read(String host, String text) {
    return lines.read("2026-11-23T10:00:00.000000+00:00 " + host + " smtpd[77]: " + text);
  }

  private LineKind session(String event) {
    return read("mail", SESSION + event);
  }

  private SubmissionRecord message() {
    int before = lines.facts.size();
    session(MESSAGE);
    assertEquals(before + 1, lines.facts.size());
    return lines.facts.getLast();
  }

  @Test
  void whoLoggedInFromWhere() {
    assertEquals(LineKind.KNOWN, session(CONNECTED));
    assertEquals(LineKind.KNOWN, session(TLS));
    assertEquals(LineKind.KNOWN, session(LOGIN));
    SubmissionRecord facts = message();
    assertEquals("alice", facts.user());
    assertEquals(Origin.AUTHENTICATED, facts.origin());
    assertEquals("203.0.113.5", facts.client());
    assertEquals("pc.example", facts.clientName());
    assertEquals("TLSv1.3", facts.tlsVersion());
    assertEquals("TLS_AES_256_GCM_SHA384", facts.tlsCipher());
    assertEquals("ESMTP", facts.protocol());
    assertEquals(4711, facts.size());
    assertNull(facts.mailFrom());
    assertEquals(LineKind.USED, session(MESSAGE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "authentication user=alice result=permfail",
        "authentication user=alice address=203.0.113.5 host=x result=tempfail",
        "failed-command command=\"AUTH PLAIN " + LOGIN + "\" result=\"" + LOGIN + "\"",
      })
  void aLoginThatFailedIsNone(String event) {
    session(CONNECTED);
    session(event);
    SubmissionRecord facts = message();
    assertNull(facts.user());
    assertEquals(Origin.UNAUTHENTICATED, facts.origin());
    assertEquals("203.0.113.5", facts.client());
  }

  /** The server as another server's client, to which it logs in itself. */
  @ParameterizedTest
  @ValueSource(strings = {"mta ", "mda "})
  void aLoginElsewhereIsNobodysHere(String part) {
    session(CONNECTED);
    assertEquals(LineKind.KNOWN, read("mail", "00000000000000aa " + part + LOGIN));
    assertEquals(LineKind.KNOWN, read("mail", "00000000000000aa " + part + "connected"));
    SubmissionRecord facts = message();
    assertNull(facts.user());
    assertEquals(Origin.UNAUTHENTICATED, facts.origin());
  }

  /** Perhaps somebody logged in: neither is it somebody nor nobody. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "authentication user=alice result=ok and more",
        "authentication user=alice smith result=ok",
        "authentication user= result=ok",
        "authentication user=alice result=OK",
        "authentication user=alice",
        "authentication of a later version",
      })
  void aLoginThatDoesNotReadLeavesItOpen(String event) {
    assertEquals(LineKind.UNKNOWN, session(event), "without a session");
    session(CONNECTED);
    assertEquals(LineKind.UNKNOWN, session(event));
    SubmissionRecord facts = message();
    assertNull(facts.user());
    assertNull(facts.origin());
    assertEquals("203.0.113.5", facts.client());
    assertEquals(LineKind.UNKNOWN, session(MESSAGE));
    assertEquals(0, lines.loginFailures);
  }

  /** Seen with 7.6: of ten backslashes, written twice each, seven are left of such a login. */
  @Test
  void aLoginThatMayHaveBeenCutIsNobodys() {
    String longest = "m".repeat(251);
    for (String cut : List.of("m", "mmmm", "\\\\mm", "\\040")) {
      session(CONNECTED);
      assertEquals(
          LineKind.UNKNOWN, session("authentication user=" + longest + cut + " result=ok"));
      SubmissionRecord facts = message();
      assertNull(facts.user());
      assertNull(facts.origin());
    }
    session("authentication user=" + longest + " result=ok");
    assertEquals(longest, message().user());
  }

  /** The log was rotated away, or the reader forgot. */
  @Test
  void ofASessionWhoseBeginningIsNotThereOnlyALoginCounts() {
    assertEquals(LineKind.UNKNOWN, session(MESSAGE));
    assertNull(lines.facts.getLast().origin());
    session(TLS);
    SubmissionRecord facts = message();
    assertNull(facts.origin(), "a login may stand before it");
    assertEquals("TLSv1.3", facts.tlsVersion());
    assertNull(facts.client());
    assertEquals(LineKind.UNKNOWN, session(MESSAGE));
    session("envelope evpid=0000000b00000001 from=<> to=<c@d>");
    assertNull(lines.facts.getLast().origin(), "nor is it known to be local");
    session(LOGIN);
    facts = message();
    assertEquals("alice", facts.user());
    assertEquals("TLSv1.3", facts.tlsVersion());
    assertEquals(LineKind.USED, session(MESSAGE));
  }

  /** What a stranger's host name may do to the line. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "connected address=203.0.113.5 host=a b",
        "connected address=203.0.113.5 host=",
        "connected address=nowhere host=x",
        "connected to the world",
      })
  void aBeginningThatDoesNotReadIsNone(String event) {
    assertEquals(LineKind.UNKNOWN, session(event));
    assertNull(message().origin());
    assertNull(lines.facts.getLast().client());
  }

  @ParameterizedTest
  @CsvSource({
    "disconnected reason=quit",
    "disconnected",
    "closed address=203.0.113.5 host=x reason=quit",
  })
  void whatEndedIsOver(String end) {
    session(CONNECTED);
    session(TLS);
    session(LOGIN);
    assertEquals(LineKind.KNOWN, session(end));
    SubmissionRecord facts = message();
    assertNull(facts.user());
    assertNull(facts.origin());
    assertNull(facts.client());
    assertNull(facts.tlsVersion());
  }

  @Test
  void anIdThatComesAgainBringsNothingWithIt() {
    session(CONNECTED);
    session(TLS);
    session(LOGIN);
    session("connected address=198.51.100.9 host=<unknown>");
    SubmissionRecord facts = message();
    assertNull(facts.user());
    assertEquals(Origin.UNAUTHENTICATED, facts.origin());
    assertEquals("198.51.100.9", facts.client());
    assertNull(facts.clientName());
    assertNull(facts.tlsVersion());
  }

  @Test
  void anotherHostsSessionIsAnother() {
    session(CONNECTED);
    session(LOGIN);
    read("other", SESSION + "connected address=198.51.100.9 host=x");
    read("other", SESSION + MESSAGE);
    assertNull(lines.facts.getLast().user());
    assertEquals("198.51.100.9", lines.facts.getLast().client());
    read("other", SESSION + "disconnected");
    assertEquals("alice", message().user());
  }

  @ParameterizedTest
  @CsvSource({"www@mail.example,LOCAL", "'',INTERNAL"})
  void aCommandOnTheMachineItself(String sender, Origin origin) {
    session("connected address=local host=mail.example");
    SubmissionRecord facts = message();
    assertNull(facts.origin(), "the sender tells");
    assertNull(facts.client());
    assertNull(facts.clientName());
    session("envelope evpid=0000000b00000001 from=<" + sender + "> to=<c@d>");
    facts = lines.facts.getLast();
    assertEquals(origin, facts.origin());
    assertEquals(sender, facts.mailFrom());
    session(
        "message address=local host=x msgid=0000000c from=<"
            + sender
            + "> to=<c@d> size=1 ndest=1 proto=ESMTP");
    facts = lines.facts.getLast();
    assertEquals(origin, facts.origin());
    assertEquals(sender, facts.mailFrom());
    assertEquals("c@d", facts.recipients().getFirst().address());
  }

  /** A local command that logs in, and those who come over the network. */
  @Test
  void onlyWhoDidNotLogInIsLocal() {
    session(CONNECTED);
    session("envelope evpid=0000000b00000001 from=<> to=<c@d>");
    assertNull(lines.facts.getLast().origin());
    session("connected address=local host=mail.example");
    session(LOGIN);
    session("envelope evpid=0000000b00000001 from=<a@b> to=<c@d>");
    assertNull(lines.facts.getLast().origin());
    assertEquals(Origin.AUTHENTICATED, message().origin());
  }

  @Test
  void whereAFailedLoginCameFrom() {
    session("authentication user=bob result=permfail");
    session(CONNECTED);
    assertEquals(LineKind.USED, session("authentication user=bob\\040b result=permfail"));
    assertNull(lines.failures.getFirst().client());
    assertEquals("203.0.113.5", lines.failures.getLast().client());
    assertEquals("bob b", lines.failures.getLast().login());
    assertEquals("mail", lines.failures.getLast().host());
    assertEquals(List.of(), lines.facts);
  }

  @Test
  void refusedCommandsAreCounted() {
    session("failed-command command=\"RCPT TO:<a@b>\" result=\"550 no\"");
    session("failed-command command=\"MAIL FROM:<a@b>\" result=\"550 no\"");
    assertEquals(2, lines.refusals);
    assertEquals(
        LineKind.KNOWN,
        session("failed-command command=\"EHLO RCPT TO:<a@b>\" result=\"500 MAIL \""));
    assertEquals(
        LineKind.KNOWN,
        read(
            "mail", "00000000000000aa mta failed-command command=\"RCPT TO:<a@b>\" result=\"no\""));
    assertEquals(2, lines.refusals);
    assertEquals(List.of(), lines.facts);
  }
}
