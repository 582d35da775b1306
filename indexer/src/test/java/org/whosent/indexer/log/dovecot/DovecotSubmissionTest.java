package org.whosent.indexer.log.dovecot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.Continuation;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/** Whose message Dovecot relayed, and which of the relay's it became. */
class DovecotSubmissionTest {
  private static final String OWN_ID = "OWNOWNOWN0001";
  private static final String RELAYS_ID = "0A1B2C3D10";

  private Lines lines;

  @BeforeEach
  void nothingWasRead() {
    lines = new Lines("dovecot");
  }

  private LineKind read(String time, String host, String text) {
    return lines.read("2026-11-23T" + time + "+00:00 " + host + ' ' + text);
  }

  private LineKind dovecot(String text) {
    return read("10:00:02", "mail", "dovecot: " + text);
  }

  private static String login(String user, String rest, String session) {
    return "submission-login: Login: user=<%s>, method=PLAIN, rip=203.0.113.5, lip=192.0.2.1%s, session=<%s>"
        .formatted(user, rest, session);
  }

  private static String relayed(String user, String session) {
    return "submission("
        + user
        + ")<800><"
        + session
        + ">: Successfully relayed message: from=<erin@example.com>, size=1000, id="
        + OWN_ID
        + ", nrcpt=1, reply=`250 2.0.0 Ok: queued as "
        + RELAYS_ID
        + "'";
  }

  private SubmissionRecord one(String text) {
    int before = lines.facts.size();
    assertEquals(LineKind.USED, dovecot(text));
    assertEquals(before + 1, lines.facts.size());
    return lines.facts.getLast();
  }

  private static void assertContinued(SubmissionRecord facts, Instant opened, String instance) {
    assertEquals(
        List.of(new Continuation(RELAYS_ID, opened, instance, null).text()), facts.continuations());
  }

  private void assertNobody(String text) {
    int before = lines.facts.size();
    assertEquals(LineKind.UNKNOWN, dovecot(text));
    assertEquals(before, lines.facts.size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "''|ESMTPA|-|-",
        ", TLS|ESMTPSA|-|-",
        ", TLS, TLSv1.3 with cipher AES_X-1 (256/256 bits)|ESMTPSA|TLSv1.3|AES_X-1",
        ", secured|ESMTPA|-|-",
      })
  void theLoginsSession(String rest, String protocol, String version, String cipher) {
    assertEquals(LineKind.KNOWN, dovecot(login("erin", rest, "EEEE")));
    assertEquals(LineKind.KNOWN, dovecot(login("frank", ", TLS", "FFFF")));
    SubmissionRecord facts = one(relayed("erin", "EEEE"));
    assertEquals("erin", facts.user());
    assertEquals(Origin.AUTHENTICATED, facts.origin());
    assertEquals("PLAIN", facts.mechanism());
    assertEquals("203.0.113.5", facts.client());
    assertEquals(protocol, facts.protocol());
    assertEquals(version, facts.tlsVersion());
    assertEquals(cipher, facts.tlsCipher());
    assertEquals("submission", facts.service());
    assertEquals("erin@example.com", facts.mailFrom());
    assertEquals(1000, facts.size());
    assertEquals(OWN_ID, facts.transactionId());
    assertEquals(List.of(RELAYS_ID), facts.aliases());
    assertContinued(facts, Instant.parse("2026-11-23T10:00:02Z"), null);
  }

  @Test
  void aSessionThatWasNotReadSaysNoMoreThanTheLine() {
    dovecot(login("erin", ", TLS", "EEEE"));
    SubmissionRecord facts = one(relayed("erin", "FFFF"));
    assertEquals("erin", facts.user());
    assertNull(facts.client());
    assertNull(facts.protocol());
    read("10:00:02", "other", "dovecot: " + relayed("erin", "EEEE"));
    assertNull(lines.facts.getLast().client(), "another host's session");
    assertEquals("203.0.113.5", one(relayed("erin", "EEEE")).client());
  }

