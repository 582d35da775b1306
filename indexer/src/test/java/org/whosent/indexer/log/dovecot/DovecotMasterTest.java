package org.whosent.indexer.log.dovecot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** Who sent a message where a master user logged in as its account. */
class DovecotMasterTest {
  private static final String SESSION = "GeYU/FphMesKCQco";
  private static final String MASTER =
      "auth(boss@example.com,10.9.7.3,sasl:plain,master)<"
          + SESSION
          + ">: Master user logging in as alice";
  private static final String OF_2_2 =
      "auth: passdb(boss@example.com,10.9.7.3,master,<"
          + SESSION
          + ">): Master user logging in as alice";
  private static final String OF_2_3 = "auth: Master user logging in as alice";
  private static final String RELAYS_ID = "0A1B2C3D10";
  private static final String RELAYED =
      "submission(alice)<795><"
          + SESSION
          + ">: Successfully relayed message: from=<carol@example.com>, size=1000,"
          + " id=OWNOWNOWN0001, nrcpt=1, reply=`250 2.0.0 Ok: queued as "
          + RELAYS_ID
          + "'";
  private static final String LOGIN =
      "submission-login: Login: user=<alice>, method=PLAIN, rip=10.9.7.3, lip=127.0.0.1,"
          + " mpid=795, TLS, session=<"
          + SESSION
          + ">";
  private static final String XCLIENT =
      Lines.ISO
          + "postfix/smtpd[9]: "
          + RELAYS_ID
          + ": client=pc[10.9.7.3], sasl_method=XCLIENT, sasl_username=alice";

  private Lines lines;

  @BeforeEach
  void nothingWasRead() {
    lines = new Lines("dovecot");
  }

  private LineKind read(String text) {
    return lines.read(Lines.ISO + "dovecot: " + text);
  }

  private SubmissionRecord relayed() {
    int before = lines.facts.size();
    assertEquals(LineKind.USED, read(RELAYED));
    assertEquals(before + 1, lines.facts.size());
    return lines.facts.getLast();
  }

  private LineKind read(String time, String text) {
    return lines.read("2026-11-23T" + time + ".000000+00:00 mail " + text);
  }

  private void assertUser(String user, SubmissionRecord facts) {
    assertEquals(user, facts.user());
    assertEquals("alice", facts.authorizationId());
    assertEquals(Origin.AUTHENTICATED, facts.origin());
  }

  private static void assertAlices(SubmissionRecord facts) {
    assertEquals("alice", facts.user());
    assertNull(facts.authorizationId());
  }

  /** Two processes write them, and either line may come first, or the login's be lost. */
  @ParameterizedTest
  @CsvSource({"true,0", "true,1", "true,2", "false,0", "false,1", "false,2"})
  void heIsTheUserAndTheAccountIsAsWhomHeActs(boolean since24, int order) {
    if (order == 1) {
      read(LOGIN);
    }
    assertEquals(LineKind.KNOWN, read(since24 ? MASTER : OF_2_2));
    if (order == 0) {
      read(LOGIN);
    }
    assertUser("boss@example.com", relayed());
    assertUser("boss@example.com", relayed());
    assertAlices(lines.one(Lines.ISO + "dovecot: " + RELAYED.replace(SESSION, "EEEE")));
  }

