package org.whosent.indexer.log.stalwart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

class StalwartReaderTest {
  private static final String TIME = "2026-11-23T10:00:00Z INFO ";
  private static final String SESSION =
      "listenerId = \"submission\", localPort = 587, remoteIp = 203.0.113.5, remotePort = 5005, ";

  /** What is logged in the course of a delivery. */
  private static final String OLD =
      "queueId = 256, from = \"alice@a.example\", to = [\"bob@b.example\"], size = 10, total = 1, ";

  private final Lines lines = new Lines("stalwart");

  /** Stalwart until 0.15 called its queue's events otherwise. */
  @ParameterizedTest
  @ValueSource(strings = {"authenticated-message-queued", "queue-message-authenticated"})
  void aSubmission(String event) {
    lines.read(
        TIME + "Authentication successful (auth.success) " + SESSION + "accountName = \"a\"");
    SubmissionRecord facts =
        lines.one(
            TIME
                + "Queued message submission for delivery (queue."
                + event
                + ") "
                + SESSION
                + "queueId = 255, from = \"a@a.example\", to = [\"b@b.example\"], size = 5");
    assertEquals("FF", facts.transactionId());
    assertEquals(Origin.AUTHENTICATED, facts.origin());
    assertEquals("a", facts.user());
  }

  /** 0.9 names the protocol, and no port of its own; its first builds call a submission so. */
  @Test
  void sessionsWithoutAPort() {
    String session =
        "listenerId = \"submissions\", protocol = smtp, remoteIp = 203.0.113.5, remotePort = 5005,"
            + " ";
    lines.read(TIME + "Authentication failed (auth.failed) " + session + "accountName = \"m\"");
    assertEquals("m", lines.failures.getFirst().login());
    lines.read(
        TIME
            + "Authentication failed (auth.failed) "
            + session.replace("smtp", "imap").replace("5005", "5006")
            + "accountName = \"i\"");
    assertEquals(1, lines.failures.size());
    lines.read(
        TIME + "Authentication successful (auth.success) " + session + "accountName = \"a\"");
    lines.read(
        TIME
            + "Authentication successful (auth.success) "
            + session.replace("5005", "5006")
            + "accountName = \"b\"");
    SubmissionRecord facts =
        lines.one(
            TIME
                + "Queued message submissions for delivery (queue.queue-message-submission) "
                + session
                + "queueId = 255, from = \"a@a.example\", to = [\"b@b.example\"], size = 5");
    assertEquals("a", facts.user());
    assertEquals(Origin.AUTHENTICATED, facts.origin());
    assertEquals("203.0.113.5", facts.client());
  }

  /** Since 0.16 an account with the permission logs in as {@code account%master}. */
  @Test
  void whoImpersonatesAnAccountIsTheUser() {
    SubmissionRecord facts =
        sent("accountName = \"a@a.example\", accountId = 4, details = \"root@a.example\"");
    assertEquals("root@a.example", facts.user());
    assertEquals("a@a.example", facts.authorizationId());
  }

  /** As an event of JSON has it. */
  @Test
  void whoImpersonatesAnAccountIsTheUserInJsonToo() {
    String event = "{\"createdAt\":\"2026-11-23T10:00:00Z\",\"type\":\"%s\",\"data\":{%s}}";
    lines.read(
        event.formatted(
            "auth.success",
            "\"accountName\":\"a@a.example\",\"accountId\":4,\"details\":\"root@a.example\","
                + "\"spanId\":7"));
    SubmissionRecord facts =
        lines.one(
            event.formatted(
                "queue.authenticated-message-queued",
                "\"queueId\":255,\"from\":\"a@a.example\",\"to\":[\"b@b.example\"],\"spanId\":7"));
    assertEquals("root@a.example", facts.user());
    assertEquals("a@a.example", facts.authorizationId());
  }

  /** Of the name in the log it cannot be told of which domain it is. */
  @Test
  void whoLogsInWithAnAppPasswordIsNamedByTheAccountsId() {
    String details = ", details = \"Authenticated with app password\"";
    SubmissionRecord facts = sent("accountName = \"a\", accountId = 4, id = 1" + details);
    assertEquals("account:4:a", facts.user());
    assertNull(facts.authorizationId());
    assertEquals("a", sent("accountName = \"a\"" + details).user());
    assertEquals(
        "a@a.example", sent("accountName = \"a@a.example\", accountId = 4" + details).user());
  }

