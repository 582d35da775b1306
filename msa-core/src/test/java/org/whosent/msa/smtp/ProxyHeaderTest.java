package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;
import org.whosent.record.Addresses;
import org.whosent.record.JournalEntry;
import org.whosent.record.SubmissionRecord;

/** Load balancers that say who their client is, and others who would like to. */
class ProxyHeaderTest {
  private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";

  @TempDir Path directory;

  private static Optional<InetSocketAddress> read(String octets) throws IOException {
    ByteArrayInputStream in =
        new ByteArrayInputStream((octets + "EHLO x\r\n").getBytes(StandardCharsets.ISO_8859_1));
    Optional<InetSocketAddress> said = ProxyHeader.read(in::read);
    assertEquals("EHLO x\r\n", new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
    return said;
  }

  private static String binary(int command, int family, byte[]... parts) {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      rest.writeBytes(part);
    }
    return SIGNATURE
        + (char) command
        + (char) family
        + (char) (rest.size() >> 8)
        + (char) (rest.size() & 0xff)
        + rest.toString(StandardCharsets.ISO_8859_1);
  }

  private static byte[] address(String text) throws IOException {
    return InetAddress.getByName(text).getAddress();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PROXY TCP4 192.0.2.1 198.51.100.1 56324 587|192.0.2.1 56324",
        "PROXY TCP6 2001:db8::1 2001:db8::2 1 65535|2001:db8::1 1",
        "PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2|192.0.2.1 1",
        "PROXY UNKNOWN|",
        "PROXY UNKNOWN ffff::1 ffff::2 65535 65535|",
      })
  void text(String line, String expected) throws Exception {
    String said =
        read(line + "\r\n")
            .map(a -> Addresses.format(a.getAddress()) + " " + a.getPort())
            .orElse(null);
    assertEquals(expected, said);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EHLO x\r\n",
        "PROXY\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 56324 587\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 56324\r\n",
        "PROXY TCP4 192.0.2.256 198.51.100.1 1 2\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.1 65536 2\r\n",
        "PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
        "PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n",
        "PROXY TCP4 localhost 192.0.2.2 1 2\r\n",
        "PROXY  TCP4 192.0.2.1 198.51.100.1 1 2\r\n",
        "proxy TCP4 192.0.2.1 198.51.100.1 1 2\r\n",
        "PROXY UDP4 192.0.2.1 198.51.100.1 1 2\r\n",
        "\r\n\r\n\0\r\nQUIT\r\n\r\n\r\n\r\n\r\n",
      })
  void nonsense(String octets) {
    assertThrows(IOException.class, () -> read(octets));
    assertThrows(IOException.class, () -> read("PROXY UNKNOWN " + "x".repeat(100) + "\r\n"));
  }

  @Test
  void binary() throws Exception {
    byte[] ports = {(byte) 0xdc, 4, 2, 75};
    byte[] more = new byte[1000];
    Optional<InetSocketAddress> four =
        read(binary(0x21, 0x11, address("192.0.2.1"), address("192.0.2.2"), ports, more));
    assertEquals(new InetSocketAddress("192.0.2.1", 0xdc04), four.orElseThrow());
    Optional<InetSocketAddress> six =
        read(binary(0x21, 0x21, address("2001:db8::1"), address("::1"), ports));
    assertEquals(new InetSocketAddress("2001:db8::1", 0xdc04), six.orElseThrow());
    assertTrue(read(binary(0x20, 0x00)).isEmpty());
    assertTrue(read(binary(0x20, 0x11, more)).isEmpty());
    assertTrue(read(binary(0x21, 0x00, more)).isEmpty());
    for (String wrong :
        List.of(
            binary(0x11, 0x11, more),
            binary(0x22, 0x11, more),
            binary(0x21, 0x12, more),
            binary(0x21, 0x31, more),
            binary(0x21, 0x11, new byte[11]),
            binary(0x21, 0x21, new byte[35]))) {
      assertThrows(IOException.class, () -> read(wrong));
    }
  }

  @Test
  void anyOctetsEndInAnAnswerOrAnIoException() {
    for (long seed : new long[] {1, System.nanoTime()}) {
      Random random = new Random(seed);
      for (int i = 0; i < 20_000; i++) {
        byte[] octets =
            (random.nextBoolean() ? "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" : SIGNATURE + "!\21\0\14")
                .getBytes(StandardCharsets.ISO_8859_1);
        octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
        try {
          ProxyHeader.read(new ByteArrayInputStream(octets)::read);
        } catch (IOException e) {
          // as it should be
        } catch (RuntimeException e) {
          throw new AssertionError("seed " + seed + " round " + i, e);
        }
      }
    }
  }

  @Test
  void fromNamedLoadBalancersTheClientIsWhatTheySay() throws Exception {
    try (FakeHop hop = new FakeHop();
        TestServer server =
            new TestServer(
                directory, hop.uri(), "proxyNetworks: [127.0.0.1];maxConnectionsPerAddress: 1")) {
      try (Dialogue one = server.submission();
          Dialogue other = server.submission();
          Dialogue again = server.submission()) {
        one.raw("PROXY TCP4 192.0.2.1 198.51.100.1 4711 587\r\n");
        one.login("alice@example.org", "secret");
        // Limits are the client's, not the load balancer's.
        other.raw("PROXY TCP4 192.0.2.2 198.51.100.1 4711 587\r\n").expect("220");
        again.raw("PROXY TCP4 192.0.2.1 198.51.100.1 4712 587\r\n").expect("421 4.7.0");
        one.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
        one.send("DATA").expect("354").send("a: b", "", ".").expect("250");
        other.send("EHLO x").expect("250").send("MAIL FROM:<>").expect("530");
      }
      assertTrue(hop.mails.getFirst().content().contains("([192.0.2.1])"));
      List<JournalEntry> journal = server.journal();
      SubmissionRecord record = server.submissionRecords().getFirst();
      assertEquals("192.0.2.1", record.client());
      assertEquals(4711, record.clientPort());
      assertEquals(false, record.clientInside());
      assertTrue(
          journal.stream()
              .anyMatch(
                  e -> e instanceof JournalEntry.Refusal r && "192.0.2.2".equals(r.client())));
    }
  }

  @Test
  void thereItMustBeThereAndUnderTlsToo() throws Exception {
    try (FakeHop hop = new FakeHop();
        TestServer server = new TestServer(directory, hop.uri(), "proxyNetworks: [127.0.0.0/8]")) {
      try (Dialogue client = server.submission()) {
        client.send("EHLO x").expect("(closed)");
      }
      assertTrue(server.log().contains("no PROXY header"), server.log());
      try (Dialogue client = server.submissions()) {
        client.raw(binary(0x21, 0x11, address("192.0.2.9"), address("::").clone(), new byte[4]));
        client.handshake().expect("220").send("EHLO x").expect("250").send("MAIL FROM:<>");
        client.expect("530");
      }
      try (Dialogue client = server.smtp()) {
        client.raw("PROXY UNKNOWN\r\n").expect("220").send("MAIL FROM:<>").expect("503");
      }
      assertTrue(server.log().contains("refused client=192.0.2.9 "), server.log());
    }
  }

  @Test
  void nobodyElseIsBelieved() throws Exception {
    try (FakeHop hop = new FakeHop();
        TestServer server = new TestServer(directory, hop.uri(), "proxyNetworks: [192.0.2.0/24]");
        Dialogue client = server.submission()) {
      client.expect("220").send("PROXY TCP4 192.0.2.1 198.51.100.1 4711 587").expect("500");
      client.startTlsAfterGreeting().send("MAIL FROM:<>").expect("530");
      assertTrue(server.log().contains("refused client=127.0.0.1 "), server.log());
    }
  }
}
