package org.whosent.msa.hop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.msa.HopAddress;
import org.whosent.msa.MsaConfiguration.HopTls;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;
import org.whosent.msa.tls.TlsMaterial;
import org.whosent.record.Outcome;

/** Next hops that fail, refuse, answer nonsense or nothing. */
class SmtpHopTest {
  @TempDir Path directory;
  private final List<String> log = new ArrayList<>();

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
      return text.chars().anyMatch(c -> c > 0x7f);
    }

    @Override
    public String transactionId() {
      return "0123456789ABCDEFGHJKMNPQRS";
    }
  }

  /** No answer that comes at all comes too late, however busy the machine. */
  private static final Duration LONG = Duration.ofMinutes(2);

  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Text MESSAGE = new Text("a: b\r\n\r\n.\r\n..x\r\n");

  private SmtpHop hop(HopTls tls, FakeHop... servers) {
    return hop(tls, Stream.of(servers).map(FakeHop::uri).toList());
  }

  private SmtpHop hop(HopTls tls, List<String> uris) {
    return hop(tls, uris, LONG, LONG);
  }

  private SmtpHop hop(HopTls tls, List<String> uris, Duration command, Duration finalDot) {
    List<HopAddress.Smtp> addresses =
        uris.stream()
            .map(u -> Integer.parseInt(u.substring(u.lastIndexOf(':') + 1)))
            .map(port -> new HopAddress.Smtp("127.0.0.1", port, false))
            .toList();
    return new SmtpHop(
        addresses,
        tls,
        Introduction.AUTO,
        "msa.example",
        new SmtpHop.Timeouts(LONG, command, finalDot),
        new SmtpHop.Pooling(4, LONG, LONG),
        TlsMaterial.trustingClient(),
        TlsMaterial.verifyingClient(),
        log::add);
  }

  @Test
  void failOverBeforeData() throws Exception {
    try (Socket gone = new Socket();
        FakeHop busy = new FakeHop();
        FakeHop dying = new FakeHop();
        FakeHop good = new FakeHop()) {
      // Bound, so that nobody else gets the port, and not listening.
      gone.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      List<String> uris =
          List.of("smtp://127.0.0.1:" + gone.getLocalPort(), busy.uri(), dying.uri(), good.uri());
      busy.answers = line -> line.equals("CONNECT") ? "421 4.3.2 busy" : null;
      dying.answers = line -> line.equals("RCPT TO:<two@b.example>") ? "CLOSE" : null;
      try (NextHop.Transaction transaction =
          hop(HopTls.NONE, uris).begin(Envelope.of("from@example.org"))) {
        assertTrue(transaction.opening().isPositive());
        assertTrue(transaction.recipient(ForwardPath.of("one@b.example")).isPositive());
        assertTrue(transaction.recipient(ForwardPath.of("two@b.example")).isPositive());
        HandOver handOver = transaction.handOver(MESSAGE);
        assertEquals(Outcome.DELIVERED, handOver.outcome());
        assertEquals("HOP1", handOver.nextHopId());
      }
      assertEquals(List.of("one@b.example", "two@b.example"), good.mails.getFirst().to());
      assertEquals(MESSAGE.text(), good.mails.getFirst().content());
      assertTrue(dying.mails.isEmpty());
      // Each line says which hop it was, once.
      String lost = dying.uri().replace("smtp://127.0.0.1", "next hop 127.0.0.1[127.0.0.1]");
      assertEquals(
          List.of(
              "next hop 127.0.0.1:" + gone.getLocalPort() + ": Connection refused",
              lost + ": connection lost"),
          log.stream().filter(line -> line.contains("onnection")).toList());
    }
  }

  @Test
  void failOverAtDataAndNoneAfterIt() throws Exception {
    try (FakeHop dying = new FakeHop();
        FakeHop good = new FakeHop()) {
      dying.answers = line -> line.equals("DATA") ? "CLOSE" : null;
      try (NextHop.Transaction transaction = hop(HopTls.NONE, dying, good).begin(Envelope.of(""))) {
        assertTrue(transaction.recipient(ForwardPath.of("one@b.example")).isPositive());
        assertEquals(Outcome.DELIVERED, transaction.handOver(MESSAGE).outcome());
      }
      dying.answers = line -> line.equals(".") ? "CLOSE-AFTER" : null;
      try (NextHop.Transaction transaction = hop(HopTls.NONE, dying, good).begin(Envelope.of(""))) {
        assertTrue(transaction.recipient(ForwardPath.of("one@b.example")).isPositive());
        HandOver handOver = transaction.handOver(MESSAGE);
        assertEquals(Outcome.UNKNOWN, handOver.outcome());
        assertEquals(451, handOver.reply().code());
      }
      assertEquals(1, good.mails.size(), "sent again though the first may have it");
    }
  }

  /** A hop that is out of step says yes to what it has not got. */
  @Test
  void onlyTheRightYesMeansThatAHopHasTheMessage() throws Exception {
    for (String out : List.of("DATA 250 2.0.0 Ok: queued as HOP9", ". 354 go on", "DATA 251 x")) {
      String command = out.substring(0, out.indexOf(' '));
      String answer = out.substring(out.indexOf(' ') + 1);
      try (FakeHop odd = new FakeHop()) {
        odd.answers = line -> line.equals(command) ? answer : null;
        try (NextHop.Transaction transaction = hop(HopTls.NONE, odd).begin(Envelope.of(""))) {
          assertTrue(transaction.recipient(ForwardPath.of("one@b.example")).isPositive());
          transaction.announce();
          HandOver handOver = transaction.handOver(MESSAGE);
          assertEquals(451, handOver.reply().code(), out);
          assertEquals(Outcome.DEFERRED, handOver.outcome(), out);
          assertNull(handOver.nextHopId(), out);
        }
      }
    }
  }

  @Test
  void eightBitGoesToNoHopThatDoesNotTakeIt() throws Exception {
    try (FakeHop dying = new FakeHop();
        FakeHop old = new FakeHop()) {
      old.extensions = List.of();
      dying.answers = line -> line.equals("DATA") ? "CLOSE" : null;
      try (NextHop.Transaction t = hop(HopTls.NONE, dying, old).begin(Envelope.of(""))) {
        assertTrue(t.has(Extension.EIGHT_BIT));
        assertTrue(t.recipient(ForwardPath.of("one@b.example")).isPositive());
        HandOver handOver = t.handOver(new Text("a: b\r\n\r\n\u00e9\r\n"));
        assertEquals(Outcome.DEFERRED, handOver.outcome());
        assertEquals(451, handOver.reply().code());
      }
      assertTrue(old.mails.isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CLOSE",
        "nonsense",
        "2",
        "250",
        "999 x",
        "250-a\r\n250-b",
        "\u0000\u0000\u0000",
        "250x"
      })
  void nonsenseIsNoAnswer(String nonsense) throws Exception {
    try (FakeHop odd = new FakeHop()) {
      odd.answers = line -> line.startsWith("RCPT") ? nonsense : null;
      Duration patience = nonsense.endsWith("250-b") ? SHORT : LONG; // it never ends
      SmtpHop hop = hop(HopTls.NONE, List.of(odd.uri()), patience, LONG);
      try (NextHop.Transaction transaction = hop.begin(Envelope.of(""))) {
        HopReply reply = transaction.recipient(ForwardPath.of("one@b.example"));
        assertEquals(nonsense.equals("250") ? 250 : 451, reply.code());
      }
    }
  }

  @Test
  void endlessRepliesAreCutOff() throws Exception {
    for (String endless : List.of("250-" + "x".repeat(10_000), "250-x\r\n".repeat(1000))) {
      try (FakeHop odd = new FakeHop()) {
        odd.answers = line -> line.startsWith("MAIL") ? endless : null;
        try (NextHop.Transaction transaction = hop(HopTls.NONE, odd).begin(Envelope.of(""))) {
          assertEquals("4.4.1", transaction.opening().status());
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "250 2.0.0 Ok: queued as 4XyZ12abc|4XyZ12abc",
        "250 OK id=1tFabc-0000000A1B2-0xyz|1tFabc-0000000A1B2-0xyz",
        "250 2.0.0 4ANFabcd012345 Message accepted for delivery|4ANFabcd012345",
        "250 Message Queued (1B2C3D4E-AAAA.1)|1B2C3D4E-AAAA.1",
        "250 2.0.0 fine|",
        "250 queued as <script>|",
        "250 2.6.0 <id=4XyZ12abc@b.example> [InternalId=17] Queued mail for delivery|",
        "250 2.6.0 <a> queued as 4XyZ12abc> Ok: queued as 5AbC|5AbC",
      })
  void queueIds(String reply, String queueId) throws Exception {
    try (FakeHop server = new FakeHop()) {
      server.answers = line -> line.equals(".") ? reply : null;
      try (NextHop.Transaction transaction = hop(HopTls.NONE, server).begin(Envelope.of(""))) {
        assertTrue(transaction.recipient(ForwardPath.of("one@b.example")).isPositive());
        assertEquals(queueId, transaction.handOver(MESSAGE).nextHopId());
      }
    }
  }

  @Test
  void tlsAsConfigured() throws Exception {
    try (FakeHop clear = new FakeHop()) {
      try (NextHop.Transaction t = hop(HopTls.OPPORTUNISTIC, clear).begin(Envelope.of(""))) {
        assertTrue(t.opening().isPositive());
      }
      for (HopTls tls : List.of(HopTls.REQUIRED, HopTls.VERIFIED)) {
        try (NextHop.Transaction t = hop(tls, clear).begin(Envelope.of(""))) {
          assertEquals(451, t.opening().code());
        }
      }
    }
    // A server of our own stands in for a hop with a certificate that nobody vouches for.
    try (TestServer server = new TestServer(directory, "maildir:mail", "")) {
      List<String> uri = List.of("smtp://127.0.0.1:" + server.port(0));
      for (HopTls tls : HopTls.values()) {
        try (NextHop.Transaction t = hop(tls, uri).begin(Envelope.of(""))) {
          // 530 from a hop is not for our client: we are told to log in, not they.
          assertEquals(451, t.opening().code());
          assertEquals(
              tls == HopTls.VERIFIED ? "4.4.1" : "4.4.0", t.opening().status(), log::toString);
        }
      }
      assertTrue(String.join("\n", log).contains("530 5.7.0 authentication required"));
    }
  }

  @Test
  void opportunisticTlsFallsBackToClear() throws Exception {
    try (FakeHop broken = new FakeHop()) {
      broken.extensions = List.of("STARTTLS");
      broken.answers = line -> line.equals("STARTTLS") ? "220 go\r\nnot TLS at all" : null;
      try (NextHop.Transaction t = hop(HopTls.OPPORTUNISTIC, broken).begin(Envelope.of(""))) {
        assertTrue(t.opening().isPositive(), log.toString());
      }
      try (NextHop.Transaction t = hop(HopTls.REQUIRED, broken).begin(Envelope.of(""))) {
        assertFalse(t.opening().isPositive());
      }
    }
  }

  @Test
  void silentHopIsTemporary() throws Exception {
    try (FakeHop silent = new FakeHop()) {
      silent.onFinalDot =
          () -> {
            try {
              Thread.sleep(Duration.ofMinutes(2));
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          };
      SmtpHop hop = hop(HopTls.NONE, List.of(silent.uri()), LONG, SHORT);
      try (NextHop.Transaction t = hop.begin(Envelope.of(""))) {
        assertTrue(t.recipient(ForwardPath.of("a@b.example")).isPositive());
        assertEquals(Outcome.UNKNOWN, t.handOver(MESSAGE).outcome());
      }
    }
  }

  @Test
  void maildir() throws Exception {
    MaildirHop maildir = new MaildirHop(directory.resolve("mail"), "msa.example", log::add);
    try (NextHop.Transaction t = maildir.begin(Envelope.of("from@example.org"))) {
      t.recipient(ForwardPath.of("one@b.example"));
      t.recipient(ForwardPath.of("two@b.example"));
      HandOver handOver = t.handOver(MESSAGE);
      assertEquals(Outcome.DELIVERED, handOver.outcome());
      Path file = directory.resolve("mail").resolve("new").resolve(handOver.nextHopId());
      assertEquals(
          "Return-Path: <from@example.org>\nEnvelope-To: <one@b.example>\n"
              + "Envelope-To: <two@b.example>\na: b\n\n.\n..x\n",
          Files.readString(file));
    }
    try (Stream<Path> left = Files.list(directory.resolve("mail").resolve("tmp"))) {
      assertEquals(0, left.count());
    }
    HopMessage unreadable =
        new HopMessage() {
          @Override
          public InputStream open() throws IOException {
            throw new IOException("gone");
          }

          @Override
          public long size() {
            return 0;
          }

          @Override
          public boolean eightBit() {
            return false;
          }

          @Override
          public String transactionId() {
            return "X";
          }
        };
    try (NextHop.Transaction t = maildir.begin(Envelope.of(""))) {
      HandOver handOver = t.handOver(unreadable);
      assertEquals(Outcome.DEFERRED, handOver.outcome());
      assertEquals(452, handOver.reply().code());
      assertNull(handOver.nextHopId());
    }
    try (Stream<Path> left = Files.list(directory.resolve("mail").resolve("tmp"))) {
      assertEquals(0, left.count());
    }
  }
}
