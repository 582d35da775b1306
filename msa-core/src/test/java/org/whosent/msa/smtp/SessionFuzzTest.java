package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.support.CannedSocket;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;

/** Mangled octets on the command and data path. Seeds are printed when something breaks. */
class SessionFuzzTest {
  @TempDir Path directory;

  private static Pace pace(Connection connection) {
    return new Pace(connection, Duration.ofMinutes(1), Duration.ofMinutes(1), 0);
  }

  /**
   * The oracle is written the other way round than the code under test: it searches the octets for
   * CRLF.CRLF, and looks for CR and LF that do not stand together.
   */
  @Test
  void dataEndsWhereItEndsAndNowhereElse() throws Exception {
    String[] pieces = {"\r\n", "\r", "\n", ".", "..", "a", "\r\n.\r\n", "\r\n.", "xyz", "\n.\n"};
    for (long seed : new long[] {11, 12, System.nanoTime()}) {
      Random random = new Random(seed);
      for (int i = 0; i < 5_000; i++) {
        StringBuilder text = new StringBuilder();
        int count = random.nextInt(12);
        for (int j = 0; j < count; j++) {
          text.append(pieces[random.nextInt(pieces.length)]);
        }
        String bytes = text.toString();
        String message =
            "seed " + seed + ", octets " + bytes.replace("\r", "\\r").replace("\n", "\\n");
        int end = ("\r\n" + bytes).indexOf("\r\n.\r\n");
        Connection connection =
            new Connection(
                new CannedSocket(
                    bytes.getBytes(StandardCharsets.ISO_8859_1), 1 + random.nextInt(9)),
                Duration.ofMinutes(1));
        ByteArrayOutputStream stored = new ByteArrayOutputStream();
        SmtpInput input = new SmtpInput(connection);
        MessageWriter data =
            new MessageWriter(stored::write, 10_000, 1000, MessageWriter.Kind.LINES);
        try {
          input.readData(data, pace(connection));
          data.finish();
        } catch (java.io.EOFException e) {
          assertEquals(-1, end, message);
          continue;
        }
        assertTrue(end >= 0, "an end was seen where none is: " + message);
        // what lies before the dot, the CRLF that belongs to the last line with it
        String content = bytes.substring(0, end);
        boolean bare = content.replace("\r\n", "").matches("(?s).*[\r\n].*");
        assertEquals(bare, data.fault() == SmtpInput.Fault.BARE_NEWLINE, message);
        if (!bare) {
          String expected = ("\r\n" + content).replace("\r\n.", "\r\n").substring(2);
          assertEquals(expected, stored.toString(StandardCharsets.ISO_8859_1), message);
        }
        ByteArrayOutputStream normalized = new ByteArrayOutputStream();
        Connection again =
            new Connection(
                new CannedSocket(
                    bytes.getBytes(StandardCharsets.ISO_8859_1), 1 + random.nextInt(9)),
                Duration.ofMinutes(1));
        MessageWriter normalizer =
            new MessageWriter(normalized::write, 10_000, 1000, MessageWriter.Kind.NORMALIZED_LINES);
        new SmtpInput(again).readData(normalizer, pace(again));
        normalizer.finish();
        String whole = normalized.toString(StandardCharsets.ISO_8859_1);
        assertFalse(whole.replace("\r\n", "").matches("(?s).*[\r\n].*"), message);
        if (!bare) {
          assertEquals(stored.toString(StandardCharsets.ISO_8859_1), whole, message);
        }
        String rest = bytes.substring(Math.min(bytes.length(), end + 3));
        StringBuilder left = new StringBuilder();
        try {
          while (input.hasBuffered()) {
            left.append(input.readLine(1000).text());
          }
        } catch (IOException e) {
          // the last line has no end
        }
        assertTrue(left.length() <= rest.length(), message);
      }
    }
  }

  @Test
  void mangledDialogues() throws Exception {
    String dialogue =
        "MAIL FROM:<alice@example.org> SIZE=10\r\nRCPT TO:<a@b.example>\r\nDATA\r\n"
            + "Subject: x\r\nReceived: from a by b id c;\r\n d\r\n\r\nbody\r\n..\r\n.\r\n"
            + "RSET\r\nVRFY x\r\nNOOP\r\nAUTH PLAIN =\r\nMAIL FROM:<>\r\nRCPT TO:<c@d.example>\r\n"
            + "DATA\r\n\r\n.\r\nEHLO [127.0.0.1]\r\n";
    try (FakeHop hop = new FakeHop();
        TestServer server =
            new TestServer(directory, hop.uri(), "maxLoginFailures: 100;commandTimeout: 20s")) {
      for (long seed : new long[] {21, 22, System.nanoTime()}) {
        Random random = new Random(seed);
        for (int round = 0; round < 40; round++) {
          byte[] bytes = mangle(dialogue.getBytes(StandardCharsets.ISO_8859_1), random);
          try (Dialogue client = server.alice()) {
            client.raw(new String(bytes, StandardCharsets.ISO_8859_1));
            client.raw("\r\n.\r\nQUIT\r\n");
            String last = "";
            String reply = "";
            do {
              last = reply;
              reply = client.reply();
              assertTrue(
                  reply.equals("(closed)") || reply.matches("(?s)[2345][0-9][0-9].*"),
                  "seed " + seed + " round " + round + ": " + reply);
            } while (!reply.equals("(closed)"));
            assertTrue(
                last.startsWith("221") || last.startsWith("421") || last.startsWith("521"),
                "seed " + seed + " round " + round + " ends in: " + last);
          } catch (java.net.SocketException e) {
            // closed while we were still talking, after a 421 or 521
          }
        }
        assertFalse(server.log().contains("internal error"), "seed " + seed + server.log());
      }
      int records = server.submissionRecords().size();
      assertEquals(records, hop.mails.size());
      assertTrue(records > 0);
    }
  }

  private static byte[] mangle(byte[] original, Random random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] interesting = {0, '\r', '\n', '.', ' ', '<', '>', '@', ':', '"', (byte) 0xff, '='};
    int rate = 20 + random.nextInt(300);
    for (byte b : original) {
      switch (random.nextInt(rate)) {
        case 0 -> {}
        case 1 -> out.write(interesting[random.nextInt(interesting.length)]);
        case 2 -> {
          out.write(b);
          out.write(interesting[random.nextInt(interesting.length)]);
        }
        case 3 -> {
          out.write(b);
          out.write(b);
        }
        default -> out.write(b);
      }
    }
    return out.toByteArray();
  }
}
