package org.whosent.indexer.log.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalEntry;

/** What servers say of failed logins, hostile ones too: the login is data to the line's end. */
class FailedAuthenticationTest {

  private static JournalEntry.LoginFailure only(Lines lines) {
    assertEquals(1, lines.failures.size());
    assertEquals(0, lines.facts.size(), "a failed login is no submission");
    return lines.failures.getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '^',
      value = {
        "pc.example[10.20.0.10]: SASL PLAIN authentication failed: (reason unavailable),"
            + " sasl_username=yvonne|10.20.0.10|yvonne|PLAIN|(reason unavailable)",
        "unknown[2001:DB8::1]:4711: SASL LOGIN authentication failed:"
            + " UGFzc3dvcmQ6|2001:db8::1|-|LOGIN|UGFzc3dvcmQ6",
        "unknown[192.0.2.1]: SASL LOGIN authentication failed: x, sasl_username=x' or 1=1, "
            + "sasl_username=victim|192.0.2.1|x' or 1=1, sasl_username=victim|LOGIN|x",
        "unknown[192.0.2.1]: SASL PLAIN authentication failed: x,"
            + " sasl_username=(unavailable)|192.0.2.1|-|PLAIN|x",
      })
  void postfix(String text, String client, String login, String mechanism, String reason) {
    Lines lines = new Lines();
    lines.read("Nov 23 15:52:48 mail postfix/submission/smtpd[766]: warning: " + text);
    JournalEntry.LoginFailure failure = only(lines);
    assertEquals("2026-11-23T15:52:48Z", failure.time().toString());
    assertEquals("mail", failure.host());
    assertEquals("submission", failure.service());
    assertEquals(client, failure.client());
    assertEquals(login, failure.login());
    assertEquals(mechanism, failure.mechanism());
    assertEquals(reason, failure.reason());
  }

  @Test
  void whatDoesNotReadIsCountedOnly() {
    Lines lines = new Lines();
    lines.read(
        "Nov 23 15:52:48 mail postfix/smtpd[1]: warning: unknown[192.0.2.1]: SASL \"X"
            + " authentication failed: y, sasl_username=victim\" authentication failed: z");
    assertEquals(1, lines.loginFailures);
    assertTrue(lines.failures.isEmpty());
    // Another daemon's line, and a program that is none of Postfix's.
    lines.read(
        "Nov 23 15:52:48 mail postfix/cleanup[1]: warning: unknown[192.0.2.1]: SASL PLAIN"
            + " authentication failed: z, sasl_username=victim");
    lines.read(
        "Nov 23 15:52:48 mail logger: warning: unknown[192.0.2.1]: SASL PLAIN"
            + " authentication failed: z, sasl_username=victim");
    assertEquals(1, lines.loginFailures);
  }

  /** rsyslog's RepeatedMsgReduction: what was said again is counted, and is no unknown line. */
  @Test
  void repeatedFailuresCount() {
    Lines lines = new Lines();
    String head = "Nov 23 15:52:48 mail postfix/smtpd[1]: ";
    String failure = "warning: x[192.0.2.1]: SASL LOGIN authentication failed: y, sasl_username=";
    lines.read(head + "message repeated 3 times: [ " + failure + "bob]");
    assertEquals("bob", only(lines).login());
    assertEquals(3, lines.loginFailures);
    lines.read(head + "message repeated 3 times: [ 4XyZ01234: client=x, sasl_username=victim]");
    lines.read(head + "message repeated 999999999 times: [ connect from x[192.0.2.1]]");
    lines.read(head + "message repeated 1 times: [ " + failure + "a] [b]");
    assertEquals("a] [b", lines.failures.getLast().login());
    lines.read(
        "Nov 23 15:52:48 mail postfix/cleanup[1]: message repeated 3 times: [ " + failure + "c]");
    assertEquals(2, lines.failures.size());
    assertEquals(0, lines.facts.size());
    assertEquals(4, lines.loginFailures);
  }

  @Test
  void longLoginsAreCut() {
    Lines lines = new Lines();
    lines.read(
        "Nov 23 15:52:48 mail postfix/smtpd[1]: warning: unknown[192.0.2.1]: SASL PLAIN"
            + " authentication failed: z, sasl_username="
            + "a".repeat(5000));
    assertEquals(FailedLogin.LONGEST_LOGIN, only(lines).login().length());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '^',
      value = {
        "plain_server authenticator failed for (DESKTOP-0BCF2F) [198.51.100.250]: 535 Incorrect"
            + " authentication data (set_id=x' or 1=1)|198.51.100.250|-|x' or 1=1|DESKTOP-0BCF2F",
        "plain_server authenticator failed for ([192.168.1.221]) [203.0.113.129]:58057"
            + " I=[127.0.0.1]:587: 535 Incorrect authentication data"
            + " (set_id=m\\303\\274ller)|203.0.113.129|58057|müller|[192.168.1.221]",
        "dovecot_plain authenticator failed for H=([169.254.10.20]) [198.51.100.77]:56001: 535"
            + " Incorrect authentication data"
            + " (set_id=sales@example.com)|198.51.100.77|56001|sales@example.com|[169.254.10.20]",
        "dovecot_login authenticator failed for H=pc.example (pc) [192.0.2.8]: 535 Incorrect"
            + " authentication data (set_id=[192.0.2.1]:25 U=x)|192.0.2.8|-|[192.0.2.1]:25 U=x|pc",
        "login_server authenticator failed for host.example (x) [2001:db8::1]: 535 Incorrect"
            + " authentication data|2001:db8::1|-|-|x",
        "login_server authenticator failed for host.example [192.0.2.1]: 435 Unable to authenticate"
            + " at this time (set_id=a) (set_id=victim)|192.0.2.1|-|a) (set_id=victim|-",
        "login_server authenticator failed for pc.example (pc) [192.0.2.8]:4711 I=[192.0.2.1]:587"
            + " U=x Ci=55: 535 Incorrect authentication data (set_id=a)|192.0.2.8|4711|a|pc",
      })
  void exim(String text, String client, Integer port, String login, String helo) {
    Lines lines = new Lines("exim");
    lines.read("2026-11-23 15:54:08 " + text);
    JournalEntry.LoginFailure failure = only(lines);
    assertEquals(client, failure.client());
    assertEquals(port, failure.clientPort());
    assertEquals(login, failure.login());
    assertEquals(helo, failure.helo());
  }