  /** As for a Postfix or Exim that asks for a client's password: a session of Dovecot's has one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "auth(boss@example.com,10.9.7.3,sasl:plain,master): Master user logging in as alice",
        "auth: passdb(boss@example.com,10.9.7.3,master): Master user logging in as alice",
      })
  void aLoginWithAnAddressAndNoSessionIsNoneOfDovecotsOwn(String master) {
    assertEquals(LineKind.KNOWN, read(master));
    read(LOGIN);
    assertAlices(relayed());
  }

  /** What strangers type stands in lines about what failed, before the end of the real prefix. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "auth(b,1.1.1.1,sasl:plain,master)<SESSION>: Master user logging in as"
            + " alice,10.9.7.102,sasl:plain)<EEEE>: users: unknown user",
        "auth(b,1.1.1.1,sasl:plain,master): Master user logging in as alice,10.9.7.102,sasl:plain):"
            + " users: unknown user",
        "auth(x,1.1.1.1,<EEEE>): b,1.1.1.1,sasl:plain,master)<SESSION>: Master user logging in as"
            + " alice",
        "auth(eve,10.9.7.3,sasl:plain)<SESSION>: Master user logging in as alice",
        "auth: passwd-file(eve,10.9.7.3,master,<SESSION>): Master user logging in as"
            + " alice,10.9.7.11,<EEEE>): unknown user",
        "auth: passwd-file(eve,10.9.7.3,master,<SESSION>): Master user logging in as"
            + " alice,10.9.7.11,master,<EEEE>): Master user logging in as alice",
        "auth: passwd-file(x,10.9.7.11,<EEEE>): eve,10.9.7.3,master,<SESSION>): Master user"
            + " logging in as alice",
        "auth: passwd-file(eve,10.9.7.3,<SESSION>): Master user logging in as alice",
        "imap-login: passwd-file(eve,10.9.7.3,master,<SESSION>): Master user logging in as alice",
        "auth: passwd-file(: Master user logging in as alice,10.9.7.3,<SESSION>): unknown user",
        "auth(eve 2026-11-23T10:00:00+00:00 mail dovecot:"
            + " auth(x,10.9.7.3,sasl:plain,master)<SESSION>: Master user logging in as alice",
      })
  void anotherLineIsNoMasters(String line) {
    read(line.replace("SESSION", SESSION));
    read(LOGIN);
    assertAlices(relayed());
  }

  /** A name that was cut may be another master's, and a session of two accounts either's. */
  @Test
  void whereItIsDoubtfulWhoHeIsNobodyIsNamed() {
    read(MASTER.replace("boss@example.com", "b".repeat(61) + "..."));
    read(LOGIN);
    assertUser(null, relayed());
    read(MASTER.replace("as alice", "as ali"));
    assertUser(null, relayed());
  }

  /** 2.3 says neither who he is nor in which session: it may be that of any login just then. */
  @ParameterizedTest
  @CsvSource({
    "10:00:00,10:00:00,true",
    "10:00:00,10:00:10,true",
    "10:00:02,10:00:00,true",
    "10:00:00,10:00:11,false",
    "10:00:03,10:00:00,false",
  })
  void whereTheLineDoesNotTellTheSession(String master, String login, boolean masters) {
    boolean first = master.compareTo(login) <= 0;
    if (first) {
      assertEquals(LineKind.KNOWN, read(master, "dovecot: " + OF_2_3));
      read(master, "dovecot: " + OF_2_3.replace("alice", "bob"));
    }
    read(login, "dovecot: " + LOGIN);
    if (!first) {
      read(master, "dovecot: " + OF_2_3);
    }
    lines.facts.clear();
    read("11:00:00", "dovecot: " + RELAYED);
    if (masters) {
      assertUser(null, lines.facts.getLast());
    } else {
      assertAlices(lines.facts.getLast());
    }
    read("10:00:00", "dovecot: " + OF_2_3.replace("alice", "carol"));
    read("11:00:00", "dovecot: " + RELAYED.replace("alice", "carol").replace(SESSION, "EEEE"));
    assertNull(lines.facts.getLast().user(), "when she logged in was not read");
  }

  /**
   * Of a live Dovecot 2.3.19: the login's line cuts a name of 98 characters, which auth does not.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anAccountWhoseNameTheLoginsLineCuts(boolean again) {
    String account = "victim@example.com" + "x".repeat(80);
    read("16:14:37", "dovecot: auth: Master user logging in as " + account);
    read("16:14:40", "dovecot: " + LOGIN.replace("alice", account.substring(0, 77) + "..."));
    if (again) {
      read("16:15:17", "dovecot: auth: Master user logging in as " + account);
    }
    read("16:15:18", "dovecot: " + RELAYED.replace("alice", account));
    assertNull(lines.facts.getLast().user());
    assertEquals(account, lines.facts.getLast().authorizationId());
  }

  /** A later login of his does not make an earlier session hers. */
  @Test
  void hisNextLogin() {
    read("10:00:00", "dovecot: " + OF_2_3);
    read("10:00:00", "dovecot: " + LOGIN);
    read("10:30:00", "dovecot: " + OF_2_3);
    assertUser(null, relayed());
  }

