package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.whosent.msa.support.CannedSocket;

/** What counts towards the rate of message data. */
class PaceTest {
  /** Or a client that sends small chunks, as fast as it may, would be cut as one that is slow. */
  @Test
  void octetsThatComeWithTheirCommandCount() throws Exception {
    String chunk = "BDAT 4000\r\n" + "x".repeat(4000);
    byte[] octets = chunk.repeat(100).getBytes(StandardCharsets.US_ASCII);
    try (Connection connection =
        new Connection(new CannedSocket(octets, 4011), Duration.ofHours(9))) {
      SmtpInput input = new SmtpInput(connection);
      Pace pace = new Pace(connection, Duration.ofHours(1), Duration.ofHours(1), 0);
      Duration before = pace.left();
      for (int i = 0; i < 100; i++) {
        input.readLine(100);
        input.readChunk(4000, null, pace);
      }
      // A second more for every 4 KiB.
      assertTrue(pace.left().compareTo(before) > 0, before + " became " + pace.left());
    }
  }
}
