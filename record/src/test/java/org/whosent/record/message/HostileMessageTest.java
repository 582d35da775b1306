package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What spammers and fuzzers send: nothing but the clear refusal may come out of it. */
class HostileMessageTest {

  private static void survives(byte[] message) throws IOException {
    Report report = Carriers.open(message);
    if (report.outer() != null) {
      report.outer().digests();
      report.outer().text();
      report.outer().complete();
      report.outer().sizes().fromReceived(0);
    }
    for (ReportedMessage inside : report.inside()) {
      inside.message().digests();
      inside.wholeContent();
      inside.message().headers().all("Received").forEach(ReceivedField::parse);
      inside.message().decoded("Subject");
    }
  }

  private static void survives(String message) throws IOException {
    survives(message.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void fieldsAreCountedAsTheyAreReadAlsoWithBlanksBeforeTheColon() throws Exception {
    String lower = "Received: from c by d id X; now\nSubject: s\n\nbody\n";
    String message = "Received : from a by b\nReceived-SPF: pass\nRECEIVED\t: from e\n" + lower;
    OpenedMessage opened = OpenedMessage.open(message.getBytes(StandardCharsets.US_ASCII));
    assertEquals(3, opened.headers().all("Received").size());
    assertEquals(lower.length() + 4, opened.sizes().fromReceived(2));
  }

  /** RFC 2046 section 5.1.1: a delimiter is a line; one that is quoted in a text ends nothing. */
  @Test
  void onlyALineOfItsOwnClosesAMultipart() throws Exception {
    String cut = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nit ends in --b--\n";
    assertFalse(OpenedMessage.open(cut.getBytes(StandardCharsets.US_ASCII)).complete());
    assertTrue(OpenedMessage.open((cut + "--b--").getBytes(StandardCharsets.US_ASCII)).complete());
  }

  @Test
  void deepAndWideMime() throws IOException {
    StringBuilder deep = new StringBuilder("From: a@b\n");
    for (int i = 0; i < 2000; i++) {
      deep.append("Content-Type: multipart/mixed; boundary=b").append(i).append("\n\n--b");
      deep.append(i).append('\n');
    }
    survives(deep + "\ntext");
    assertTrue(
        OpenedMessage.open((deep + "\ntext").getBytes()).parts().size()
            <= MimeReader.MAX_DEPTH + 2);
    String wide =
        "From: a@b\nContent-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n".repeat(200_000);
    survives(wide);
    assertEquals(MimeReader.MAX_PARTS, OpenedMessage.open(wide.getBytes()).parts().size());
  }

  @Test
  void whatLiesTooDeepStillCountsInTheBodyDigest() throws IOException {
    String head = "From: a@b\n" + "Content-Type: multipart/mixed; boundary=b\n\n--b\n".repeat(40);
    String one = MessageDigesterTest.digest(head + "\none").bodyDigest();
    String two = MessageDigesterTest.digest(head + "\ntwo").bodyDigest();
    assertTrue(!one.equals(two));
  }

  /** Refused, a message whose sender wrote very many fields could not be traced at all. */
  @Test
  void ofAHugeHeaderTheUpperFieldsAreRead() throws IOException {
    for (String header :
        new String[] {
          "X: y\n".repeat(100_000),
          "Subject: " + "y".repeat(5 << 20) + "\n",
          "X: " + "\n y".repeat(1 << 20) + "\n"
        }) {
      String message = "From: a@b\n" + header + "To: c@d\n\nbody\n";
      survives(message);
      OpenedMessage opened = OpenedMessage.open(message.getBytes());
      assertTrue(opened.isHeaderCut());
      assertEquals("a@b", opened.headers().first("From").orElseThrow());
      assertTrue(!opened.headers().has("To") && opened.hasBody());
      assertTrue(opened.headers().fields().size() <= MimeReader.MAX_FIELDS);
      String small = "From: a@b\nTo: c@d\n\nbody\n";
      assertTrue(!OpenedMessage.open(small.getBytes()).isHeaderCut());
      assertEquals(
          MessageDigesterTest.digest(small).bodyDigest(),
          MessageDigesterTest.digest(message).bodyDigest());
    }
  }

  /** What cannot be known for its depth or number is told from what is not there. */
  @Test
  void partsThatAreNotOpenedAreSaid() throws IOException {
    String part = "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n";
    for (int levels : new int[] {1, 16, 17, 40}) {
      StringBuilder deep = new StringBuilder("From: a@b\n");
      for (int i = 0; i < levels; i++) {
        deep.append(part.formatted(i, i));
      }
      boolean unopened = OpenedMessage.open((deep + "\ntext").getBytes()).hasUnopenedParts();
      assertEquals(levels > MimeReader.MAX_DEPTH, unopened);
    }
    for (int parts : new int[] {1, 499, 500, 3000}) {
      String wide = "From: a@b\nContent-Type: multipart/mixed; boundary=b\n\n";
      String message = wide + "--b\n\nx\n".repeat(parts) + "--b--\n";
      boolean unopened = OpenedMessage.open(message.getBytes()).hasUnopenedParts();
      assertEquals(parts >= MimeReader.MAX_PARTS, unopened);
    }
    String boundary = "From: a@b\nContent-Type: multipart/mixed; boundary=%s\n\n--%s\n\nx\n";
    for (int length : new int[] {70, 201}) {
      String name = "b".repeat(length);
      String message = boundary.formatted(name, name);
      assertEquals(length > 200, OpenedMessage.open(message.getBytes()).hasUnopenedParts());
    }
  }

  @Test
  void aPartsHugeHeaderIsCut() throws IOException {
    survives(
        "From: a@b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
            + "X: y\n".repeat(100_000)
            + "\nbody\n--b--\n");
  }

  @Test
  void boundariesThatAreNone() throws IOException {
    for (String boundary :
        new String[] {
          "\"\"", "\" \"", "--", "\"a\\\"b\"", "x".repeat(5000), "é", "\u0000", "a;b=c"
        }) {
      survives(
          "From: a@b\nContent-Type: multipart/mixed; boundary="
              + boundary
              + "\n\n--\n--"
              + boundary
              + "\n\ntext\n----\n");
    }
  }

  @Test
  void encodedWordsAndCharsetsThatAreNone() throws IOException {
    String bomb = "=?utf-8?Q?a?= ".repeat(50_000);
    survives("From: a@b\nSubject: " + bomb + "\n\nx");
    for (String word :
        new String[] {
          "=?no-such-charset?B?AAAA?=",
          "=?utf-8?B?!!!!?=",
          "=?utf-8?X?x?=",
          "=?utf-8?Q?=ZZ?=",
          "=?" + "x".repeat(2000) + "?Q?y?=",
          "=?utf-16?B?AA==?=",
          "=?../../etc?Q?x?="
        }) {
      OpenedMessage message = OpenedMessage.open(("Subject: " + word + "\n\nx").getBytes());
      assertNotNull(message.decoded("Subject").orElse(null), word);
    }
    for (String charset :
        new String[] {"x-none", "utf-7", "../../x", "", "utf-16", "\"", "IBM290"}) {
      survives(
          "From: a@b\nContent-Type: text/plain; charset="
              + charset
              + "\nContent-Transfer-Encoding: x-y\n\n\u00ff\u0000text");
    }
  }

  @Test
  void encodingsThatLie() throws IOException {
    for (String encoding :
        new String[] {"base64", "quoted-printable", "x-uuencode", "binary", "8bit; base64"}) {
      survives(
          "From: a@b\nContent-Transfer-Encoding: "
              + encoding
              + "\n\nThis is =zz=\n=\n begin 644\n\u0000\u0001====\nM=====");
    }
  }

  @Test
  void hostileMarkup() throws IOException {
    survives("Content-Type: text/html\nFrom: a\n\n" + "<div>".repeat(100_000) + "x");
    survives("Content-Type: text/html\nFrom: a\n\n" + "<table><b>".repeat(3_000) + "x");
    survives("Content-Type: text/html\nFrom: a\n\n<a " + "x=y ".repeat(60_000) + ">");
    survives("Content-Type: text/html\nFrom: a\n\n&#0;&#xD800;&#99999999999;<!--");
  }

  @Test
  void quotedTextWithoutEnd() throws IOException {
    survives("From: a@b\n\n" + "> Received: x\n".repeat(50_000));
    survives("From: a@b\n\n> Received: x\n" + "> y\n".repeat(200_000));
    survives(">".repeat(300_000));
    survives("From: a@b\n\n" + "> ".repeat(200_000) + "Received: x");
  }

  @Test
  void brokenRealMessagesNeverBreakUs() throws IOException {
    for (String name :
        new String[] {
          "arf-0134.eml",
          "local-00105.eml",
          "inline_qp-0573.eml",
          "attached_b64-0102.eml",
          "mbox-0414.eml",
          "far-exim-00007.eml"
        }) {
      byte[] original;
      try (var in =
          HostileMessageTest.class.getResourceAsStream("/org/whosent/fixtures/messages/" + name)) {
        original = in.readAllBytes();
      }
      for (long seed : new long[] {42, System.nanoTime()}) {
        Random random = new Random(seed);
        for (int i = 0; i < 150; i++) {
          byte[] mutant = mutate(original, random);
          try {
            survives(mutant);
          } catch (UnreadableMessageException e) {
            assertNotNull(e.getMessage());
          } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError(name + ", seed " + seed + ", round " + i, e);
          }
        }
      }
    }
  }

  static byte[] mutate(byte[] original, Random random) {
    byte[] bytes = original.clone();
    for (int n = 1 + random.nextInt(20); n > 0; n--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = '\n';
        case 2 -> bytes[at] = 0;
        case 3 -> {
          int length = Math.min(random.nextInt(200), bytes.length - at);
          int from = random.nextInt(bytes.length - length + 1);
          System.arraycopy(bytes, from, bytes, at, length);
        }
        default ->
            bytes = java.util.Arrays.copyOf(bytes, Math.max(1, bytes.length - random.nextInt(50)));
      }
    }
    return bytes;
  }
}