  /** The login's line may tell it, where the site says so, and then nothing is doubtful. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "boss@example.com|boss@example.com|alice",
        "alice|alice|-",
        "b>, session=<x, auth_user=<alice|b>, session=<x, auth_user=<alice|alice",
        "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb...|-|alice",
      })
  void theLoginsLineTellsWhosePasswordItWas(String shown, String user, String actingAs) {
    read(OF_2_3);
    read(LOGIN.replace(", TLS", ", TLS, auth_user=<" + shown + '>'));
    SubmissionRecord facts = relayed();
    assertEquals(user, facts.user());
    assertEquals(actingAs, facts.authorizationId());
  }

  /** A Dovecot in front may log in as a master user for each account, whose password it had. */
  @ParameterizedTest
  @CsvSource({
    "10.9.7.3,127.0.0.8,true",
    "10.9.7.3,10.9.7.1,true",
    "10.9.7.3,10.9.7.3,false",
    "127.0.0.1,127.0.0.1,false",
  })
  void whatAProxyLogsInForIsTheAccounts(String client, String local, boolean proxied) {
    read(MASTER.replace("10.9.7.3", "127.0.0.1"));
    read(
        LOGIN
            .replace("rip=10.9.7.3", "rip=" + client)
            .replace("lip=127.0.0.1", "lip=" + local)
            .replace("TLS", "secured"));
    if (proxied) {
      assertAlices(relayed());
    } else {
      assertUser("boss@example.com", relayed());
    }
  }

  /** What a proxy of 2.4 logs that logs in as {@code MASTER} for everybody. */
  private static String started(String master) {
    return "submission-login: proxy(alice,127.0.0.8:2587): Started proxying to remote host (master "
        + master
        + ") (0.841 secs): user=<alice>, method=PLAIN, rip=10.9.7.3, lip=127.0.0.1, TLS, session=<"
        + SESSION
        + ">";
  }

  private static String by(String master) {
    return MASTER.replace("boss@example.com", master);
  }

