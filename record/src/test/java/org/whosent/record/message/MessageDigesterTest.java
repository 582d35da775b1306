package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.whosent.record.SubmissionRecord;

class MessageDigesterTest {
  private static final String HEADER =
      "From: a@example.org\nMessage-ID: <1@x>\nSubject: =?utf-8?B?R3LDvMOfZQ==?=\n"
          + "Date: Mon, 23 Nov 2026 15:52:47 +0100\n";
  private static final String TEXT =
      "Dear friend, this is a long enough text about cheap watches.\n\nGrüße aus München!\n";

  static MessageDigests digest(String message) throws IOException {
    return MessageDigester.digest(
        new ByteArrayInputStream(message.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void bodyDigestIsThatOfRfc6376RelaxedForm() throws Exception {
    // RFC 6376 section 3.4.5's example body " C \r\nD \t E\r\n\r\n\r\n" becomes " C\r\nD E\r\n".
    byte[] sha =
        MessageDigest.getInstance("SHA-256")
            .digest(" C\r\nD E\r\n".getBytes(StandardCharsets.US_ASCII));
    assertEquals(
        HexFormat.of().formatHex(sha, 0, 16),
        digest("A: X\r\n\r\n C \r\nD \t E\r\n\r\n\r\n").bodyDigest());
  }

  @Test
  void headerFieldsAreDecoded() throws IOException {
    MessageDigests digests = digest(HEADER + "\n" + TEXT);
    assertEquals("<1@x>", digests.messageId());
    assertEquals("Grüße", digests.subject());
    assertEquals("2026-11-23T14:52:47Z", digests.headerDate().toString());
  }

  /** Half of one could be another's. */
  @Test
  void aMessageIdIsWholeOrNone() throws IOException {
    String id = '<' + "a".repeat(SubmissionRecord.LONGEST_MESSAGE_ID - 4) + "@b>";
    assertEquals(id, digest("Message-ID: " + id + "\n\n").messageId());
    assertNull(digest("Message-ID: <a" + id.substring(1) + "\n\n").messageId());
  }

  @Test
  void lineEndingsAndTrailingSpaceDoNotMatter() throws IOException {
    String message = HEADER + "\n" + TEXT;
    MessageDigests one = digest(message);
    for (String other :
        new String[] {
          message.replace("\n", "\r\n"),
          message + "\n\r\n \n",
          message.replace("watches.\n", "watches. \t \r\n"),
          message.replace("a long", "a \t  long")
        }) {
      assertEquals(one.bodyDigest(), digest(other).bodyDigest());
      assertEquals(one.textDigest(), digest(other).textDigest());
      assertEquals(one.sketch(), digest(other).sketch());
    }
  }

  @Test
  void reencodingKeepsTheText() throws IOException {
    MessageDigests one = digest(HEADER + "Content-Type: text/plain; charset=utf-8\n\n" + TEXT);
    String base64 = Base64.getMimeEncoder().encodeToString(TEXT.getBytes(StandardCharsets.UTF_8));
    String latin =
        Base64.getMimeEncoder().encodeToString(TEXT.getBytes(StandardCharsets.ISO_8859_1));
    String quotedPrintable =
        TEXT.replace("ü", "=C3=BC").replace("ß", "=C3=9F").replace("long enough", "long en=\nough");
    String html = TEXT.replace("\n", "<br>").replace("cheap", "<b title='x'>ch</b>eap");
    String[] others = {
      "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: base64\n\n" + base64,
      "Content-Type: text/plain; charset=\"iso-8859-1\"\nContent-Transfer-Encoding: BASE64\n\n"
          + latin,
      "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
          + quotedPrintable,
      "Content-Type: text/html; charset=utf-8\n\n<html><style>p{x:y}</style><body>" + html,
      "Content-Type: multipart/alternative; boundary=\"b b\"\n\n--b b\n\n"
          + TEXT
          + "\n--b b\nContent-Type: text/html\n\n<p>other</p>\n--b b--\n",
    };
    for (String other : others) {
      assertEquals(one.textDigest(), digest(HEADER + other).textDigest(), other);
      assertNotEquals(one.bodyDigest(), digest(HEADER + other).bodyDigest(), other);
    }
  }

  @Test
  void attachmentsAreNoText() throws IOException {
    String parts =
        "Content-Type: multipart/mixed; boundary=x\n\n--x\n\n"
            + TEXT
            + "\n--x\nContent-Type:"
            + " text/plain\nContent-Disposition: attachment; filename=a.txt\n\nother\n--x--\n";
    assertEquals(digest(HEADER + "\n" + TEXT).textDigest(), digest(HEADER + parts).textDigest());
  }

  @Test
  void anEmptyMessageHasNoDigests() throws IOException {
    for (String message : new String[] {HEADER, HEADER + "\n", HEADER + "\n\n \n\r\n", "", "\n"}) {
      assertNull(digest(message).bodyDigest());
      assertNull(digest(message).textDigest());
      assertNull(digest(message).sketch());
    }
  }

  @Test
  void theStreamMayComeInPiecesOfAnySize() throws IOException {
    StringBuilder long1 =
        new StringBuilder(HEADER + "Content-Type: multipart/mixed; boundary=q\n\n");
    Random random = new Random(7);
    for (int part = 0; part < 5; part++) {
      long1.append("--q\nContent-Type: text/plain\n\n");
      for (int i = 0; i < 9000; i++) {
        long1.append((char) ('a' + random.nextInt(26)));
        if (random.nextInt(part == 3 ? 100_000 : 60) == 0) {
          long1.append(random.nextBoolean() ? "\r\n" : "\n");
        }
      }
      long1.append("\n");
    }
    byte[] bytes = long1.append("--q--\n").toString().getBytes(StandardCharsets.US_ASCII);
    MessageDigests whole = MessageDigester.digest(new ByteArrayInputStream(bytes));
    for (int seed = 0; seed < 5; seed++) {
      Random sizes = new Random(seed);
      InputStream pieces =
          new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] b, int off, int len) {
              return super.read(b, off, Math.min(len, 1 + sizes.nextInt(3000)));
            }
          };
      assertEquals(whole, MessageDigester.digest(pieces), "seed " + seed);
    }
  }

  /** Put in order, the two would be the same text: that takes long where it is all of a message. */
  @Test
  void noEndlessRowOfCombiningMarksIsPutInOrder() throws IOException {
    String head = "Content-Type: text/plain; charset=utf-8\n\na";
    String one = "\u0345".repeat(1000);
    String other = "\u0334".repeat(1000);
    assertNotEquals(
        digest(head + one + other).textDigest(), digest(head + other + one).textDigest());
  }

  @Test
  void aHugeMessageIsDigestedInBoundedMemory() throws IOException {
    // A stream that makes itself, of 40 MB: all that is allocated for it is less than half of that.
    byte[] head = (HEADER + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] line = "x".repeat(97).concat("\n").getBytes(StandardCharsets.US_ASCII);
    InputStream endless =
        new InputStream() {
          private long at;

          @Override
          public int read() {
            long here = at++;
            return here < head.length
                ? head[(int) here]
                : here < 40_000_000L ? line[(int) ((here - head.length) % line.length)] : -1;
          }
        };
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertTrue(MessageDigester.digest(endless).textLength() <= MessageText.MAX_TEXT);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < 20_000_000, allocated + " bytes");
  }
}
