package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class ColdHmacTest {
  /** RFC 4231, test cases 1, 2 and 6: a short key, one of text, one longer than a block. */
  @Test
  void givesTheVectorsOfTheRfc() {
    assertEquals(
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        hmac(bytes(0x0b, 20), "Hi There"));
    assertEquals(
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        hmac("Jefe".getBytes(StandardCharsets.US_ASCII), "what do ya want for nothing?"));
    assertEquals(
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        hmac(bytes(0xaa, 131), "Test Using Larger Than Block-Size Key - Hash Key First"));
  }

  /** Every length around the ends of blocks, and others. */
  @Test
  void isTheJdks() throws Exception {
    Random random = new Random();
    for (int round = 0; round < 2000; round++) {
      byte[] key = new byte[1 + (round < 200 ? round : random.nextInt(200))];
      byte[] message = new byte[round < 300 ? round : random.nextInt(3000)];
      random.nextBytes(key);
      random.nextBytes(message);
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      assertArrayEquals(
          mac.doFinal(message),
          ColdHmac.sha256(key, message),
          () -> "key of " + key.length + " bytes, message of " + message.length);
    }
  }

  private static String hmac(byte[] key, String message) {
    byte[] bytes = message.getBytes(StandardCharsets.US_ASCII);
    return HexFormat.of().formatHex(ColdHmac.sha256(key, bytes));
  }

  private static byte[] bytes(int value, int count) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
