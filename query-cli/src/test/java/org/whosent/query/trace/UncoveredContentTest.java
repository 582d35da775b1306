package org.whosent.query.trace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Somebody has received a message of ours and replays its header and its plain text, with something
 * of his own where mail programs disagree whether it is shown. Nothing of that may be taken for the
 * content that was submitted.
 */
class UncoveredContentTest extends MadeUpMail {
  private static final String ID = "4jY9Sb6Dptzbyx3";
  private static final String USER = "victim@example.com";
  private static final String PHISH =
      "Content-Type: text/plain\n\nPay to http://evil.example now\n";
  private final String head =
      mail(USER, "<v@x>", "").stripTrailing() + "\nMIME-Version: 1.0\nContent-Type: ";

  private void submitted(String mail) throws IOException {
    records.clear();
    submit(USER, ID, "AAAA1111", mail, true);
    shown(mail, Confidence.CERTAIN);
  }

  private void shown(String mail, Confidence how) throws IOException {
    named(trace(hop("AAAA1111") + received(ID, "198.51.100.7") + mail), USER, how);
  }

  private String multipart(String type, String parts) {
    return head + "multipart/" + type + "\n\n" + parts;
  }

  private static String base64(String text) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    return Base64.getMimeEncoder().encodeToString(octets).replace("\r", "");
  }

  /** With two boundaries, or two such fields, who reads by the other one sees other parts. */
  @Test
  void partsThatOnlyAnotherReaderSees() throws IOException {
    submitted(head + "text/plain\n\n" + TEXT);
    String ours = "\n--b\n\n" + TEXT;
    for (String type : List.of("mixed; boundary=b", "mixed; boundary=b\nContent-Type: text/html")) {
      shown(multipart(type, "This is MIME.\n" + ours + "\n--b--\n"), Confidence.CERTAIN);
      shown(multipart(type, ours + "\n--b--\n_____\nlist footer\n"), Confidence.CERTAIN);
      shown(multipart(type, ours + "\n--b--\n\n-- \nfooter\n"), Confidence.CERTAIN);
      for (String start : List.of("--a\n", "-- a\n", "--\u00e9\n", "x\r--a\r")) {
        shown(multipart(type, start + PHISH + ours + "\n--b--\n"), Confidence.BY_HEADER);
      }
      shown(
          multipart(type, "--a\n" + PHISH + "--a--\n" + ours + "\n--b--\n"), Confidence.BY_HEADER);
      shown(multipart(type, ours + "\n--b--\n\n--a\n" + PHISH + "--a--"), Confidence.BY_HEADER);
    }
  }

  /** RFC 2045 section 6.8: padding ends it; some read on. */
  @Test
  void whatStandsBehindThePaddingOfBase64() throws IOException {
    String file = "name;sum\n".repeat(10) + "x";
    String parts =
        "--b\n\n"
            + TEXT
            + "\n--b\nContent-Type: text/csv; name=a.csv\nContent-Transfer-Encoding: base64\n\n"
            + base64(file);
    String end = "\n--b--\n";
    submitted(multipart("mixed; boundary=b", parts + end));
    shown(multipart("mixed; boundary=b", "\n" + parts + "\n\n" + end), Confidence.CERTAIN);
    String more = base64("Pay to http://evil.example now\n");
    shown(multipart("mixed; boundary=b", parts + more + end), Confidence.BY_HEADER);
    shown(multipart("mixed; boundary=b", parts + "\n" + more + end), Confidence.BY_HEADER);
    submitted(head + "text/plain\nContent-Transfer-Encoding: base64\n\n" + base64(TEXT + "xx"));
    shown(
        head + "text/plain\nContent-Transfer-Encoding: base64\n\n" + base64(TEXT + "xx") + more,
        Confidence.BY_HEADER);
  }

  /** Of a choice of texts a reader is shown one, which may say the contrary of both together. */
  @Test
  void aTextCutIntoAlternatives() throws IOException {
    String text = TEXT + "He would never write:\nPay to http://evil.example now\n";
    submitted(head + "text/plain\n\n" + text);
    String both = "--b\n\n" + text.replace("write:\n", "write:\n\n--b\n\n") + "\n--b--\n";
    shown(multipart("mixed; boundary=b", both), Confidence.CERTAIN);
    shown(multipart("alternative; boundary=b", both), Confidence.BY_HEADER);
    shown(multipart("alternative; boundary=b", "--b\n\n" + text + "\n--b--\n"), Confidence.CERTAIN);
  }

  /** Unicode's explicit directions are no letters, and turn the words round. */
  @Test
  void aTextShownInAnotherOrder() throws IOException {
    String utf8 = head + "text/plain; charset=utf-8\n\n";
    submitted(utf8 + TEXT);
    shown(utf8 + TEXT.replace("watches", "\u200bwatches"), Confidence.CERTAIN);
    for (String mark : List.of("\u202a", "\u202e", "\u2066", "\u2069")) {
      shown(utf8 + TEXT.replace("watches", mark + "watches"), Confidence.BY_HEADER);
    }
  }
}
