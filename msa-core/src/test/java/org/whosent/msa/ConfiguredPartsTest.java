package org.whosent.msa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is said of a configuration before a client meets it. */
class ConfiguredPartsTest {
  private final BlockingQueue<String> log = new LinkedBlockingQueue<>();

  private void look(String hops) throws Exception {
    MsaConfiguration configuration =
        MsaConfiguration.parse(
            Path.of("/etc/msa.yaml"),
            "hostname: msa.example.org\ndata: data\nusers: users\nnextHop: " + hops + "\n");
    new ConfiguredParts(configuration, log::add).lookForHops();
  }

  /** RFC 6761 section 6.4: no name below invalid exists. */
  @Test
  void aHopWithoutAnAddressIsSaid() throws Exception {
    look("[smtp://127.0.0.1, smtp://hop.invalid, 'smtp://[::1]:26']");
    String line = log.poll(60, TimeUnit.SECONDS);
    assertTrue(line != null && line.startsWith("nextHop: hop.invalid has no address"), line);
    assertEquals(0, log.size());
  }

  @Test
  void aMaildirNeedsNone() throws Exception {
    look("maildir:mail");
    assertNull(log.poll(100, TimeUnit.MILLISECONDS));
  }
}
