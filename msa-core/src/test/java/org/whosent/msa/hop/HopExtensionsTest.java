package org.whosent.msa.hop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.msa.HopAddress;
import org.whosent.msa.MsaConfiguration.HopTls;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.tls.TlsMaterial;
import org.whosent.record.Outcome;

/** What hops have and lack, and what they are told of the client. */
class HopExtensionsTest {
  private final List<String> log = new CopyOnWriteArrayList<>();

  private record Octets(byte[] octets) implements HopMessage {
    @Override
    public InputStream open() {
      return new ByteArrayInputStream(octets);
    }

    @Override
    public long size() {
      return octets.length;
    }

    @Override
    public boolean eightBit() {
      return true;
    }

    @Override
    public String transactionId() {
      return "0123456789ABCDEFGHJKMNPQRS";
    }
  }

  private static Octets octets(String text) {
    return new Octets(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private SmtpHop hop(Introduction introduction, FakeHop... servers) {
    return hop(4, introduction, servers);
  }

  private SmtpHop hop(int most, Introduction introduction, FakeHop... servers) {
    return new SmtpHop(
        Stream.of(servers)
            .map(FakeHop::uri)
            .map(u -> Integer.parseInt(u.substring(u.lastIndexOf(':') + 1)))
            .map(port -> new HopAddress.Smtp("127.0.0.1", port, false))
            .toList(),
        HopTls.NONE,
        introduction,
        "msa.example",
        new SmtpHop.Timeouts(Duration.ofMinutes(2), Duration.ofMinutes(2), Duration.ofMinutes(2)),
        new SmtpHop.Pooling(most, Duration.ofMinutes(2), Duration.ofMinutes(2)),
        TlsMaterial.trustingClient(),
        TlsMaterial.verifyingClient(),
        log::add);
  }

  private static Envelope asking(Envelope.Body body, boolean utf8, String dsn) {
    return new Envelope("a@example.org", body, utf8, dsn, 0, null);
  }

  @Test
  void onlyWhatAllHopsHaveIsOffered() throws Exception {
    try (FakeHop one = new FakeHop();
        FakeHop two = new FakeHop();
        FakeHop gone = new FakeHop()) {
      one.extensions = List.of("SIZE 5000", "8BITMIME", "SMTPUTF8", "DSN");
      two.extensions = List.of("SIZE 4000", "8BITMIME", "CHUNKING", "BINARYMIME", "DSN");
      gone.answers = _ -> "CLOSE";
      try (SmtpHop hop = hop(Introduction.AUTO, one, two, gone)) {
        Offer offer = hop.offer();
        assertEquals(new Offer(Set.of(Extension.EIGHT_BIT, Extension.DSN), 4000), offer);
      }
      try (SmtpHop hop = hop(Introduction.AUTO, gone)) {
        assertEquals(Offer.NOTHING, hop.offer());
        // It came back: its next connection says so.
        gone.answers = _ -> null;
        try (NextHop.Transaction t = hop.begin(Envelope.of(""))) {
          assertTrue(t.opening().isPositive());
        }
        assertTrue(hop.offer().has(Extension.EIGHT_BIT));
      }
    }
  }

  @Test
  void oneQuestionForManyWhoWait() throws Exception {
    try (FakeHop server = new FakeHop();
        SmtpHop hop = hop(Introduction.AUTO, server)) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        threads.add(
            Thread.startVirtualThread(
                () -> assertTrue(hop.offer().has(Extension.EIGHT_BIT), "not known yet")));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(1, server.commands.stream().filter(c -> c.startsWith("EHLO")).count());
    }
  }

  @Test
  void theHopThatHasItIsChosen() throws Exception {
    try (FakeHop plain = new FakeHop();
        FakeHop able = new FakeHop()) {
      able.extensions = List.of("8BITMIME", "SMTPUTF8", "DSN");
      try (SmtpHop hop = hop(Introduction.AUTO, plain, able)) {
        Envelope envelope = asking(Envelope.Body.LINES, true, "RET=HDRS ENVID=x+3D1");
        try (NextHop.Transaction t = hop.begin(envelope)) {
          assertTrue(t.opening().isPositive(), t.opening().text());
          assertTrue(t.recipient(new ForwardPath("\u00fc@b.example", "NOTIFY=NEVER")).isPositive());
          assertEquals(Outcome.DELIVERED, t.handOver(octets("a: b\r\n\r\n")).outcome());
        }
      }
      assertTrue(
          able.commands.contains(
              "MAIL FROM:<a@example.org> BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=x+3D1"),
          able.commands.toString());
      assertTrue(able.commands.contains("RCPT TO:<\u00c3\u00bc@b.example> NOTIFY=NEVER"));
      assertTrue(plain.commands.stream().noneMatch(c -> c.startsWith("MAIL")));
    }
  }

  @Test
  void whatNoHopHasIsRefusedForGoodUnlessOneIsAway() throws Exception {
    try (FakeHop plain = new FakeHop();
        FakeHop away = new FakeHop()) {
      away.answers = _ -> "CLOSE";
      Object[][] cases = {
        {asking(Envelope.Body.LINES, true, ""), 550, "5.6.7"},
        {asking(Envelope.Body.BINARY, false, ""), 554, "5.6.3"},
        {asking(Envelope.Body.LINES, false, "RET=FULL"), 555, "5.5.4"},
      };
      for (Object[] one : cases) {
        try (SmtpHop hop = hop(Introduction.AUTO, plain);
            NextHop.Transaction t = hop.begin((Envelope) one[0])) {
          assertEquals(one[1], t.opening().code());
          assertEquals(one[2], t.opening().status());
        }
        try (SmtpHop hop = hop(Introduction.AUTO, plain, away);
            NextHop.Transaction t = hop.begin((Envelope) one[0])) {
          assertEquals("4.4.1", t.opening().status());
        }
      }
      try (SmtpHop hop = hop(Introduction.AUTO, plain);
          NextHop.Transaction t = hop.begin(Envelope.of(""))) {
        assertEquals(555, t.recipient(new ForwardPath("a@b.example", "NOTIFY=NEVER")).code());
        assertEquals(250, t.recipient(ForwardPath.of("a@b.example")).code());
      }
      assertTrue(plain.commands.stream().noneMatch(c -> c.contains("NOTIFY")));
    }
  }

  @Test
  void failOverKeepsWhatWasPromised() throws Exception {
    try (FakeHop dying = new FakeHop();
        FakeHop plain = new FakeHop();
        FakeHop able = new FakeHop()) {
      dying.extensions = List.of("DSN", "8BITMIME");
      able.extensions = List.of("DSN", "8BITMIME");
      dying.answers = line -> line.equals("DATA") ? "CLOSE" : null;
      try (SmtpHop hop = hop(Introduction.AUTO, dying, plain, able);
          NextHop.Transaction t = hop.begin(Envelope.of(""))) {
        assertTrue(t.recipient(new ForwardPath("a@b.example", "NOTIFY=NEVER")).isPositive());
        assertEquals(Outcome.DELIVERED, t.handOver(octets("a: b\r\n\r\n")).outcome());
      }
      assertTrue(plain.mails.isEmpty(), "would have notified, though told not to");
      assertEquals(1, able.mails.size());
      assertTrue(able.commands.contains("RCPT TO:<a@b.example> NOTIFY=NEVER"));
    }
  }

  @Test
  void binaryGoesAsItIs() throws Exception {
    StringBuilder all = new StringBuilder("a: b\r\n\r\n");
    for (int i = 0; i < 20_000; i++) {
      all.append((char) (i * 31 & 0xff));
    }
    String content = all + "\r\n.\r\nQUIT\r\n\n.\n\r";
    try (FakeHop server = new FakeHop()) {
      server.extensions = List.of("8BITMIME", "CHUNKING", "BINARYMIME");
      try (SmtpHop hop = hop(1, Introduction.AUTO, server)) {
        for (int i = 0; i < 2; i++) {
          try (NextHop.Transaction t = hop.begin(asking(Envelope.Body.BINARY, false, ""))) {
            assertTrue(t.recipient(ForwardPath.of("a@b.example")).isPositive());
            assertEquals(Outcome.DELIVERED, t.handOver(octets(content)).outcome());
          }
        }
        assertEquals(content, server.mails.get(1).content());
        assertTrue(server.commands.contains("BDAT " + content.length() + " LAST"));
        // Cut before its last octet no hop has it; after, only the hop knows.
        server.cutAfter = content.length() - 1;
        try (NextHop.Transaction t = hop.begin(asking(Envelope.Body.BINARY, false, ""))) {
          assertTrue(t.recipient(ForwardPath.of("a@b.example")).isPositive());
          Outcome outcome = t.handOver(octets(content)).outcome();
          assertTrue(outcome == Outcome.DEFERRED || outcome == Outcome.UNKNOWN, outcome.toString());
        }
        server.cutAfter = Long.MAX_VALUE;
        server.answers = line -> line.startsWith("BDAT") ? "554 5.7.1 spam" : null;
        try (NextHop.Transaction t = hop.begin(asking(Envelope.Body.BINARY, false, ""))) {
          assertTrue(t.recipient(ForwardPath.of("a@b.example")).isPositive());
          assertEquals(Outcome.BOUNCED, t.handOver(octets(content)).outcome());
        }
        // RFC 3030 section 2: nobody knows what is left of it but for a RSET.
        try (NextHop.Transaction t = hop.begin(Envelope.of("next@example.org"))) {
          assertTrue(t.recipient(ForwardPath.of("a@b.example")).isPositive());
        }
        int next = server.commands.indexOf("MAIL FROM:<next@example.org> BODY=8BITMIME");
        assertEquals("RSET", server.commands.get(next - 1));
        // One answer too many, and the hop's word on the message is heard by nobody.
        server.answers = line -> line.startsWith("RCPT") ? "250 Ok\r\n554 5.7.1 stray" : null;
        int before = server.mails.size();
        try (NextHop.Transaction t = hop.begin(asking(Envelope.Body.BINARY, false, ""))) {
          assertTrue(t.recipient(ForwardPath.of("a@b.example")).isPositive());
          assertEquals(Outcome.DEFERRED, t.handOver(octets(content)).outcome());
        }
        assertEquals(before, server.mails.size());
      }
    }
  }

  @Test
  void cutWithinDataIsNoMailAndMayBeTriedAgain() throws Exception {
    String content = "a: b\r\n\r\n" + "0123456789\r\n".repeat(100_000);
    try (FakeHop server = new FakeHop();
        FakeHop other = new FakeHop()) {
      server.cutAfter = 500_000;
      try (SmtpHop hop = hop(Introduction.AUTO, server, other);
          NextHop.Transaction t = hop.begin(Envelope.of(""))) {
        assertTrue(t.recipient(ForwardPath.of("a@b.example")).isPositive());
        HandOver handOver = t.handOver(octets(content));
        assertEquals(451, handOver.reply().code());
        assertFalse(handOver.outcome() == Outcome.DELIVERED);
        assertNull(handOver.nextHopId());
      }
      assertTrue(server.mails.isEmpty());
      assertTrue(other.mails.isEmpty(), "no other hop is tried once data flowed");
    }
  }

  private static Submitter submitter(String address, String helo, String login) throws Exception {
    return new Submitter(InetAddress.getByName(address), 4711, helo, true, false, login);
  }

  private static void mail(SmtpHop hop, Submitter submitter) {
    Envelope envelope = new Envelope("", Envelope.Body.LINES, false, "", 0, submitter);
    try (NextHop.Transaction t = hop.begin(envelope)) {
      assertTrue(t.opening().isPositive(), t.opening().text());
      assertTrue(t.recipient(ForwardPath.of("a@b.example")).isPositive());
      assertEquals(Outcome.DELIVERED, t.handOver(octets("a: b\r\n\r\n")).outcome());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theClientIsForwarded(boolean pipelining) throws Exception {
    try (FakeHop server = new FakeHop()) {
      server.extensions =
          List.of(
              "XFORWARD NAME ADDR PORT PROTO HELO SOURCE",
              "XCLIENT ADDR LOGIN",
              pipelining ? "PIPELINING" : "HELP");
      try (SmtpHop hop = hop(Introduction.AUTO, server)) {
        mail(hop, submitter("192.0.2.1", "pc=1 x", "alice"));
        // On the connection that was used before, nothing of the one before is left.
        mail(hop, submitter("2001:db8::1", "", null));
      }
      assertEquals(
          List.of(
              "EHLO msa.example",
              "XFORWARD NAME=[UNAVAILABLE] ADDR=192.0.2.1 PORT=4711 PROTO=ESMTP"
                  + " HELO=pc+3D1+20x SOURCE=REMOTE",
              "MAIL FROM:<>",
              "RCPT TO:<a@b.example>",
              "DATA",
              "XFORWARD NAME=[UNAVAILABLE] ADDR=IPV6:2001:db8::1 PORT=4711 PROTO=ESMTP"
                  + " HELO=[UNAVAILABLE] SOURCE=REMOTE",
              "MAIL FROM:<>",
              "RCPT TO:<a@b.example>",
              "DATA"),
          server.commands.stream().filter(c -> !c.equals("QUIT")).toList());
    }
  }

  @Test
  void whereItMayBePipelinedTheClientDoesNotWaitForIt() throws Exception {
    try (FakeHop server = new FakeHop()) {
      server.extensions = List.of("XFORWARD ADDR", "PIPELINING");
      CountDownLatch opened = new CountDownLatch(1);
      server.answers =
          line -> {
            if (line.startsWith("XFORWARD ADDR=192.0.2.2")) {
              awaitUninterruptibly(opened);
            }
            return null;
          };
      try (SmtpHop hop = hop(Introduction.AUTO, server)) {
        mail(hop, submitter("192.0.2.1", "pc", "alice"));
        Envelope envelope =
            new Envelope(
                "", Envelope.Body.LINES, false, "", 0, submitter("192.0.2.2", "pc", "bob"));
        try (NextHop.Transaction t = hop.begin(envelope)) {
          assertTrue(t.opening().isPositive(), t.opening().text());
          opened.countDown();
          assertTrue(t.recipient(ForwardPath.of("a@b.example")).isPositive());
          assertEquals(Outcome.DELIVERED, t.handOver(octets("a: b\r\n\r\n")).outcome());
        }
      }
      assertEquals(1, server.commands.stream().filter(c -> c.startsWith("EHLO")).count());
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anIntroductionThatNobodyHeardIsNoAnswerToWhatComesNext() throws Exception {
    try (FakeHop server = new FakeHop()) {
      server.extensions = List.of("XFORWARD ADDR", "PIPELINING");
      CountDownLatch reset = new CountDownLatch(1);
      server.answers =
          line -> {
            if (line.equals("RSET")) {
              reset.countDown();
            }
            return line.startsWith("MAIL FROM:<never") ? "550 5.7.1 not you" : null;
          };
      try (SmtpHop hop = hop(1, Introduction.AUTO, server)) {
        mail(hop, submitter("192.0.2.1", "pc", "alice"));
        Envelope never =
            new Envelope(
                "never@b.example",
                Envelope.Body.LINES,
                false,
                "",
                0,
                submitter("192.0.2.2", "pc", "bob"));
        hop.begin(never).close();
        assertTrue(reset.await(300, TimeUnit.SECONDS));
        // There is one place, so this waits until the connection is back.
        mail(hop, submitter("192.0.2.3", "pc", "carol"));
      }
      assertEquals(1, server.commands.stream().filter(c -> c.startsWith("EHLO")).count());
      assertEquals(List.of("", ""), server.mails.stream().map(FakeHop.Mail::from).toList());
    }
  }

  @Test
  void asTheClientWhereTheOperatorWantsIt() throws Exception {
    try (FakeHop server = new FakeHop()) {
      server.extensions = List.of("XFORWARD ADDR", "XCLIENT ADDR LOGIN");
      server.answers = line -> line.startsWith("XCLIENT") ? "220 hop.example ESMTP" : null;
      try (SmtpHop hop = hop(Introduction.XCLIENT, server)) {
        mail(hop, submitter("192.0.2.1", "pc", "alice@example.org"));
        mail(hop, submitter("192.0.2.2", "pc", null));
      }
      assertEquals(
          List.of(
              "EHLO msa.example",
              "XCLIENT ADDR=192.0.2.1 LOGIN=alice@example.org",
              "EHLO msa.example",
              "MAIL FROM:<>",
              "RCPT TO:<a@b.example>",
              "DATA",
              "XCLIENT ADDR=192.0.2.2 LOGIN=[UNAVAILABLE]",
              "EHLO msa.example",
              "MAIL FROM:<>",
              "RCPT TO:<a@b.example>",
              "DATA"),
          server.commands.stream().filter(c -> !c.equals("QUIT")).toList());
      server.commands.clear();
      for (Introduction other : List.of(Introduction.NONE, Introduction.AUTO)) {
        server.extensions = List.of("8BITMIME");
        try (SmtpHop hop = hop(other, server)) {
          mail(hop, submitter("192.0.2.1", "pc", "alice"));
        }
      }
      assertTrue(server.commands.stream().noneMatch(c -> c.startsWith("X")));
    }
  }

  /** Postfix leaves words out of EHLO by the client's address, if it is told to. */
  @Test
  void whatIsNotOfferedToTheClientIsNotAskedForAsTheClient() throws Exception {
    try (FakeHop server = new FakeHop()) {
      server.answers =
          line -> {
            boolean begins = line.equals("CONNECT") || line.startsWith("XCLIENT");
            if (begins) {
              String word = line.contains("192.0.2.2") ? "8BITMIME" : "SMTPUTF8";
              server.extensions = List.of("XCLIENT ADDR LOGIN", word);
            }
            return begins ? "220 hop.example ESMTP" : null;
          };
      // One place: it must be free again each time.
      try (SmtpHop hop = hop(1, Introduction.XCLIENT, server)) {
        for (int i = 0; i < 3; i++) {
          for (String client : List.of("192.0.2.2", "192.0.2.1")) {
            Envelope envelope =
                new Envelope(
                    "\u00fc@b.example",
                    Envelope.Body.LINES,
                    true,
                    "",
                    0,
                    submitter(client, "pc", "alice"));
            try (NextHop.Transaction t = hop.begin(envelope)) {
              assertEquals(client.equals("192.0.2.1") ? 250 : 550, t.opening().code());
            }
          }
        }
      }
    }
  }

  /** Or the second message would go under the first one's login. */
  @ParameterizedTest
  @ValueSource(strings = {"HELP", "XCLIENT ADDR", "XFORWARD ADDR"})
  void whoeverHearsOfOneClientOnlyHearsOfOneOnly(String offeredToTheClient) throws Exception {
    try (FakeHop server = new FakeHop()) {
      server.answers =
          line -> {
            boolean asTheClient = line.startsWith("XCLIENT");
            if (asTheClient || line.equals("CONNECT")) {
              server.extensions =
                  List.of("PIPELINING", asTheClient ? offeredToTheClient : "XCLIENT ADDR LOGIN");
            }
            return asTheClient ? "220 hop.example ESMTP" : null;
          };
      try (SmtpHop hop = hop(1, Introduction.AUTO, server)) {
        mail(hop, submitter("192.0.2.1", "pc", "alice"));
        mail(hop, submitter("192.0.2.2", "pc", "bob"));
        mail(hop, submitter("192.0.2.3", "pc", null));
      }
      assertEquals(
          List.of(
              "XCLIENT ADDR=192.0.2.1 LOGIN=alice",
              "MAIL FROM:<>",
              "XCLIENT ADDR=192.0.2.2 LOGIN=bob",
              "MAIL FROM:<>",
              "XCLIENT ADDR=192.0.2.3 LOGIN=[UNAVAILABLE]",
              "MAIL FROM:<>"),
          server.commands.stream().filter(c -> c.startsWith("X") || c.startsWith("M")).toList());
    }
  }

  @Test
  void noMailUnderTheNameOfTheClientBefore() throws Exception {
    try (FakeHop server = new FakeHop()) {
      server.extensions = List.of("XCLIENT ADDR LOGIN");
      server.answers = line -> line.startsWith("XCLIENT ADDR=192.0.2.2") ? "501 5.5.4 no" : null;
      try (SmtpHop hop = hop(Introduction.XCLIENT, server)) {
        mail(hop, submitter("192.0.2.1", "pc", "alice"));
        Envelope envelope =
            new Envelope(
                "", Envelope.Body.LINES, false, "", 0, submitter("192.0.2.2", "pc", "bob"));
        try (NextHop.Transaction t = hop.begin(envelope)) {
          assertEquals("4.4.1", t.opening().status());
        }
      }
      assertEquals(1, server.commands.stream().filter(c -> c.startsWith("MAIL")).count());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void xforwardRefusedOnAFreshConnectionStopsNoMail(boolean pipelining) throws Exception {
    try (FakeHop server = new FakeHop()) {
      server.extensions =
          List.of("XFORWARD ADDR ADDR ADDR", pipelining ? "PIPELINING" : "8BITMIME");
      server.answers = line -> line.startsWith("XFORWARD") ? "501 5.5.4 no" : null;
      try (SmtpHop hop = hop(Introduction.AUTO, server)) {
        mail(hop, submitter("192.0.2.1", "pc", "alice"));
        mail(hop, submitter("192.0.2.2", "pc", "bob"));
      }
      assertEquals(2, server.mails.size());
      // Not on the one that may still have alice in mind.
      assertEquals(2, server.commands.stream().filter(c -> c.startsWith("EHLO")).count());
      assertTrue(log.stream().anyMatch(l -> l.contains("refuses XFORWARD")), log.toString());
    }
  }

  @Test
  void declaredSizeGoesOn() throws Exception {
    try (FakeHop server = new FakeHop();
        SmtpHop hop = hop(Introduction.AUTO, server);
        NextHop.Transaction t =
            hop.begin(new Envelope("", Envelope.Body.LINES, false, "", 1000, null))) {
      assertTrue(t.opening().isPositive());
      assertTrue(server.commands.contains("MAIL FROM:<> BODY=8BITMIME SIZE=1400"));
    }
  }
}