  /** The password was right, but the account has no permission to send. */
  @Test
  void whoMayNotSendIsNotTheUser() {
    login("accountName = \"a@a.example\"");
    lines.read(
        TIME
            + "Unauthorized access (security.unauthorized) "
            + SESSION
            + "details = \"email-send\"");
    assertNull(queued().user());
    lines.read(
        TIME + "Authentication successful (auth.success) " + SESSION + "accountName = \"b\"");
    assertEquals("b", queued().user());
  }

  @Test
  void ofTwoWhoLoggedInNobodyIsTheUser() {
    login("accountName = \"a\"");
    lines.read(
        TIME + "Authentication successful (auth.success) " + SESSION + "accountName = \"b\"");
    assertNull(queued().user());
  }

  private void login(String keys) {
    lines.read(TIME + "SMTP connection started (smtp.connection-start) " + SESSION + "x = 1");
    lines.read(TIME + "Authentication successful (auth.success) " + SESSION + keys);
  }

  private SubmissionRecord sent(String login) {
    login(login);
    return queued();
  }

  private SubmissionRecord queued() {
    return lines.one(
        TIME
            + "Queued message submission for delivery (queue.authenticated-message-queued) "
            + SESSION
            + "queueId = 255, from = \"a@a.example\", to = [\"b@b.example\"], size = 5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"message-queued", "queue-message"})
  void mailFromOutside(String event) {
    String text = TIME + "Queued message for delivery (queue." + event + ") " + SESSION;
    SubmissionRecord facts = lines.one(text + "queueId = 1, from = \"\", to = [\"b@b.example\"]");
    assertEquals(Origin.UNAUTHENTICATED, facts.origin());
    assertNull(facts.user());
  }

  /** The line names the message that could not be delivered first. */
  @ParameterizedTest
  @ValueSource(strings = {"dsn-queued", "queue-dsn", "report-queued", "queue-autogenerated"})
  void mailThatComesOfAnotherIsItsOwn(String event) {
    for (String sender : List.of("<>", "\"<>\"")) {
      SubmissionRecord facts = lines.one(queued(event, OLD, sender, "[\"alice@a.example\"]"));
      assertEquals("200", facts.transactionId());
      assertEquals(Origin.INTERNAL, facts.origin());
      assertEquals("", facts.mailFrom());
      assertEquals("alice@a.example", facts.recipients().getFirst().address());
      assertEquals(20, facts.size());
    }
  }

  @Test
  void mailThatComesOfNoneIsItsOwnToo() {
    SubmissionRecord facts = lines.one(queued("dsn-queued", "", "<>", "[\"alice@a.example\"]"));
    assertEquals("200", facts.transactionId());
  }

  /** As versions wrote it that did not escape quotes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"x\", queueId = 7, from = \"y\"@a.example\"",
        "\"x\", queueId = 7, from = \"y\", z = \"@a.example\"",
        "\"x\", to = [\"\"y\"@a.example\"], queueId = 7, z = [\"\"a@a.example\"",
      })
  void anAddressCannotMakeAnothersMessageInternal(String address) {
    String old = "queueId = 256, from = " + address + ", to = [\"b@b.example\"], size = 1, ";
    assertNull(lines.one(queued("dsn-queued", old, "<>", "[\"alice@a.example\"]")));
    assertEquals(LineKind.UNKNOWN, lines.read(queued("dsn-queued", old, "\"<>\"", "[\"a\"]")));
    lines.read(queued("dsn-queued", OLD, "<>", "[" + address + "]"));
    lines.facts.forEach(facts -> assertEquals("200", facts.transactionId()));
  }

  private static String queued(String event, String old, String sender, String to) {
    return TIME
        + "Queued DSN for delivery (queue."
        + event
        + ") "
        + old
        + "queueId = 512, from = "
        + sender
        + ", to = "
        + to
        + ", size = 20, nextRetry = 2026-11-23T10:00:00Z";
  }
}
