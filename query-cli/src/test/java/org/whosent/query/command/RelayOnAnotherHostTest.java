package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.query.Program;

/**
 * The submission server hands its mail to a relay on another host; what a recipient sees last is
 * the relay's queue ID. It leads to who submitted, where both servers are known to be ours, and
 * nobody outside can make it lead to anybody.
 */
class RelayOnAnotherHostTest {
  private static final String SUBMITTED = "4f1BBB0bBz1xyz";
  private static final String RELAYED = "4f1CCC0dDz2xyz";

  @TempDir Path data;
  private final Instant then =
      Instant.now().minus(Duration.ofDays(1)).truncatedTo(ChronoUnit.SECONDS);

  private String line(int second, String host, String text) {
    return then.plusSeconds(second) + " " + host + " postfix/" + text + "\n";
  }

  /** Alice's message goes to that next hop, which replies with the relay's ID. */
  private String submission(String nextHop) {
    return line(
            0,
            "submit",
            "submission/smtpd[1]: "
                + SUBMITTED
                + ": client=pc[198.51.100.7],"
                + " sasl_method=PLAIN, sasl_username=alice@example.com")
        + line(0, "submit", "cleanup[2]: " + SUBMITTED + ": message-id=<1@pc.example>")
        + line(
            0,
            "submit",
            "qmgr[3]: "
                + SUBMITTED
                + ": from=<alice@example.com>, size=900,"
                + " nrcpt=1 (queue active)")
        + line(
            1,
            "submit",
            "smtp[4]: "
                + SUBMITTED
                + ": to=<r@far.example>, relay="
                + nextHop
                + ", delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as "
                + RELAYED
                + ")")
        + line(1, "submit", "qmgr[3]: " + SUBMITTED + ": removed");
  }

  /** The relay got a message under that ID from that client. */
  private String relay(String client, String messageId) {
    return line(1, "relay", "smtpd[1]: " + RELAYED + ": client=" + client)
        + line(1, "relay", "cleanup[2]: " + RELAYED + ": message-id=" + messageId)
        + line(
            1,
            "relay",
            "qmgr[3]: "
                + RELAYED
                + ": from=<alice@example.com>, size=1100,"
                + " nrcpt=1 (queue active)")
        + line(
            2,
            "relay",
            "smtp[4]: "
                + RELAYED
                + ": to=<r@far.example>,"
                + " relay=mx.far.example[203.0.113.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0,"
                + " status=sent (250 2.0.0 Ok: queued as 4FAR000001)")
        + line(2, "relay", "qmgr[3]: " + RELAYED + ": removed");
  }

  private Program.Result trace(String site, String submission, String relay) throws Exception {
    Files.writeString(data.resolve("site.yaml"), site);
    Path logs = Files.createDirectories(data.resolve("logs"));
    Files.writeString(logs.resolve("submit.log"), submission);
    Files.writeString(logs.resolve("relay.log"), relay);
    Program.Result index = Program.run("index", "--data", data, "--timezone", "UTC", logs);
    assertEquals(0, index.status(), index.err());
    return Program.run("trace", "--data", data, "--output", "json", RELAYED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "relays: [10.0.0.1, 10.0.0.2]\n",
        "outgoing: [10.0.0.1]\nrelays: [relay.example.com]\n",
        "relays: [submit.example.com, Relay.Example.COM]\n",
        "hosts: [{name: submit.example.com, logs: [submit]}, {name: relay.example.com, logs:"
            + " [relay]}]\n"
      })
  void theRelaysIdLeadsToWhoSubmitted(String site) throws Exception {
    Program.Result result =
        trace(
            site,
            submission("relay.example.com[10.0.0.2]:25"),
            relay("submit.example.com[10.0.0.1]", "<1@pc.example>"));
    assertEquals(0, result.status(), result.out() + result.err());
    assertTrue(result.out().contains("\"user\":\"alice@example.com\""), result.out());
  }

  private static final String SITE = "relays: [submit.example.com, relay.example.com, 10.0.0.2]\n";

  /** Whoever receives alice's mail may answer with an ID that our relay has just given to him. */
  @Test
  void aForeignServersReplyNamesNobody() throws Exception {
    nobody(
        trace(
            SITE,
            submission("mx.evil.example[203.0.113.66]:25"),
            relay("mx.evil.example[203.0.113.66]", "<1@pc.example>")));
    nobody(
        trace(
            SITE,
            submission("mx.evil.example[203.0.113.66]:25"),
            relay("submit.example.com[10.0.0.1]", "<1@pc.example>")));
  }

  @Test
  void mailThatTheRelayGotFromElsewhereIsNobodys() throws Exception {
    nobody(
        trace(
            SITE,
            submission("relay.example.com[10.0.0.2]:25"),
            relay("unknown[203.0.113.66]", "<1@pc.example>")));
  }

  @Test
  void anotherMessageOfThatIdIsNobodys() throws Exception {
    nobody(
        trace(
            SITE,
            submission("relay.example.com[10.0.0.2]:25"),
            relay("submit.example.com[10.0.0.1]", "<2@other.example>")));
  }

  private static void nobody(Program.Result result) {
    assertEquals(1, result.status(), result.out() + result.err());
    assertFalse(result.out().contains("\"user\":\"alice@example.com\""), result.out());
  }
}
