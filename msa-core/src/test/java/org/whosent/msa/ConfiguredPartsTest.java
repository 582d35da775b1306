package org.whosent.msa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a configuration before a client meets it. */
class ConfiguredPartsTest {
  @TempDir Path directory;
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
    String line = log.poll(300, TimeUnit.SECONDS);
    assertTrue(line != null && line.startsWith("nextHop: hop.invalid has no address"), line);
    assertEquals(0, log.size());
  }

  @Test
  void aFileOfTheIssuersThatIsNotThereIsNamedWithTheReason() throws Exception {
    for (String key :
        List.of(
            "issuer: 'https://i', jwks",
            "introspection: 'https://i/k', clientId: c, clientSecretFile")) {
      MsaConfiguration configuration =
          MsaConfiguration.parse(
              directory.resolve("msa.yaml"),
              "hostname: msa.example.org\ndata: data\nusers: users\nnextHop: smtp://127.0.0.1\n"
                  + "oauth: {audience: a, userClaim: sub, "
                  + key
                  + ": nowhere}\n");
      IOException failure =
          assertThrows(
              IOException.class,
              () -> new ConfiguredParts(configuration, log::add).tokens(InstantSource.system()));
      assertEquals(
          "oauth: " + directory.resolve("nowhere") + ": no such file", failure.getMessage());
    }
  }

  @Test
  void aMaildirNeedsNone() throws Exception {
    look("maildir:mail");
    assertNull(log.poll(100, TimeUnit.MILLISECONDS));
  }
}
