package org.whosent.query.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Complaints whose text stands within their S/MIME signature (RFC 8551 section 3.5.2). */
class SignedComplaintsTest extends MadeUpMail {
  private static final String VICTIM = "victim@example.com";
  private static final String MALLORY = "mallory@example.com";
  private static final String VICTIMS = "4jY9Sb6Dptzbyx3";
  private static final String HIS = "4jY9Sc2QmxzbySQ";
  private final String genuine = mail(VICTIM, "<v@x>", TEXT);
  private final String copy = hop("AAAA1111") + received(VICTIMS, "198.51.100.7") + genuine;
  private final String attached =
      "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee the attachment.\n--b\n"
          + "Content-Type: message/rfc822\n\n"
          + copy
          + "\n--b--\n";

  @BeforeEach
  void submitted() throws IOException {
    submit(VICTIM, VICTIMS, "AAAA1111", genuine, true);
  }

  private static byte[] element(int tag, byte[]... contents) {
    int length = Arrays.stream(contents).mapToInt(content -> content.length).sum();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      out.write(0x83);
      out.writeBytes(new byte[] {(byte) (length >> 16), (byte) (length >> 8), (byte) length});
    }
    Arrays.stream(contents).forEach(out::writeBytes);
    return out.toByteArray();
  }

  /** X.690 section 8.1.3.6. */
  private static byte[] endless(int tag, byte[]... contents) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    out.write(0x80);
    Arrays.stream(contents).forEach(out::writeBytes);
    out.writeBytes(new byte[2]);
    return out.toByteArray();
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static final byte[] VERSION = hex("020101");
  private static final byte[] ALGORITHMS = hex("310f300d06096086480165030402010500");
  private static final byte[] SIGNERS = element(0x31, new byte[400]);

  /** As OpenSSL and Outlook write it. */
  private static byte[] signed(String entity) {
    byte[] octets = entity.getBytes(ISO_8859_1);
    byte[] content =
        element(0x30, hex("06092a864886f70d010701"), element(0xa0, element(0x04, octets)));
    byte[] data = element(0x30, VERSION, ALGORITHMS, content, SIGNERS);
    return element(0x30, hex("06092a864886f70d010702"), element(0xa0, data));
  }

  /** As programs do that write while they read: no lengths, the content in pieces. */
  private static byte[] streamed(String entity) {
    byte[] octets = entity.getBytes(ISO_8859_1);
    ByteArrayOutputStream pieces = new ByteArrayOutputStream();
    for (int at = 0; at < octets.length; at += 100) {
      pieces.writeBytes(
          element(0x04, Arrays.copyOfRange(octets, at, Math.min(octets.length, at + 100))));
    }
    byte[] content =
        endless(
            0x30,
            hex("06092a864886f70d010701"),
            endless(0xa0, endless(0x24, pieces.toByteArray())));
    byte[] algorithms = endless(0x31, hex("300d06096086480165030402010500"));
    return endless(
        0x30,
        hex("06092a864886f70d010702"),
        endless(0xa0, endless(0x30, VERSION, algorithms, content, SIGNERS)));
  }

  private static String fields(String from, String id) {
    return "From: %s\nTo: abuse@example.com\nSubject: spam\nMessage-ID: %s\nDate: %s\n"
        .formatted(from, id, date(NOON));
  }

  private static String encoded(byte[] signed) {
    return "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n"
        + "Content-Transfer-Encoding: base64\n\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(signed)
        + "\n";
  }

  private static String complaint(byte[] signed) {
    return fields("r@far.example", "<c@far>") + encoded(signed);
  }

  private List<String> entities() {
    return List.of(
        attached,
        attached.replace("\n", "\r\n"),
        "Content-Type: text/plain; charset=utf-8\n\nSpam:\n\n" + copy,
        "Content-Type: text/plain\n\nSpam:\n\n> " + copy.replace("\n", "\n> "),
        "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"
            + Base64.getMimeEncoder().encodeToString(copy.getBytes(ISO_8859_1)),
        attached
            .replace("multipart/mixed", "multipart/report; report-type=feedback-report")
            .replace(
                "--b\nContent-Type: message",
                "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
                    + "--b\nContent-Type: message"));
  }

  @Test
  void whatIsWithinASignatureIsRead() throws IOException {
    for (String entity : entities()) {
      for (byte[] signed : List.of(signed(entity), streamed(entity))) {
        assertEquals(VICTIM, trace(complaint(signed)).user(), entity);
        String again = encoded(signed);
        assertEquals(VICTIM, trace(complaint(signed(again))).user(), "signed twice");
        String footer =
            fields("r@far.example", "<c@far>")
                + "Content-Type: multipart/mixed; boundary=q\n\n--q\n"
                + again
                + "--q\n\nScanned.\n--q--\n";
        if (!entity.startsWith("Content-Type: text")) {
          assertEquals(VICTIM, trace(footer).user(), "in a part");
        }
      }
    }
    TraceResult id = trace(complaint(signed("Content-Type: text/plain\n\nThe ID is " + VICTIMS)));
    assertEquals(VICTIM, id.user());
  }

  /** What its sender signed is his, and what it carries as well. */
  @Test
  void aSignedMessageOfOursIsNotOpened() throws IOException {
    for (boolean toDesk : new boolean[] {false, true}) {
      String entity = toDesk ? attached : "Content-Type: text/plain\n\n" + copy;
      String mail = fields(MALLORY, "<m@x>") + encoded(signed(entity));
      String arrived = hop("BBBB2222") + received(HIS, "198.51.100.7") + mail;
      assertNotEquals(VICTIM, trace(arrived).user(), "his record is not there");
      submit(MALLORY, HIS, "BBBB2222", mail, true);
      named(trace(arrived), MALLORY, Confidence.CERTAIN);
      String forward =
          fields("r@far.example", "<c@far>") + "Content-Type: message/rfc822\n\n" + arrived;
      named(trace(forward), MALLORY, Confidence.CERTAIN);
      assertEquals(MALLORY, trace(complaint(signed(attached.replace(copy, arrived)))).user());
      records.removeLast();
    }
  }

  @Test
  void whateverIsInItIsAnAnswer() throws IOException {
    Random random = new Random(5);
    for (byte[] signed : List.of(signed(attached), streamed(attached))) {
      for (int length = 1; length < signed.length; length += 7) {
        trace(complaint(Arrays.copyOf(signed, length)));
      }
      for (int round = 0; round < 2000; round++) {
        byte[] changed = signed.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
          changed[random.nextInt(random.nextBoolean() ? 60 : changed.length)] =
              (byte) random.nextInt();
        }
        trace(complaint(changed));
      }
    }
    byte[] deep = new byte[1 << 20];
    byte[] nest = hex("30803180");
    for (int i = 0; i < deep.length; i++) {
      deep[i] = nest[i % 4];
    }
    trace(complaint(deep));
    byte[] start = hex("30800609" + "2a864886f70d010702" + "a0803080020101");
    System.arraycopy(start, 0, deep, 0, start.length);
    for (int i = start.length; i < deep.length; i += 2) {
      deep[i] = 0x31;
      deep[i + 1] = (byte) 0x80;
    }
    trace(complaint(deep));
    String many = attached;
    for (int i = 0; i < 12; i++) {
      many = encoded(signed(many));
    }
    assertTrue(trace(fields("r@far.example", "<c@far>") + many).verdict() != Verdict.IDENTIFIED);
  }
}
