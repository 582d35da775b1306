package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.whosent.msa.Listener;
import org.whosent.msa.support.CannedSocket;

/**
 * A client that says a lot and does not read what it is told, until the socket's buffer is full.
 */
class UnreadRepliesTest {
  private static final byte[] GREETINGS =
      "EHLO client.example\r\n".repeat(100).getBytes(StandardCharsets.US_ASCII);

  private Connection connection;
  private Session session;
  private boolean yields;
  private boolean cut;
  private int written;

  /** Takes the first greeting; then the time for a command passes before anything is taken. */
  private final class Full extends CannedSocket {
    Full() {
      super(GREETINGS, GREETINGS.length);
    }

    @Override
    public OutputStream getOutputStream() {
      return new OutputStream() {
        @Override
        public void write(int octet) throws IOException {
          write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] octets, int offset, int length) throws IOException {
          if (written++ == 1) {
            yields = session.mayYield();
            Duration late = session.limits().commandTimeout().plusSeconds(10);
            connection.cutIfOverdue(System.nanoTime() + late.toNanos());
            cut = isClosed();
          }
          if (isClosed()) {
            throw new SocketException("closed");
          }
        }
      };
    }
  }

  @Test
  void isWaitedForNoLongerThanForACommand() throws Exception {
    connection = new Connection(new Full(), Duration.ofHours(9));
    session = new Session(SessionTarget.context(), Listener.Service.SMTP, connection);
    session.run();
    assertTrue(yields, "it is taken for one that we work for");
    assertTrue(cut, "it is not cut");
  }
}
