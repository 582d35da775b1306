package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AttachmentDigestsTest {
  private static List<String> of(String... parts) throws IOException {
    StringBuilder mail =
        new StringBuilder("From: a@b\nContent-Type: multipart/mixed; boundary=b\n\n");
    mail.append(
        "--b\n\nThe text of the message, which is no attachment of it, however long it may be.\n");
    for (String part : parts) {
      mail.append("--b\n").append(part).append('\n');
    }
    mail.append("--b--\n");
    byte[] bytes = mail.toString().getBytes(StandardCharsets.ISO_8859_1);
    List<String> digests =
        MessageDigester.digest(new ByteArrayInputStream(bytes)).attachmentDigests();
    assertEquals(digests, OpenedMessage.open(bytes).digests().attachmentDigests());
    byte[] crlf = mail.toString().replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    assertEquals(
        digests, MessageDigester.digest(new ByteArrayInputStream(crlf)).attachmentDigests());
    return digests;
  }

  private static String part(String type, String encoding, String content) {
    return "Content-Type: %s; name=x\nContent-Transfer-Encoding: %s\n\n%s"
        .formatted(type, encoding, content);
  }

  private static String sha(byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 16);
  }

  @Test
  void theDecodedContentCounts() throws Exception {
    Random random = new Random(4);
    for (int length : new int[] {64, 65, 66, 67, 4095, 4096, 4097, 50_000}) {
      byte[] file = new byte[length];
      random.nextBytes(file);
      List<String> wanted = List.of(sha(file));
      for (int width : new int[] {4, 19, 60, 76, 1000}) {
        String base64 =
            Base64.getMimeEncoder(width / 4 * 4, new byte[] {'\n'}).encodeToString(file);
        assertEquals(wanted, of(part("application/pdf", "base64", base64)));
        assertEquals(wanted, of(part("image/png", "BASE64", " " + base64.replace("\n", " \n\n"))));
        assertEquals(wanted, of(part("image/png", "base64", base64.replace("=", ""))));
      }
    }
  }

  @Test
  void aTextFileKeepsItsDigestThroughReencoding() throws Exception {
    String file = "name;sum\nM\u00fcller  ;  17\n".repeat(20);
    String quoted = file.replace("\u00fc", "=FC").replace(";sum", ";=\ns=75m");
    List<String> plain = of(part("text/csv", "8bit", file));
    assertEquals(plain, of(part("text/csv", "quoted-printable", quoted)));
    assertEquals(plain, of(part("text/csv", "7bit", file.replace(" 17\n", " 17 \t\n") + "\n\n")));
    assertNotEquals(plain, of(part("text/csv", "8bit", file.replace("17", "18"))));
  }

  @Test
  void whatIsNoAttachmentOrTooSmallIsLeftOut() throws Exception {
    String text = "word ".repeat(40);
    assertEquals(
        List.of(),
        of(
            part("image/gif", "base64", Base64.getEncoder().encodeToString(new byte[63])),
            "Content-Type: text/html\n\n<p>" + text,
            "Content-Type: message/rfc822\n\nFrom: x\n\n" + text));
    String[] many = new String[AttachmentDigests.MAX + 5];
    for (int i = 0; i < many.length; i++) {
      many[i] = part("application/zip", "7bit", text + i);
    }
    assertEquals(AttachmentDigests.MAX, of(many).size());
  }

  @Test
  void brokenEncodingsAreDigestedAllTheSame() throws Exception {
    for (String encoding : new String[] {"base64", "quoted-printable", "x-unknown"}) {
      for (String content :
          new String[] {
            "=".repeat(500), "A".repeat(101), "=4\n".repeat(99), "=zz=\u00ff".repeat(50), "\u0000="
          }) {
        of(part("application/x", encoding, content));
      }
    }
  }
}
