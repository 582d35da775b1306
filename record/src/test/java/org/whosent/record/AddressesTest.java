package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Dotted IPv4 is read by hand; a regular expression and the JDK say what it must be. */
class AddressesTest {
  private static final Pattern DOTTED =
      Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})");

  private static final String[] PIECES = {
    "0", "1", "9", "10", "99", "127", "255", "256", "300", "00", "01", "1000", "-1", "", " ", "a",
    ".", "..", "٣", "\0", "0x1"
  };

  @Test
  void anIpv4AddressIsWhatTheJdkReadsOfFourPlainNumbers() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int addresses = 0;
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      int parts = random.nextInt(8) == 0 ? random.nextInt(6) : 4;
      boolean plain = random.nextBoolean();
      for (int i = 0; i < parts; i++) {
        text.append(i == 0 ? "" : random.nextInt(40) == 0 ? "," : ".");
        text.append(
            plain ? Integer.toString(random.nextInt(270)) : PIECES[random.nextInt(PIECES.length)]);
      }
      Optional<InetAddress> expected = Optional.empty();
      if (DOTTED.matcher(text).matches()) {
        try {
          expected = Optional.of(InetAddress.ofLiteral(text.toString()));
        } catch (IllegalArgumentException e) {
          // a number above 255
        }
      }
      addresses += expected.isPresent() ? 1 : 0;
      assertEquals(expected, Addresses.parse(text.toString()), "seed " + seed + ": " + text);
    }
    assertEquals(true, addresses > 1000, "seed " + seed);
  }

  @Test
  void onlyAnAddressOfThisMachineIsLoopback() {
    for (String here : new String[] {"127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1"}) {
      assertTrue(Addresses.isLoopback(here), here);
    }
    for (String elsewhere :
        new String[] {
          "127.evil.example",
          "127.0.0.1.evil.example",
          "127.",
          "127.0.0",
          "128.0.0.1",
          "1.127.0.0",
          "::1.evil.example",
          "::2",
          "localhost",
          "",
          null
        }) {
      assertFalse(Addresses.isLoopback(elsewhere), elsewhere);
    }
  }

  /** A name that a stranger's DNS gives is no sign that a filter of ours gave a message back. */
  @Test
  void aClientWhoseNameBeginsLikeAnAddressIsNotOurOwnHost() {
    SubmissionRecord.Builder record = new SubmissionRecord.Builder();
    record.time = java.time.Instant.EPOCH;
    record.transactionId = "4jY9Sb6Dptzbyx3";
    record.host = "mail.example.com";
    record.origin = Origin.UNAUTHENTICATED;
    record.client = "127.evil.example";
    assertFalse(record.build().isHandedBack());
    record.client = "127.0.0.1";
    assertTrue(record.build().isHandedBack());
  }
}