  /** The login's line and the message's name one user, or nobody. */
  @ParameterizedTest
  @ValueSource(strings = {"erin2", "eri", "Erin", "erin ", "x)<800><EEEE>: y"})
  void twoNamesOfOneSessionAreNobodys(String user) {
    dovecot(login("erin", ", TLS", "EEEE"));
    assertNobody(relayed(user, "EEEE"));
    assertEquals("erin", one(relayed("erin", "EEEE")).user());
    dovecot(login("frank", ", TLS", "EEEE"));
    assertNobody(relayed("erin", "EEEE"));
  }

  /** Names of accounts of a live Dovecot 2.3, as it and rsyslog wrote them. */
  @ParameterizedTest
  @CsvSource({
    "bob)<77><aaaa>,bob)<77><aaaa>,bob)<77><aaaa>",
    "a?[31mb,a#033[31mb,a?[31mb",
    "tab?here,tab#011here,tab?here",
    "a#033b,a#033b,a#033b"
  })
  void aNameLikeThePrefixOrWithControlCharacters(String loggedIn, String relays, String user) {
    dovecot(login(loggedIn, "", "7VeRqEVhJdZ/AAAC"));
    dovecot(login("bob", "", "aaaa"));
    assertEquals(user, one(relayed(relays, "7VeRqEVhJdZ/AAAC")).user());
  }

  /** What is put in place of a control character is no more than that. */
  @ParameterizedTest
  @ValueSource(strings = {"a#133b", "a#041b", "a#33b", "ab", "a#200b"})
  void anotherNameIsNobodys(String relays) {
    dovecot(login("a?b", "", "7VeRqEVhJdZ/AAAC"));
    assertNobody(relayed(relays, "7VeRqEVhJdZ/AAAC"));
  }

  /** Where the login's line is not there, the prefix alone ends the name. */
  @Test
  void aNameLikeThePrefixWithoutItsLogin() {
    dovecot(login("bob", "", "aaaa"));
    assertEquals("bob)<77><aaaa>", one(relayed("bob)<77><aaaa>", "EEEE")).user());
  }

  /** The login's line cuts a long name, the message's does not. */
  @ParameterizedTest
  @CsvSource({"50,50,true", "50,51,true", "64,90,true", "49,60,false", "50,49,false"})
  void aNameThatWasCut(int shown, int length, boolean same) {
    dovecot(login("n".repeat(shown) + "...", "", "EEEE"));
    if (same && length > shown) {
      assertEquals(length, one(relayed("n".repeat(length), "EEEE")).user().length());
    } else {
      assertNobody(relayed("n".repeat(length), "EEEE"));
    }
    assertNobody(relayed("m".repeat(length), "EEEE"));
    assertNobody(relayed("n".repeat(shown - 1) + "m" + "n".repeat(10), "EEEE"));
    assertEquals(shown + 3, one(relayed("n".repeat(shown) + "...", "EEEE")).user().length());
    dovecot(login("n".repeat(60), "", "EEEE"));
    assertNobody(relayed("n".repeat(61), "EEEE"));
  }

