package org.whosent.msa.hop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.whosent.msa.client.SmtpClient;
import org.whosent.record.Outcome;

/** A hop that reads nothing must not hold a message for ever. */
class SendingGuardTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  /** Longer than any socket's buffers. */
  private record Endless(long size) implements HopMessage {
    @Override
    public InputStream open() {
      return new InputStream() {
        private long left = size;

        @Override
        public int read() {
          return left-- > 0 ? 'x' : -1;
        }
      };
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

  private static long in(Duration span) {
    return System.nanoTime() + span.toNanos();
  }

  @Test
  void aHopThatDoesNotReadIsCutAndNobodyElse() throws Exception {
    SendingGuard guard = new SendingGuard();
    try (ServerSocket server = new ServerSocket(0, 3, InetAddress.getLoopbackAddress());
        SmtpClient other = client(server);
        Socket otherEnd = server.accept();
        SmtpClient quick = client(server);
        Socket quickEnd = server.accept()) {
      otherEnd.getOutputStream().write("250 of the other\r\n".getBytes(StandardCharsets.US_ASCII));
      quickEnd.getOutputStream().write("250 of the quick\r\n".getBytes(StandardCharsets.US_ASCII));
      guard.add(other, in(LONG));
      // Twice, so that the guard once has to begin anew beside one that waits.
      boolean inTime = true;
      for (int i = 0; i < 2; i++) {
        long due = in(Duration.ofMillis(50)); // before the one that is stuck
        guard.add(quick, due);
        guard.remove(quick);
        inTime &= System.nanoTime() - due < 0; // or this thread was kept from it
        try (SmtpClient stuck = client(server);
            Socket silent = server.accept()) {
          MessageSending sending =
              new MessageSending(stuck, new Endless(1L << 30), Envelope.Body.LINES, guard);
          // Hangs for minutes when nobody cuts it.
          assertThrows(IOException.class, () -> sending.send(LONG, in(Duration.ofMillis(100))));
          assertEquals(Outcome.DEFERRED, sending.lost().outcome());
          assertEquals(silent.getPort(), stuck.rawSocket(LONG).getLocalPort());
        }
      }
      assertEquals("of the other", other.reply(LONG).lines().getFirst());
      if (inTime) {
        assertEquals("of the quick", quick.reply(LONG).lines().getFirst());
      }
    }
  }

  private static SmtpClient client(ServerSocket server) throws IOException {
    return SmtpClient.connect("127.0.0.1", server.getLocalPort(), LONG);
  }
}
