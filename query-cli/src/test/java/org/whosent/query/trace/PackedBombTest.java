package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.whosent.record.message.UnreadableMessageException;

/** A small complaint in which archives are packed into messages that are packed into archives. */
class PackedBombTest extends MadeUpMail {
  /** Each message has two of the one before in it, and much text that packs well. */
  private static byte[] complaint(int levels, int text, int copies) throws IOException {
    byte[] inner = null;
    for (int level = 0; level < levels; level++) {
      StringBuilder message =
          new StringBuilder("From: c@far.example\nTo: abuse@example.com\nMessage-ID: <c")
              .append(level)
              .append("@far>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n");
      message.append(("x".repeat(70) + "\n").repeat(text / 71));
      if (inner != null) {
        message
            .append("\n--b\nContent-Type: application/zip; name=a.zip\n")
            .append("Content-Transfer-Encoding: base64\n\n")
            .append(Base64.getMimeEncoder().encodeToString(inner));
      }
      byte[] whole = message.append("\n--b--\n").toString().getBytes(StandardCharsets.US_ASCII);
      if (level == levels - 1) {
        return whole;
      }
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (ZipOutputStream zip = new ZipOutputStream(packed)) {
        for (int copy = 0; copy < copies; copy++) {
          zip.putNextEntry(new ZipEntry(copy + ".eml"));
          zip.write(whole);
        }
      }
      inner = packed.toByteArray();
    }
    throw new IllegalArgumentException("no level");
  }

  private List<TraceResult> traced(byte[] complaint) throws IOException {
    return Corpus.tracer(records, keys).trace(new TraceInput.Content("bomb.eml", complaint));
  }

  @Test
  void whatUnpacksToFarMoreThanItIsIsRefusedInOneLine() throws IOException {
    byte[] bomb = complaint(5, 0, 2);
    assertEquals(16, traced(bomb).size(), "small messages in messages are read");
    byte[] large = complaint(5, 6 << 20, 2);
    byte[] packed = complaint(2, 0, 1);
    assertTrue(traced(packed).size() == 1);
    UnreadableMessageException refused =
        assertThrows(UnreadableMessageException.class, () -> traced(outer(large)));
    assertTrue(refused.getMessage().contains("unpack to too much"), refused.getMessage());
  }

  /** The outermost one itself is small. */
  private static byte[] outer(byte[] inner) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(packed)) {
      zip.putNextEntry(new ZipEntry("a.eml"));
      zip.write(inner);
    }
    String message =
        "From: c@far.example\nTo: abuse@example.com\nMessage-ID: <o@far>\nContent-Type:"
            + " multipart/mixed; boundary=b\n\n--b\nContent-Type: application/zip;"
            + " name=a.zip\nContent-Transfer-Encoding: base64\n\n"
            + Base64.getMimeEncoder().encodeToString(packed.toByteArray())
            + "\n--b--\n";
    return message.getBytes(StandardCharsets.US_ASCII);
  }
}