  /** An account's name may read like the line's words, and so may a sender. */
  @Test
  void wordsThatComeTwiceAreTheirsWhoLoggedIn() {
    String twice =
        "submission(x)<800><EEEE>: Successfully relayed message: from=<y)<800><EEEE>: Successfully"
            + " relayed message: from=<z>, size=1000, id=OWNOWNOWN0002, nrcpt=1, reply=`250 ok'";
    assertNobody(twice);
    dovecot(login("x", "", "EEEE"));
    SubmissionRecord facts = one(twice);
    assertEquals("x", facts.user());
    assertEquals(List.of(), facts.aliases());
    assertEquals(List.of(), facts.continuations());
    dovecot(login("x)<800><EEEE>: Successfully relayed message: from=<y", "", "EEEE"));
    assertNobody(twice);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "submission-login: Login: user=<erin>, session=<EEEE>",
        "submission-login: Logged in: nobody",
        "submission(erin)<800><EEEE>: Successfully relayed message: from=<x>",
        "submission(erin)<800>: Successfully relayed message: from=<x>, size=1, id=OWNOWNOWN0001,"
            + " nrcpt=1, reply=`250 ok'",
        "submission(erin)<800><EEEE>: x: Successfully relayed message: from=<x>, size=1,"
            + " id=OWNOWNOWN0001, nrcpt=1, reply=`250 ok'",
        "submission(erin)<800><EEEE>: Successfully relayed message: from=<x>, size=1,"
            + " id=OWNOWNOWN0001, nrcpt=1, reply=`550 no'",
        "submission-login: x: Successfully relayed message: from=<x>, size=1, id=OWNOWNOWN0001,"
            + " nrcpt=1, reply=`250 ok'",
      })
  void whatWouldNameAUserAndDoesNotReadIsCounted(String text) {
    assertNobody(text);
    assertEquals(0, lines.loginFailures);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "submission-login: Disconnected: Inactivity (no auth attempts): rip=192.0.2.9",
        "submission(erin)<800><EEEE>: Failed to relay message: from=<x>, size=1, reply=`550 no'",
        "submission(erin)<800><EEEE>: Disconnected: Logged out",
        "submission: Warning: x",
      })
  void whatIsOfNoUseIsKnown(String text) {
    lines.assertNothing(LineKind.KNOWN, dovecot(text));
    assertEquals(0, lines.loginFailures);
  }

  /** A failed login whose words hold a login that succeeds and a message. */
  @Test
  void aFailedLoginNamesNobody() {
    String typed =
        "x>, session=<EEEE>: Login: user=<erin>, method=PLAIN, rip=192.0.2.9, session=<EEEE>";
    dovecot(
        "submission-login: Disconnected: Aborted login (auth failed, 1 attempts in 1 secs): user=<"
            + typed
            + ">, method=PLAIN, rip=203.0.113.5, lip=192.0.2.1, session=<EEEE>");
    assertEquals("203.0.113.5", lines.failures.getFirst().client());
    dovecot("submission-login: Login aborted: Logged out (auth failed, " + relayed("v", "EEEE"));
    assertEquals(2, lines.loginFailures);
    assertEquals(1, lines.failures.size());
    assertEquals(List.of(), lines.facts);
    assertNull(one(relayed("erin", "EEEE")).client(), "no session was opened");
  }

  @ParameterizedTest
  @CsvSource({
    "09:30:02,true",
    "09:30:01,false",
    "10:00:02,true",
    "10:00:04,true",
    "10:00:05,true",
    "12:00:02,true",
    "13:00:03,false",
  })
  void whatThePostfixBehindItOpenedForNobody(String opened, boolean same) {
    String client = "postfix/smtpd[9]: " + RELAYS_ID + ": client=localhost[127.0.0.1]";
    read(opened, "mail", client);
    dovecot(login("erin", ", TLS", "EEEE"));
    lines.facts.clear();
    SubmissionRecord facts = one(relayed("erin", "EEEE"));
    assertEquals("erin", facts.user());
    assertEquals(Origin.AUTHENTICATED, facts.origin());
    assertEquals("submission", facts.service());
    assertEquals("203.0.113.5", facts.client());
    if (same) {
      Instant time = Instant.parse("2026-11-23T" + opened + "Z");
      assertEquals(RELAYS_ID, facts.transactionId());
      assertEquals(List.of(OWN_ID), facts.aliases());
      assertEquals(time, facts.time());
      assertContinued(facts, time, "postfix");
    } else {
      assertEquals(OWN_ID, facts.transactionId());
      assertEquals(List.of(RELAYS_ID), facts.aliases());
      assertEquals(List.of(), facts.continuations(), "it is another one of that name");
    }
  }

  /** Where the clock was set back it may be another of that name, unless it was a moment ago. */
  @ParameterizedTest
  @CsvSource({"10:20:30,09:59:59,true", "10:22:00,09:59:59,false", "10:20:30,09:59:00,false"})
  void whatItOpenedBeforeTheClockWasSetBack(String last, String first, boolean same) {
    read("10:20:00", "mail", "postfix/smtpd[9]: " + RELAYS_ID + ": client=x[127.0.0.1]");
    read(last, "mail", "postfix/smtpd[9]: disconnect from x[127.0.0.1]");
    read(first, "mail", "postfix/smtpd[9]: connect from x[127.0.0.1]");
    lines.facts.clear();
    SubmissionRecord facts = one(relayed("erin", "EEEE"));
    assertEquals(same ? RELAYS_ID : OWN_ID, facts.transactionId());
    assertEquals("erin", facts.user());
  }

  /** Dovecot's own file may follow on syslog's, of which the last line was none. */
  @Test
  void aLineOfItsOwnFileBehindOneThatIsNone() {
    read("10:20:00", "mail", "postfix/smtpd[9]: " + RELAYS_ID + ": client=x[127.0.0.1]");
    read("10:20:01", "mail", "postfix/smtpd[9]: connect from x[127.0.0.1]");
    read("10:10:00", "mail", "postfix/smtpd[9]: connect from x[127.0.0.1]");
    lines.read("none");
    lines.facts.clear();
    lines.read("Nov 23 10:10:01 " + relayed("erin", "EEEE").replace(">: ", ">: Info: "));
    assertEquals("erin", lines.facts.getLast().user());
  }

  @Test
  void whatItOpenedForTheSameUserBeforeTheClockWasSetBack() {
    read(
        "10:20:00",
        "mail",
        "postfix/smtpd[9]: "
            + RELAYS_ID
            + ": client=pc[203.0.113.5], sasl_method=XCLIENT, sasl_username=erin");
    SubmissionRecord opening = lines.facts.getLast();
    assertTrue(opening.sameTransaction(one(relayed("erin", "EEEE"))));
  }

  @Test
  void whatItOpenedForTheSameUser() {
    read(
        "10:00:01",
        "mail",
        "postfix/smtpd[9]: "
            + RELAYS_ID
            + ": client=pc[203.0.113.5], sasl_method=XCLIENT, sasl_username=erin");
    dovecot(login("erin", ", TLS", "EEEE"));
    SubmissionRecord facts = one(relayed("erin", "EEEE"));
    assertEquals(RELAYS_ID, facts.transactionId());
    assertEquals(List.of(OWN_ID), facts.aliases());
    assertEquals("erin", facts.user());
    assertNull(facts.client());
    assertNull(facts.origin());
    assertEquals(List.of(), facts.continuations());
  }

  /** Postfix's line shows the end of a login there, and who has the rest of it may be another. */
  @ParameterizedTest
  @ValueSource(strings = {"erin", "erin, sasl_sender=a"})
  void whatItOpenedForTheBeginningOfTheName(String other) {
    String name = other + ", sasl_sender=b";
    read(
        "10:00:01",
        "mail",
        "postfix/smtpd[9]: "
            + RELAYS_ID
            + ": client=pc[203.0.113.5], sasl_method=XCLIENT, sasl_username="
            + name);
    assertEquals("erin", lines.facts.getLast().user());
    dovecot(login(name, "", "AAAA"));
    SubmissionRecord facts = one(relayed(name, "AAAA"));
    assertEquals(name, facts.user());
    assertEquals("erin", facts.authorizationId());
    assertEquals(RELAYS_ID, facts.transactionId());
    assertEquals(List.of(OWN_ID), facts.aliases());
    assertContinued(facts, Instant.parse("2026-11-23T10:00:01Z"), "postfix");
  }

  /** Two users are two records, which name each other. */
  @Test
  void whatItOpenedForAnother() {
    read(
        "10:00:01",
        "mail",
        "postfix/smtpd[9]: "
            + RELAYS_ID
            + ": client=pc[203.0.113.5], sasl_method=XCLIENT, sasl_username=frank");
    lines.facts.clear();
    dovecot(relayed("erin", "EEEE"));
    assertEquals(2, lines.facts.size());
    SubmissionRecord behind = lines.facts.getFirst();
    assertEquals(RELAYS_ID, behind.transactionId());
    assertEquals(List.of(OWN_ID), behind.aliases());
    assertNull(behind.user());
    SubmissionRecord own = lines.facts.getLast();
    assertEquals(OWN_ID, own.transactionId());
    assertEquals(List.of(RELAYS_ID), own.aliases());
    assertEquals("erin", own.user());
    assertEquals(List.of(), own.continuations());
  }

  @Test
  void anotherHostsRelayIsAnother() {
    read("10:00:01", "other", "postfix/smtpd[9]: " + RELAYS_ID + ": client=localhost[127.0.0.1]");
    SubmissionRecord facts = one(relayed("erin", "EEEE"));
    assertEquals(OWN_ID, facts.transactionId());
    assertEquals("mail", facts.host());
  }

  /** Its own file names no host, and says of each line how grave it is. */
  @Test
  void itsOwnFile() {
    String line = "Nov 23 10:00:03 " + relayed("erin", "EEEE");
    lines.read(
        "Nov 23 10:00:02 " + login("erin", ", TLS", "EEEE").replace("login: ", "login: Info: "));
    SubmissionRecord facts = lines.one(line.replace(">: S", ">: Info: S"));
    assertEquals("erin", facts.user());
    assertEquals("203.0.113.5", facts.client());
    assertEquals("", facts.host());
    assertEquals(Instant.parse("2026-11-23T10:00:03Z"), facts.time());
    lines.facts.clear();
    assertEquals(LineKind.FOREIGN, lines.read(line), "no level");
    assertEquals(
        LineKind.NOT_A_LOG,
        lines.read("Nov 99 " + line.substring(7).replace(">: S", ">: Info: S")));
    lines.assertNothing(
        LineKind.FOREIGN,
        lines.read(line.replace("submission(", "imap(").replace(">: S", ">: Info: S")));
  }

  /** What it writes to its standard output or error, another daemon hands in with the level. */
  @Test
  void aLevelBehindTheHeaderOfAnother() {
    dovecot(login("erin", ", TLS", "EEEE").replace("login: ", "login: Info: "));
    SubmissionRecord facts = one(relayed("erin", "EEEE").replace(">: S", ">: Info: S"));
    assertEquals("erin", facts.user());
    assertEquals("203.0.113.5", facts.client());
    assertEquals(OWN_ID, facts.transactionId());
    assertEquals(
        LineKind.USED,
        dovecot(
            "submission-login: Info: Disconnected: Connection closed (auth failed, 2 attempts in 3"
                + " secs): user=<mallory>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1"));
    assertEquals("mallory", lines.failures.getLast().login());
    assertNobody(relayed("eve)<800><EEEE>: Info: x", "EEEE").replace(">: S", ">: Info: S"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "auth(boss,203.0.113.5,sasl:plain,master)<EEEE>: Info: | boss",
        "auth: Info: passdb(boss,203.0.113.5,master,<EEEE>): | boss",
        "auth: Info: |",
        "auth: Info: x,203.0.113.5,master,<EEEE>): |"
      })
  void soDoesAMasterUsersLine(String before, String master) {
    dovecot(before + " Master user logging in as erin");
    dovecot(login("erin", ", TLS", "EEEE").replace("login: ", "login: Info: "));
    SubmissionRecord facts = one(relayed("erin", "EEEE").replace(">: S", ">: Info: S"));
    boolean none = before.contains("x,");
    assertEquals(none ? "erin" : master, facts.user());
    assertEquals(none ? null : "erin", facts.authorizationId());
  }

  @Test
  void onlyDovecotsLinesMakeItDovecots() {
    DovecotSource source = new DovecotSource();
    assertTrue(source.sessionsNameUsers());
    assertTrue(source.recognises("2026-11-23T10:00:02+00:00 mail dovecot: submission: x"));
    assertFalse(source.recognises("2026-11-23T10:00:02+00:00 mail dovecot: imap: submission: x"));
    assertFalse(source.recognises("2026-11-23T10:00:02+00:00 mail x: submission: x"));
    assertFalse(source.recognises("x"));
    read("10:00:02", "mail", "x: " + relayed("erin", "EEEE"));
    assertEquals(List.of(), lines.facts);
  }

  /** What a client says in another line may read like the rest of a prefix and this very line. */
  @ParameterizedTest
  @ValueSource(strings = {"Debug: smtp-server: conn unix:pid=1,uid=97 [1]: ", "Info: ", ""})
  void aClientsWordsInAnotherLineSubmitNothing(String before) {
    String said = relayed("victim", "B1B1").substring("submission(victim".length());
    dovecot(login("bob", "", "A1A1"));
    assertNobody("submission(bob)<800><A1A1>: " + before + "Invalid command: x" + said);
    assertNobody(
        "submission(bob)<800><A1A1>: "
            + before
            + "Invalid command: x"
            + said.replace("B1B1", "A1A1"));
  }
}
