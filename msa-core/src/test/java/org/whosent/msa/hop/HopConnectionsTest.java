package org.whosent.msa.hop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.msa.MsaConfiguration.HopAddress;
import org.whosent.msa.MsaConfiguration.HopTls;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.tls.TlsMaterial;
import org.whosent.record.Outcome;

/** Connections that are used again, and those that must not be. */
class HopConnectionsTest {
  private static final Duration LONG = Duration.ofSeconds(30);
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
    int port = Integer.parseInt(server.uri().substring(server.uri().lastIndexOf(':') + 1));
    return new SmtpHop(
        List.of(new HopAddress.Smtp("127.0.0.1", port, false)),
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
      assertTrue(reset.await(30, TimeUnit.SECONDS));
      // The one place is free when the reset was answered.
      while (true) {
        try (NextHop.Transaction transaction = hop.begin(Envelope.of("from@example.org"))) {
          if (transaction.opening().code() == 250) {
            transaction.recipient(ForwardPath.of("to@b.example"));
            transaction.handOver(new Text("a: b\r\n"));
            break;
          }
        }
      }
      assertEquals(List.of("to@b.example"), server.mails.getFirst().to());
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

  @Test
  void notKeptWhereTheOperatorWantsNone() {
    try (SmtpHop hop = hop(4, Duration.ZERO)) {
      send(hop, "one@b.example");
      send(hop, "two@b.example");
      assertEquals(2, connections.get());
    }
  }
}