  /**
   * A HELO name with blanks (helo_accept_junk_hosts) may read as another client and its failure; so
   * may the name that was typed. Whichever it is, no client is blamed.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(x) [203.0.113.99]: 535 no) [192.0.2.9]: 535 Incorrect authentication data (set_id=bob)",
        "(x) [203.0.113.99]: 535 no (set_id=victim) [192.0.2.9]: 535 Incorrect (set_id=bob)",
        "H=(x) [203.0.113.99]:25 I=[192.0.2.1]:25: 535 no) [192.0.2.9]:7 I=[192.0.2.1]:587: 535 no",
        "pc.example (x) [203.0.113.99]: 535 no) [2001:db8::9] U=x: 535 no (set_id=bob)",
        "(x) [203.0.113.99]: 535 no) [192.0.2.9] U=a b: 535 no (set_id=bob)",
        "(x) [203.0.113.99] Ci=7: 535 no) [192.0.2.9]:25 Ci=55: 535 Incorrect (set_id=bob)",
        "[192.0.2.9]: 535 Incorrect (set_id=x) [203.0.113.99]: 535 no (set_id=victim)",
      })
  void anEximLineThatNamesTwoClientsBlamesNone(String text) {
    Lines lines = new Lines("exim");
    lines.read("2026-11-23 15:54:08 login_server authenticator failed for " + text);
    assertEquals(List.of(), lines.failures);
    assertEquals(1, lines.loginFailures);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '^',
      value = {
        "6ANG18L4000867: AUTH failure (PLAIN): authentication failure (-13) SASL(-13):"
            + " authentication failure: Password verification failed, user=xavier@example.com,"
            + " relay=[198.51.100.119]|198.51.100.119|xavier@example.com",
        "6ANG1Awf001457: AUTH failure (LOGIN): user not found (-20) SASL(-13): user not found:"
            + " checkpass failed, user=a, relay=[192.0.2.9], relay=host.example"
            + " [198.51.100.15]|198.51.100.15|a, relay=[192.0.2.9]",
        "AUTH failure (LOGIN): generic failure (-1), relay=[IPv6:2001:db8::1]|2001:db8::1|-",
      })
  void sendmail(String text, String client, String login) {
    Lines lines = new Lines("sendmail");
    lines.read("Nov 23 16:01:08 mail sendmail[867]: " + text);
    JournalEntry.LoginFailure failure = only(lines);
    assertEquals(client, failure.client());
    assertEquals(login, failure.login());
  }

  @Test
  void openSmtpdNamesTheClientAtTheSessionsBeginning() {
    Lines lines = new Lines("opensmtpd");
    lines.read(
        "Nov 23 16:02:18 mail smtpd[421]: 560db4be0737a72a smtp connected address=192.0.2.7"
            + " host=<unknown>");
    lines.read(
        "Nov 23 16:02:18 mail smtpd[421]: 560db4be0737a72a smtp authentication"
            + " user=x'\\040or\\0401=1 result=permfail");
    JournalEntry.LoginFailure failure = only(lines);
    assertEquals("192.0.2.7", failure.client());
    assertEquals("x' or 1=1", failure.login());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "user=<ivan>, method=PLAIN, rip=198.51.100.149, lip=127.0.0.1, TLS,"
            + " session=<hgX5vvNgxU/GM2SV>|ivan|198.51.100.149",
        "user=<a>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.8, b>, method=PLAIN,"
            + " rip=198.51.100.149, lip=127.0.0.1|a>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.8,"
            + " b|198.51.100.149",
      })
  void dovecot(String text, String login, String client) {
    Lines lines = new Lines("dovecot");
    lines.read(
        "Nov 23 16:04:18 mail dovecot: submission-login: Disconnected: Aborted login by logging out"
            + " (auth failed, 1 attempts in 1 secs): "
            + text);
    JournalEntry.LoginFailure failure = only(lines);
    assertEquals(login, failure.login());
    assertEquals(client, failure.client());
    assertEquals("auth failed, 1 attempts in 1 secs", failure.reason());
  }

  /** Dovecot 2.3 gives the reason for which the session ended, whatever that was. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Client has quit the connection",
        "Remote closed connection",
        "Connection closed",
        "Disconnected by server",
        "Disconnected: Too many invalid commands",
      })
  void dovecotsReasons(String reason) {
    Lines lines = new Lines("dovecot");
    lines.read(
        "Nov 23 16:04:18 mail dovecot: submission-login: "
            + reason
            + " (auth failed, 1 attempts in 2 secs): user=<ivan>, method=LOGIN, rip=198.51.100.149,"
            + " lip=0.0.0.0");
    assertEquals("ivan", only(lines).login());
  }

  /** What logs in with such a name has not failed. */
  @Test
  void aLoginIsNoFailure() {
    Lines lines = new Lines("dovecot");
    lines.read(
        "Nov 23 16:04:18 mail dovecot: submission-login: Login: user=<x (auth failed, 1):"
            + " user=<ivan>, method=LOGIN, rip=198.51.100.149, lip=0.0.0.0");
    assertEquals(List.of(), lines.failures);
  }
}
