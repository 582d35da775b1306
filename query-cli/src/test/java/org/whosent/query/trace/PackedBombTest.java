package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
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

  private static byte[] zip(List<byte[]> files) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(packed)) {
      for (int i = 0; i < files.size(); i++) {
        zip.putNextEntry(new ZipEntry(String.valueOf(i)));
        zip.write(files.get(i));
      }
    }
    return packed.toByteArray();
  }

  private static byte[] carrying(String id, byte[]... archives) {
    StringBuilder message =
        new StringBuilder("From: c@far.example\nTo: abuse@example.com\nMessage-ID: ")
            .append(id)
            .append("\nContent-Type: multipart/mixed; boundary=b\n\n");
    for (byte[] archive : archives) {
      message
          .append("--b\nContent-Type: application/zip; name=a.zip\n")
          .append("Content-Transfer-Encoding: base64\n\n")
          .append(Base64.getMimeEncoder().encodeToString(archive))
          .append('\n');
    }
    return message.append("--b--\n").toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static boolean isUnopened(TraceResult result) {
    return result.evidence().stream().anyMatch(e -> e.check() == Check.UNOPENED);
  }

  /** So many messages, and one of ours behind them. */
  private List<TraceResult> with(IntFunction<byte[]> message, int messages) throws IOException {
    String genuine = mail("a@example.com", "<1@x>", TEXT);
    records.clear();
    submit("a@example.com", "4jY9Sb6Dptzbyx3", "AAAA1111", genuine, false);
    List<byte[]> inner = new ArrayList<>();
    for (int i = 0; i < messages; i++) {
      inner.add(message.apply(i));
    }
    String copy = hop("AAAA1111") + received("4jY9Sb6Dptzbyx3", "198.51.100.7") + genuine;
    inner.add(copy.getBytes(StandardCharsets.US_ASCII));
    return traced(carrying("<o@far>", zip(inner)));
  }

  /** Each message is within the bounds, and so is their size; what is left out is said. */
  private void bounded(IntFunction<byte[]> message, int few, int many) throws IOException {
    List<TraceResult> whole = with(message, few);
    assertEquals(few + 1, whole.size());
    whole.subList(0, few).forEach(result -> nobody(result, Verdict.FOREIGN));
    assertTrue(whole.stream().noneMatch(PackedBombTest::isUnopened));
    List<TraceResult> part = with(message, many);
    assertEquals(many + 2, part.size(), "one more says what was not opened");
    named(part.remove(many), "a@example.com", Confidence.BY_HEADER);
    for (TraceResult result : part) {
      nobody(result, Verdict.INCONCLUSIVE);
      assertTrue(isUnopened(result));
    }
  }

  @Test
  void ofOneInputNoMoreTextIsReadThanIsAllowed() throws IOException {
    byte[] text = "Hello, hello! ".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
    byte[] texts = zip(Collections.nCopies(20, text));
    bounded(i -> carrying("<" + i + "@far>", texts), 1, 4);
  }

  @Test
  void ofOneInputNoMoreIsUnpackedThanIsAllowed() throws IOException {
    byte[] files = zip(Collections.nCopies(9000, new byte[] {0}));
    bounded(i -> carrying("<" + i + "@far>", files), 3, 6);
  }

  @Test
  void ofOneInputNoMoreIdsAreLookedUpThanAreAllowed() throws IOException {
    StringBuilder ids = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      ids.append("QXWK2")
          .append((char) ('A' + i / 20))
          .append((char) ('P' + i % 5))
          .append(2 + i / 5 % 4)
          .append('\n');
    }
    String message = "From: c@far.example\nTo: abuse@example.com\nMessage-ID: <%d@far>\n\n" + ids;
    bounded(i -> message.formatted(i).getBytes(StandardCharsets.US_ASCII), 40, 60);
  }

  /** Each file costs time, however little is in it. */
  @Test
  void manySmallFilesInTheArchivesOfOneMessageAreTooMany() throws IOException {
    byte[] files = zip(Collections.nCopies(9000, new byte[] {0}));
    assertTrue(!isUnopened(traced(carrying("<c@far>", files)).getFirst()));
    TraceResult two = traced(carrying("<c@far>", files, files)).getFirst();
    assertTrue(TraceText.render(two).contains("more in it than is unpacked"), two.toString());
  }
}
