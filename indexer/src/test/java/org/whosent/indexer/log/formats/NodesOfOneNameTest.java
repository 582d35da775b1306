package org.whosent.indexer.log.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.whosent.indexer.log.LogSettings;

/**
 * Several machines that write the same name after {@code by}, in one log (site.yaml lists them
 * under {@code logs}): a process ID is its own machine's.
 */
class NodesOfOneNameTest {
  private static final String NODE1 = "2026-11-23T10:00:00Z node1 ";
  private static final String NODE2 = "2026-11-23T10:00:00Z node2 ";

  private static Lines lines(String source) {
    return new Lines(
        LogSources.named(source)
            .orElseThrow()
            .reader(
                new LogSettings(
                    ZoneOffset.UTC, null, Instant.parse("2026-11-24T00:00:00Z"), _ -> "mail")));
  }

  @Test
  void thePostfixLoginBeforeAFilter() {
    Lines lines = lines("postfix");
    String login = "postfix/smtpd[7]: NOQUEUE: client=pc[192.0.2.7], sasl_method=PLAIN,";
    lines.read(NODE1 + login + " sasl_username=alice");
    lines.read(NODE2 + login + " sasl_username=bob");
    lines.read(NODE1 + "postfix/smtpd[2]: B22222222B: client=localhost[127.0.0.1]");
    lines.read(
        NODE1
            + "postfix/smtpd[7]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as B22222222B;"
            + " from=<a@x.example> to=<b@y.example> proto=ESMTP helo=<x>");
    assertEquals("alice", lines.facts.getLast().user());
  }

  /** Where the lines name no host nothing tells them apart but that one process has two clients. */
  @ParameterizedTest
  @CsvSource({"true,", "false,alice"})
  void theLoginBeforeAFilterWhereNoHostIsNamed(boolean other, String user) {
    Lines lines = lines("postfix");
    String tag = "2026-11-23T10:00:00Z postfix/smtpd[7]: ";
    String login = tag + "NOQUEUE: client=pc[192.0.2.7], sasl_method=PLAIN, sasl_username=";
    lines.read(tag + "connect from old[192.0.2.6]");
    lines.read(tag + "disconnect from old[192.0.2.6] ehlo=1 quit=1 commands=2");
    lines.read(tag + "connect from pc[192.0.2.7]");
    lines.read(login + "alice");
    if (other) {
      lines.read(tag + "connect from pc[192.0.2.7]");
      lines.read(login + "bob");
    }
    lines.read("2026-11-23T10:00:00Z postfix/smtpd[2]: B22222222B: client=localhost[127.0.0.1]");
    lines.read(
        tag
            + "proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as B22222222B;"
            + " from=<a@x.example> to=<b@y.example> proto=ESMTP helo=<x>");
    assertEquals(user, lines.facts.getLast().user());
    assertEquals("B22222222B", lines.facts.getLast().transactionId());
  }

  @Test
  void thePostfixSessionsTls() {
    Lines lines = lines("postfix");
    String tls =
        "postfix/smtpd[7]: Anonymous TLS connection established from pc[192.0.2.7]: %s"
            + " with cipher AES (256/256 bits)";
    lines.read(NODE1 + tls.formatted("TLSv1.3"));
    lines.read(NODE2 + tls.formatted("TLSv1.2"));
    String opening = "postfix/smtpd[7]: 4AAA11BBB: client=pc[192.0.2.7]";
    assertEquals("TLSv1.3", lines.one(NODE1 + opening).tlsVersion());
    assertEquals("TLSv1.2", lines.one(NODE2 + opening).tlsVersion());
  }

  @Test
  void theSendmailLogin() {
    Lines lines = lines("sendmail");
    String login = "sm-mta[7]: AUTH=server, relay=pc [192.0.2.7], authid=%s, mech=PLAIN, bits=0";
    lines.read(NODE1 + login.formatted("alice"));
    lines.read(NODE2 + login.formatted("bob"));
    String opening =
        "sm-mta[7]: 4ANA0A0A%s: from=<a@x.example>, size=100, class=0, nrcpts=1, proto=ESMTPA,"
            + " daemon=MTA, relay=pc [192.0.2.7]";
    assertEquals("alice", lines.one(NODE1 + opening.formatted("000001")).user());
    assertEquals("bob", lines.one(NODE2 + opening.formatted("000002")).user());
  }
}