  /**
   * Both logs as one, in the order of a live Dovecot 2.4, and as two hosts' lines may come in. The
   * proxy's master user is {@code proxy}.
   *
   * @param masters whose passwords were right in that session, by the lines of both
   * @param proxys whom the proxy's line names; none where it is not there
   */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "boss@example.com;proxy,proxy,boss@example.com", // and the proxy for him
        "proxy;boss@example.com,proxy,boss@example.com",
        "'odd boss, master;proxy',proxy,'odd boss, master'",
        "boss@example.com,proxy,boss@example.com", // the server behind does not log its own
        "proxy,proxy,alice",
        "proxy,-,alice", // without the proxy's log
        "proxy;proxy,proxy,-", // a master user of that name, or a second attempt
        "boss@example.com;boss@example.com,boss@example.com,-", // his name is handed on
        "boss@example.com;proxy,-,-",
        "boss@example.com;other;proxy,proxy,-",
        "boss@example.com;boss@example.com;proxy;proxy,proxy,-",
      })
  void whoLoggedInAtAProxyThatLogsInForEverybody(String masters, String proxys, String user) {
    int millis = 0;
    for (String master : masters.split(";")) {
      String line =
          Lines.ISO.replace(".000", ".%03d".formatted(millis++)) + "dovecot: " + by(master);
      lines.read(line);
      lines.read(line); // of a log that is there twice
    }
    read(LOGIN.replace("TLS", "secured"));
    if (proxys != null) {
      assertEquals(LineKind.KNOWN, read(started(proxys)));
    }
    if ("alice".equals(user)) {
      assertAlices(relayed());
    } else {
      assertUser(user, relayed());
    }
  }

  /** An account that reads like the proxy's line does not hide behind the proxy's master user. */
  @Test
  void anAccountsNameDoesNotTellTheProxys() {
    String account = "x,127.0.0.8:1): Started proxying to y (master z) (1 secs): user=<q";
    read(by("proxy").replace("alice", account));
    read(LOGIN.replace("TLS", "secured").replace("alice", account));
    read(started("proxy").replace("alice", account));
    assertEquals(LineKind.USED, read(RELAYED.replace("alice", account)));
    assertEquals(account, lines.facts.getLast().user());
    assertNull(lines.facts.getLast().authorizationId());
  }

  @Test
  void theProxysHostMayHaveAnotherName() {
    String proxy = Lines.ISO.replace(" mail ", " proxy ");
    assertFalse(proxy.equals(Lines.ISO));
    lines.read(proxy + "dovecot: " + MASTER);
    read(by("proxy"));
    read(LOGIN.replace("TLS", "secured"));
    lines.read(proxy + "dovecot: " + started("proxy"));
    assertUser("boss@example.com", relayed());
  }

  /** Of two accounts either may be whose session it is; and what was cut names nobody. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "auth(boss,10.9.7.3,sasl:plain,master)<SESSION>: Master user logging in as bob",
        "auth(boss...,10.9.7.3,sasl:plain,master)<SESSION>: Master user logging in as alice",
      })
  void whatDoesNotFitNamesNobody(String line) {
    read(line.replace("SESSION", SESSION));
    read(by("proxy"));
    read(LOGIN.replace("TLS", "secured"));
    read(started("proxy"));
    assertUser(null, relayed());
  }

  /** The relay is told the account, which is not who sent the message. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"true,boss@example.com", "false,-"})
  void theRelayThatIsToldTheAccount(boolean since24, String user) {
    read(since24 ? MASTER : OF_2_3);
    read(LOGIN);
    lines.read(XCLIENT);
    SubmissionRecord opening = lines.facts.getLast();
    assertEquals("alice", opening.user());
    SubmissionRecord facts = relayed();
    assertEquals(RELAYS_ID, facts.transactionId());
    assertTrue(facts.sameTransaction(opening));
    assertTrue(opening.sameTransaction(facts));
    assertUser(user, facts.merge(opening));
    assertUser(user, opening.merge(facts));
    assertEquals("10.9.7.3", opening.merge(facts).client());
  }

  /** Postfix asks Dovecot for its clients' passwords, without a session. */
  @ParameterizedTest
  @CsvSource({
    "2.3,10.9.7.3,10:00:00,true",
    "2.3,10.9.7.3,10:00:02,false",
    "2.4,10.9.7.3,10:00:00,true",
    "2.4,10.9.7.4,10:00:00,false",
    "2.4,10.9.7.3,10:00:02,false",
    "2.4,10.9.7.3,-,true",
  })
  void theAccountThatPostfixIsToldMayBeAMasters(
      String version, String client, String connected, boolean masters) {
    if (connected.equals("10:00:00")) {
      read(connected, "postfix/smtpd[9]: connect from pc[" + client + ']');
    }
    String of24 = MASTER.replace("<" + SESSION + ">", "");
    assertEquals(
        LineKind.KNOWN, read("10:00:01", "dovecot: " + (version.equals("2.4") ? of24 : OF_2_3)));
    if (connected.equals("10:00:02")) {
      read(connected, "postfix/smtpd[9]: connect from pc[" + client + ']');
    }
    String opened = "postfix/smtpd[9]: 0A1B2C3D10: client=pc[" + client + "], sasl_method=PLAIN, ";
    read("10:00:03", opened + "sasl_username=alice");
    if (masters) {
      assertUser(null, lines.facts.getLast());
    } else {
      assertAlices(lines.facts.getLast());
    }
    read("10:00:04", opened + "sasl_username=bob");
    assertEquals("bob", lines.facts.getLast().user());
  }

  /**
   * Lines of a live Dovecot 2.3.19 and Postfix 3.7, in which each writes the account in its own way
   * (smtputf8_enable, rsyslog, Dovecot's escape), or it reads like the end of a prefix.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "müller@example.com|m??ller@example.com",
        "vÄ@example.com|v??@example.com",
        "victim@example.com#001|victim@example.com?1",
        "Victim@example.com|victim@example.com",
        "a): b|a): b",
      })
  void bothWriteTheAccountInTheirWay(String dovecots, String postfixs) {
    read("16:14:40", "postfix/smtpd[187]: connect from unknown[127.0.7.13]");
    read("16:14:41", "dovecot: auth: Master user logging in as " + dovecots);
    String opened = "postfix/smtpd[187]: 0A1B2C3D10: client=unknown[127.0.7.13], ";
    read("16:14:42", opened + "sasl_method=LOGIN, sasl_username=" + postfixs);
    assertNull(lines.facts.getLast().user());
    assertEquals(postfixs, lines.facts.getLast().authorizationId());
    read("16:14:43", opened + "sasl_method=LOGIN, sasl_username=bob");
    assertEquals("bob", lines.facts.getLast().user());
  }

  /** Of a live Dovecot 2.4.5: two master users' logins as one account within 6 ms. */
  @Test
  void severalMastersOfOneAccountAtOnce() {
    String other = MASTER.replace("<" + SESSION + ">", "").replace("10.9.7.3", "10.9.7.23");
    read("10:00:00", "postfix/smtpd[9]: connect from pc[10.9.7.3]");
    read("10:00:00", "postfix/smtpd[8]: connect from pc[10.9.7.23]");
    read("10:00:00", "postfix/smtpd[7]: connect from pc[10.9.7.33]");
    read("10:00:01", "dovecot: " + MASTER.replace("<" + SESSION + ">", ""));
    read("10:00:01", "dovecot: " + other);
    String login = "], sasl_method=PLAIN, sasl_username=alice";
    read("10:00:02", "postfix/smtpd[9]: 0A1B2C3D10: client=pc[10.9.7.3" + login);
    assertUser(null, lines.facts.getLast());
    read("10:00:02", "postfix/smtpd[8]: 0A1B2C3D11: client=pc[10.9.7.23" + login);
    assertUser(null, lines.facts.getLast());
    read("10:00:02", "postfix/smtpd[7]: 0A1B2C3D12: client=pc[10.9.7.33" + login);
    assertAlices(lines.facts.getLast());
  }

  /** Of a live Dovecot 2.4 behind rsyslog, 28 ms after Postfix's line of what he sent. */
  @ParameterizedTest
  @CsvSource({
    "10:00:03,10.9.7.3,alice,true",
    "10:00:05,10.9.7.3,alice,true",
    "10:00:06,10.9.7.3,alice,false",
    "10:00:03,10.9.7.4,alice,false",
    "10:00:03,10.9.7.3,bob,false",
  })
  void dovecotsLineMayBeWrittenLater(String written, String client, String account, boolean his) {
    read("10:00:01", "postfix/smtpd[9]: connect from pc[" + client + ']');
    String login = "], sasl_method=PLAIN, sasl_username=" + account;
    read("10:00:03", "postfix/smtpd[9]: 0A1B2C3D10: client=pc[" + client + login);
    SubmissionRecord opening = lines.facts.getLast();
    assertEquals(account, opening.user());
    int before = lines.facts.size();
    read(written, "dovecot: " + MASTER.replace("<" + SESSION + ">", ""));
    assertEquals(his ? before + 1 : before, lines.facts.size());
    if (his) {
      SubmissionRecord late = lines.facts.getLast();
      assertTrue(opening.sameTransaction(late));
      assertUser(null, opening.merge(late));
      assertUser(null, late.merge(opening));
      assertEquals(client, late.merge(opening).client());
    }
  }

  @ParameterizedTest
  @CsvSource({"Nov 23 10:00:02,true", "2026-11-23 10:00:02,true", "Nov 23 10:00:02,false"})
  void itsOwnFile(String stamp, boolean since24) {
    String master = since24 ? MASTER.replace(">: ", ">: Info: ") : OF_2_3.replace(": ", ": Info: ");
    assertEquals(LineKind.KNOWN, lines.read(stamp + ' ' + master));
    lines.read(stamp + ' ' + LOGIN.replace("login: ", "login: Info: "));
    SubmissionRecord facts = lines.one(stamp + ' ' + RELAYED.replace(">: S", ">: Info: S"));
    assertUser(since24 ? "boss@example.com" : null, facts);
  }

  /** Any service of Dovecot's may have master users. */
  @Test
  void suchALineMakesALogNotTheServices() {
    DovecotSource source = new DovecotSource();
    assertFalse(source.recognises(Lines.ISO + "dovecot: " + MASTER));
    assertFalse(source.recognises("2026-11-23 10:00:02 " + MASTER.replace(">: ", ">: Info: ")));
    assertEquals(List.of(), lines.facts);
  }
}
