package org.whosent.msa.hop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.msa.HopAddress;
import org.whosent.msa.MsaConfiguration.HopTls;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.tls.TlsMaterial;
import org.whosent.record.Outcome;

/** Connections that are used again, and those that must not be. */
class HopConnectionsTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private final List<String> log = new CopyOnWriteArrayList<>();
  private FakeHop server;
  private final AtomicInteger connections = new AtomicInteger();

  private record Text(String text) implements HopMessage {
    @Override
    public InputStream open() {
      return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public long size() {
      return text.length();
    }

    @Override
    public boolean eightBit() {
      return false;
    }

    @Override
    public String transactionId() {
      return "0123456789ABCDEFGHJKMNPQRS";
    }
  }

  @BeforeEach
  void start() throws IOException {
    server = new FakeHop();
    answer("", "");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  /** Answers a command that begins like this one in this way; an empty answer is the usual one. */
  private void answer(String command, String answer) {
    server.answers =
        line -> {
          if (line.equals("CONNECT")) {
            connections.incrementAndGet();
          }
          return !answer.isEmpty() && line.startsWith(command) ? answer : null;
        };
  }

  private SmtpHop hop(int most, Duration idle) {
    return hop(most, idle, server);
  }

  private SmtpHop hop(int most, Duration idle, FakeHop... servers) {
    return new SmtpHop(
        Stream.of(servers)
            .map(s -> Integer.parseInt(s.uri().substring(s.uri().lastIndexOf(':') + 1)))
            .map(port -> new HopAddress.Smtp("127.0.0.1", port, false))
            .toList(),
        HopTls.NONE,
        Introduction.AUTO,
        "msa.example",
        new SmtpHop.Timeouts(LONG, LONG, LONG),
        new SmtpHop.Pooling(most, idle, Duration.ofMillis(50)),
        TlsMaterial.trustingClient(),
        TlsMaterial.verifyingClient(),
        log::add);
  }

  private static HandOver send(SmtpHop hop, String to) {
    try (NextHop.Transaction transaction = hop.begin(Envelope.of("from@example.org"))) {
      assertEquals(250, transaction.opening().code(), transaction.opening().text());
      assertTrue(transaction.recipient(ForwardPath.of(to)).isPositive());
      return transaction.handOver(new Text("a: b\r\n\r\n" + to + "\r\n"));
    }
  }

  @Test
  void oneAfterTheOtherOnOneConnection() {
    try (SmtpHop hop = hop(4, LONG)) {
      for (int i = 0; i < 5; i++) {
        assertEquals(Outcome.DELIVERED, send(hop, "to" + i + "@b.example").outcome());
      }
      assertEquals(1, connections.get());
      assertEquals(List.of("to4@b.example"), server.mails.get(4).to());
      // A message that the hop refuses is no reason to leave.
      answer(".", "554 5.7.1 spam");
      assertEquals(Outcome.BOUNCED, send(hop, "x@b.example").outcome());
      answer("", "");
      assertEquals(Outcome.DELIVERED, send(hop, "y@b.example").outcome());
      assertEquals(1, connections.get());
    }
  }

  @Test
  void aHopThatTiredOfWaitingIsAskedAgain() {
    for (String tired :
        List.of("421 4.4.2 idle too long", "CLOSE", "452 4.3.2 too many messages")) {
      try (SmtpHop hop = hop(4, LONG)) {
        send(hop, "one@b.example");
        AtomicInteger mails = new AtomicInteger();
        int before = connections.get();
        server.answers =
            line -> {
              if (line.equals("CONNECT")) {
                connections.incrementAndGet();
              }
              return line.startsWith("MAIL") && mails.getAndIncrement() == 0 ? tired : null;
            };
        assertEquals(Outcome.DELIVERED, send(hop, "two@b.example").outcome(), tired);
        assertEquals(before + 1, connections.get(), tired);
      }
    }
  }

  /** One message that goes through, so that its connection waits for the next. */
  private SmtpHop withWaitingConnection() {
    SmtpHop hop = hop(1, LONG);
    assertEquals(Outcome.DELIVERED, send(hop, "first@b.example").outcome());
    connections.set(0);
    return hop;
  }

  @Test
  void theAnswerToMailIsHeardWithTheFirstRecipient() {
    // What the hop says to MAIL, and what each recipient is told.
    Map<String, String> answers =
        Map.of(
            "550 5.7.1 not you", "550 5.7.1 next hop: not you",
            "552 5.3.4 too large", "552 5.3.4 next hop: too large",
            "555 5.5.4 what parameter", "555 5.5.4 next hop: what parameter");
    for (Map.Entry<String, String> answer : answers.entrySet()) {
      try (SmtpHop hop = withWaitingConnection()) {
        answer("MAIL", answer.getKey());
        server.commands.clear();
        try (NextHop.Transaction transaction = hop.begin(Envelope.of("from@example.org"))) {
          assertTrue(transaction.opening().isPositive());
          for (String to : List.of("one@b.example", "two@b.example")) {
            HopReply reply = transaction.recipient(ForwardPath.of(to));
            assertEquals(
                answer.getValue(), reply.code() + " " + reply.status() + " " + reply.text());
          }
        }
        assertEquals(0, connections.get(), "another connection was asked for a better verdict");
        assertFalse(server.commands.stream().anyMatch(c -> c.startsWith("RCPT")));
        answer("", "");
        assertEquals(Outcome.DELIVERED, send(hop, "next@b.example").outcome());
      }
    }
  }

  @Test
  void aVerdictOnUsIsNoneOnTheSender() {
    try (SmtpHop hop = withWaitingConnection()) {
      answer("MAIL", "530 5.7.0 log in");
      try (NextHop.Transaction transaction = hop.begin(Envelope.of("from@example.org"))) {
        HopReply reply = transaction.recipient(ForwardPath.of("one@b.example"));
        assertEquals("451 4.4.0", reply.code() + " " + reply.status());
        assertEquals(reply, transaction.recipient(ForwardPath.of("two@b.example")));
        assertEquals(Outcome.DEFERRED, transaction.handOver(new Text("a: b\r\n")).outcome());
      }
      assertEquals(1, connections.get(), "a new connection was not tried");
    }
  }

  @Test
  void aWaitingConnectionThatFailsLeadsToTheNextHop() throws Exception {
    for (String end : List.of("CLOSE", "421 4.3.2 going down", "nonsense")) {
      try (FakeHop other = new FakeHop();
          SmtpHop hop = hop(4, LONG, server, other)) {
        answer("", "");
        assertEquals(Outcome.DELIVERED, send(hop, "first@b.example").outcome());
        server.answers =
            line ->
                line.equals("CONNECT")
                    ? "421 4.3.2 going down"
                    : line.startsWith("MAIL") ? end : null;
        int before = server.mails.size();
        assertEquals(Outcome.DELIVERED, send(hop, "second@b.example").outcome(), end);
        assertEquals(before, server.mails.size());
        assertEquals(List.of("second@b.example"), other.mails.getFirst().to());
      }
    }
  }

  @Test
  void aMailThatNobodyHeardIsNoAnswerToWhatComesNext() throws Exception {
    for (String answer : List.of("", "550 5.7.1 not you")) {
      try (SmtpHop hop = withWaitingConnection()) {
        CountDownLatch reset = new CountDownLatch(1);
        server.answers =
            line -> {
              if (line.equals("CONNECT")) {
                connections.incrementAndGet();
              }
              if (line.equals("RSET")) {
                reset.countDown();
              }
              return line.startsWith("MAIL") && reset.getCount() > 0 && !answer.isEmpty()
                  ? answer
                  : null;
            };
        int before = server.mails.size();
        hop.begin(Envelope.of("never@example.org")).close();
        assertTrue(reset.await(300, TimeUnit.SECONDS));
        whenFree(hop, "real@b.example");
        assertEquals(0, connections.get());
        assertEquals("from@example.org", server.mails.get(before).from());
        assertEquals(List.of("real@b.example"), server.mails.get(before).to());
      }
    }
  }

  @Test
  void whatWasAnnouncedAndDidNotComeIsNoMessage() throws Exception {
    try (SmtpHop hop = withWaitingConnection()) {
      CompletableFuture<String> brokenOff = new CompletableFuture<>();
      server.onDataCutOff = brokenOff::complete;
      try (NextHop.Transaction transaction = hop.begin(Envelope.of("from@example.org"))) {
        assertTrue(transaction.recipient(ForwardPath.of("never@b.example")).isPositive());
        transaction.announce();
      }
      assertEquals("", brokenOff.get(300, TimeUnit.SECONDS));
      assertEquals("HOP2", send(hop, "two@b.example").nextHopId());
      assertEquals(1, connections.get(), "one that waits for content was used again");
      assertEquals(List.of("two@b.example"), server.mails.getLast().to());
    }
  }

  @Test
  void whatIsSaidToTheAnnouncementIsHeardAtTheHandOver() throws Exception {
    try (FakeHop other = new FakeHop()) {
      for (String answer :
          List.of("421 4.3.2 going down", "CLOSE", "554 5.7.1 no", "452 4.3.1 full", "250 odd")) {
        try (SmtpHop hop = hop(4, LONG, server, other)) {
          answer("DATA", answer);
          other.mails.clear();
          try (NextHop.Transaction transaction = hop.begin(Envelope.of("from@example.org"))) {
            assertTrue(transaction.recipient(ForwardPath.of("one@b.example")).isPositive());
            transaction.announce();
            HandOver handOver = transaction.handOver(new Text("a: b\r\n"));
            boolean lost = answer.startsWith("421") || answer.equals("CLOSE");
            assertEquals(
                lost
                    ? Outcome.DELIVERED
                    : answer.startsWith("554") ? Outcome.BOUNCED : Outcome.DEFERRED,
                handOver.outcome(),
                answer);
            assertEquals(lost ? 1 : 0, other.mails.size(), answer);
          }
          answer("", "");
        }
      }
      assertTrue(server.mails.isEmpty());
    }
  }

  @Test
  void aLateReplyIsNobodysAnswer() {
    try (SmtpHop hop = hop(4, LONG)) {
      answer(".", "250 2.0.0 Ok: queued as ONE\r\n250 2.0.0 Ok: queued as STRAY");
      assertEquals("ONE", send(hop, "one@b.example").nextHopId());
      answer("", "");
      assertEquals("HOP2", send(hop, "two@b.example").nextHopId());
      assertEquals(2, connections.get(), "a connection with something to read was used again");
    }
  }

  @Test
  void whatWasLeftOpenDoesNotReachTheNextMessage() throws Exception {
    try (SmtpHop hop = hop(1, LONG)) {
      CountDownLatch reset = new CountDownLatch(1);
      server.answers =
          line -> {
            if (line.equals("RSET")) {
              reset.countDown();
            }
            return null;
          };
      try (NextHop.Transaction transaction = hop.begin(Envelope.of("from@example.org"))) {
        assertTrue(transaction.recipient(ForwardPath.of("never@b.example")).isPositive());
      }
      assertTrue(reset.await(300, TimeUnit.SECONDS));
      whenFree(hop, "to@b.example");
      assertEquals(List.of("to@b.example"), server.mails.getFirst().to());
    }
  }

  /** Or a recipient that it refuses would be taken for one that it took. */
  @Test
  void anAnswerTooManyIsNoneToTheNextCommand() {
    try (SmtpHop hop = hop(1, LONG)) {
      server.answers =
          line ->
              line.startsWith("MAIL")
                  ? "250 2.1.0 Ok\r\n250 2.1.0 Stray"
                  : line.startsWith("RCPT") ? "550 5.1.1 unknown" : null;
      try (NextHop.Transaction transaction = hop.begin(Envelope.of("from@example.org"))) {
        assertEquals("4.4.2", transaction.recipient(ForwardPath.of("to@b.example")).status());
      }
      answer("", "");
      assertEquals(Outcome.DELIVERED, send(hop, "two@b.example").outcome());
    }
  }

  /** What it says to the message itself, nobody would hear. */
  @Test
  void anAnswerBeforeTheEndIsNoneToTheMessage() {
    try (SmtpHop hop = hop(1, LONG)) {
      server.answers =
          line ->
              line.equals("DATA")
                  ? "354 go on\r\n250 2.0.0 Ok: queued as STRAY"
                  : line.equals(".") ? "554 5.7.1 spam" : null;
      HandOver handOver = send(hop, "one@b.example");
      assertEquals(Outcome.DEFERRED, handOver.outcome());
      assertEquals("4.4.2", handOver.reply().status());
      assertEquals("250 2.0.0 Ok: queued as STRAY", handOver.said());
      answer("", "");
      assertEquals(Outcome.DELIVERED, send(hop, "two@b.example").outcome());
    }
  }

  /** It may not read on: the rest would be waited for to no end. */
  @Test
  void aMessageIsNotSentOnOnceTheHopHasAnswered() throws Exception {
    CompletableFuture<String> came = new CompletableFuture<>();
    server.onDataCutOff = came::complete;
    try (SmtpHop hop = hop(1, LONG)) {
      answer("DATA", "354 go on\r\n552 5.3.4 too much");
      try (NextHop.Transaction transaction = hop.begin(Envelope.of("from@example.org"))) {
        transaction.recipient(ForwardPath.of("one@b.example"));
        HandOver handOver = transaction.handOver(new Text("a: b\r\n".repeat(1_000_000)));
        assertEquals(Outcome.DEFERRED, handOver.outcome());
        assertEquals(451, handOver.reply().code());
        assertEquals("552 5.3.4 too much", handOver.said());
      }
      assertTrue(came.get().length() < 100_000, "octets: " + came.get().length());
      answer("", "");
      whenFree(hop, "two@b.example");
      assertEquals(List.of("two@b.example"), server.mails.getFirst().to());
    }
  }

  /** Whether its last word arrives before the end of the connection is the network's. */
  @Test
  void aHopThatLeavesAmidAMessageHasNone() throws Exception {
    for (String word : List.of("421 4.4.2 bye", "554 5.7.1 spam", "250 2.0.0 Ok", "", "354 on")) {
      try (SmtpHop hop = hop(1, LONG)) {
        server.wordAmidContent = word;
        try (NextHop.Transaction transaction = hop.begin(Envelope.of("from@example.org"))) {
          transaction.recipient(ForwardPath.of("one@b.example"));
          HandOver handOver = transaction.handOver(new Text("a: b\r\n".repeat(1_000_000)));
          assertEquals(Outcome.DEFERRED, handOver.outcome());
          assertEquals("451 4.4.2", handOver.reply().code() + " " + handOver.reply().status());
          assertTrue(handOver.said() == null || handOver.said().equals(word), handOver.said());
        }
        server.wordAmidContent = null;
        whenFree(hop, "two@b.example");
      }
    }
    assertEquals(5, server.mails.size());
  }

  /** One answer too many makes it the answer to DATA; the hop then waits for a message. */
  @Test
  void aHopThatIsOutOfStepIsNotUsedAgain() throws Exception {
    AtomicReference<String> taken = new AtomicReference<>("");
    server.onDataCutOff = content -> taken.accumulateAndGet(content, String::concat);
    try (SmtpHop hop = hop(1, LONG)) {
      answer("RCPT", "250 2.1.5 Ok\r\n250 2.1.5 Stray");
      assertEquals(Outcome.DEFERRED, send(hop, "one@b.example").outcome());
      answer("", "");
      whenFree(hop, "two@b.example");
      assertEquals(1, server.mails.size());
      assertEquals(List.of("two@b.example"), server.mails.getFirst().to());
      assertEquals(2, connections.get());
      assertFalse(taken.get().contains("MAIL"), taken.get());
    }
  }

  /** Sends when the one place is free, which it is when the reset was answered. */
  private static void whenFree(SmtpHop hop, String to) {
    while (true) {
      try (NextHop.Transaction transaction = hop.begin(Envelope.of("from@example.org"))) {
        if (transaction.opening().code() == 250) {
          transaction.recipient(ForwardPath.of(to));
          transaction.handOver(new Text("a: b\r\n"));
          return;
        }
      }
    }
  }

  @Test
  void noMoreThanTheCap() {
    try (SmtpHop hop = hop(1, LONG)) {
      try (NextHop.Transaction first = hop.begin(Envelope.of(""))) {
        assertTrue(first.opening().isPositive());
        try (NextHop.Transaction second = hop.begin(Envelope.of(""))) {
          assertEquals("4.3.2", second.opening().status());
          assertEquals(451, second.recipient(ForwardPath.of("a@b.example")).code());
          assertEquals(Outcome.DEFERRED, second.handOver(new Text("a: b\r\n")).outcome());
        }
        assertTrue(first.recipient(ForwardPath.of("a@b.example")).isPositive());
        assertEquals(Outcome.DELIVERED, first.handOver(new Text("a: b\r\n")).outcome());
      }
      assertEquals(Outcome.DELIVERED, send(hop, "b@b.example").outcome());
    }
  }

  private static NextHop.Transaction begin(SmtpHop hop, String login) {
    return hop.begin(
        new Envelope(
            "from@example.org",
            Envelope.Body.LINES,
            false,
            "",
            0,
            new Submitter(
                InetAddress.getLoopbackAddress(), 4000, "client.example", true, true, login)));
  }

  @Test
  void whoHasNotLoggedInLeavesHalfToUsers() {
    try (SmtpHop hop = hop(4, LONG);
        NextHop.Transaction user = begin(hop, "alice")) {
      assertEquals(250, user.opening().code());
      // Twice: what was taken is given back, also by those who got nothing.
      for (int i = 0; i < 2; i++) {
        try (NextHop.Transaction one = begin(hop, null);
            NextHop.Transaction two = begin(hop, null);
            NextHop.Transaction three = begin(hop, null);
            NextHop.Transaction another = begin(hop, "bob");
            NextHop.Transaction tooMuch = begin(hop, "carol")) {
          assertEquals(250, one.opening().code());
          assertEquals(250, two.opening().code());
          assertEquals("4.3.2", three.opening().status());
          assertEquals(250, another.opening().code());
          assertEquals("4.3.2", tooMuch.opening().status());
          for (NextHop.Transaction open : List.of(one, two, another)) {
            assertTrue(open.recipient(ForwardPath.of("to@b.example")).isPositive());
            assertEquals(Outcome.DELIVERED, open.handOver(new Text("a: b\r\n")).outcome());
          }
        }
      }
    }
  }

  /** Her messages may come as slowly as they like: the others have places. */
  @Test
  void oneUserLeavesHalfToOthers() {
    try (SmtpHop hop = hop(4, LONG);
        NextHop.Transaction one = begin(hop, "Alice");
        NextHop.Transaction two = begin(hop, "alice");
        NextHop.Transaction three = begin(hop, "ALICE");
        NextHop.Transaction another = begin(hop, "bob")) {
      assertEquals(250, one.opening().code());
      assertEquals(250, two.opening().code());
      assertEquals("4.3.2", three.opening().status());
      assertEquals(250, another.opening().code());
    }
  }

  @Test
  void notKeptWhereTheOperatorWantsNone() {
    try (SmtpHop hop = hop(4, Duration.ZERO)) {
      send(hop, "one@b.example");
      send(hop, "two@b.example");
      assertEquals(2, connections.get());
    }
  }
}
