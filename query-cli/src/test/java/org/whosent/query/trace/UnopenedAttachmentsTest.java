package org.whosent.query.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A complaint whose message is in a file that is not opened: that is no "nothing of ours". */
class UnopenedAttachmentsTest extends MadeUpMail {
  private static final String MSG = "\320\317\021\340\241\261\032\341";
  private static final String USER = "a@example.com";
  private static final String ID = "4jY9Sb6Dptzbyx3";

  @BeforeEach
  void submitted() throws IOException {
    submit(USER, ID, "AAAA1111", mail(USER, "<1@x>", TEXT), false);
  }

  private static String complaint(String text, String... files) {
    StringBuilder mail =
        new StringBuilder(
            "From: r@far.example\nTo: abuse@example.com\nSubject: spam\nContent-Type:"
                + " multipart/mixed; boundary=b\n\n--b\n\n"
                + text
                + "\n");
    for (String file : files) {
      mail.append("--b\nContent-Type: application/octet-stream\n")
          .append("Content-Transfer-Encoding: base64\n\n")
          .append(Base64.getMimeEncoder().encodeToString(file.getBytes(ISO_8859_1)))
          .append('\n');
    }
    return mail.append("--b--\n").toString();
  }

  private static List<String> notes(TraceResult result) {
    return result.evidence().stream()
        .filter(e -> e.check() == Check.UNOPENED)
        .map(Evidence::detail)
        .toList();
  }

  @Test
  void whatIsAttachedAndNotOpenedIsSaid() throws IOException {
    for (String file :
        List.of(
            MSG + "\0".repeat(600),
            "\170\237\076\042...",
            "7z\274\257\047\034...",
            "\037\213\b\0...",
            "BZh91AY&SY...")) {
      TraceResult result = trace(complaint("See the attachment.", file, file));
      nobody(result, Verdict.FOREIGN);
      assertEquals(1, notes(result).size(), file);
      assertTrue(notes(result).getFirst().startsWith("attached, and not opened: a"), file);
      assertTrue(TraceText.render(result).contains("note: attached, and not opened: "));
      String external = TraceExternal.render(result);
      assertTrue(external.contains("We cannot open the file"), external);
      assertFalse(external.contains("topmost Received"), external);
    }
  }

  /** Signatures have pictures, spam has documents, and a ZIP archive is opened. */
  @Test
  void whatHoldsNoMailIsNotSaid() throws IOException {
    TraceResult result =
        trace(complaint("See below.", "\211PNG\r\n\032\n", "%PDF-1.7", "PK\3\4....", "", "x"));
    nobody(result, Verdict.FOREIGN);
    assertEquals(List.of(), notes(result));
    assertTrue(TraceExternal.render(result).contains("topmost Received"));
  }

  @Test
  void whoIsNamedIsNamedWithoutIt() throws IOException {
    String copy = hop("AAAA1111") + received(ID, "198.51.100.7") + mail(USER, "<1@x>", TEXT);
    TraceResult result = trace(complaint("See the attachments.", copy, MSG));
    named(result, USER, Confidence.BY_HEADER);
    assertEquals(List.of(), notes(result));
  }
}
