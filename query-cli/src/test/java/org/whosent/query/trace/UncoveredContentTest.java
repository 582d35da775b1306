package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

  /** The text, but no more its body: of the body's digest all of that is no matter. */
  private static final String REWRAPPED = TEXT.replace(' ', '\n');

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
    for (String type : List.of("mixed; boundary=b", "mixed; charset=x;\n boundary=\"b\"")) {
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

  /** Unicode's directions are no letters, and turn the words round. */
  @Test
  void aTextShownInAnotherOrder() throws IOException {
    String utf8 = head + "text/plain; charset=utf-8\n\n";
    submitted(utf8 + TEXT);
    shown(utf8 + TEXT.replace("watches", "\u200bwatches"), Confidence.CERTAIN);
    for (String mark :
        List.of("\u202a", "\u202e", "\u2066", "\u2069", "\u061c", "\u200e", "\u200f")) {
      shown(utf8 + TEXT.replace("watches", mark + "watches"), Confidence.BY_HEADER);
    }
  }

  private static final String PAY = "Pay to http://evil.example now\n";

  /** Whoever finds no parts shows all of it, and with it what stands above the first one. */
  @Test
  void whetherThereArePartsAtAll() throws IOException {
    submitted(head + "text/plain\n\n" + TEXT);
    String body = PAY + "\n--b\n\n" + TEXT + "\n--b--\n";
    shown(multipart("mixed; boundary=b", body), Confidence.CERTAIN);
    shown(multipart("mixed; boundary=\"b\"; x=y", body), Confidence.CERTAIN);
    String copy = hop("AAAA1111") + received(ID, "198.51.100.7");
    String whole = copy + multipart("mixed; boundary=b", body);
    named(trace(whole.replace("\n", "\r\n")), USER, Confidence.CERTAIN);
    named(trace("From a@b Mon Nov 23 15:00:00 2026\n" + whole), USER, Confidence.CERTAIN);
    for (String type :
        List.of(
            "mixed; boundary=b\nContent-Type: text/html",
            "mixed; boundary=b\nContent-Type: text/plain",
            "mixed; boundary=b\nContent-Transfer-Encoding: base64",
            "mixed; boundary=b\nContent-Transfer-Encoding: quoted-printable",
            "mixed; boundary=\"b \"",
            "mixed; boundary=\" b\"",
            "mixed; boundary=b; boundary=b",
            "mixed; boundary=\"\\b\"",
            "mixed; boundary*=us-ascii''b")) {
      shown(multipart(type, body), Confidence.BY_HEADER);
    }
    String noMime = multipart("mixed; boundary=b", body).replace("MIME-Version: 1.0\n", "");
    shown(noMime, Confidence.BY_HEADER);
    String long70 = "x".repeat(69);
    shown(
        multipart("mixed; boundary=\"" + long70 + "y\"", body.replace("--b", "--" + long70 + "y")),
        Confidence.CERTAIN);
    shown(
        multipart(
            "mixed; boundary=\"" + long70 + "yz\"", body.replace("--b", "--" + long70 + "yz")),
        Confidence.BY_HEADER);
  }

  /** A line that is a delimiter to us hides the lines below it, as fields of a part. */
  @Test
  void whatIsADelimiter() throws IOException {
    submitted(head + "text/plain\n\n" + TEXT);
    int half = TEXT.indexOf('\n') + 1;
    String start = "--b\n\n" + TEXT.substring(0, half);
    String end = "Pay: http://evil.example/\n\n" + TEXT.substring(half) + "\n--b--\n";
    String type = "mixed; boundary=b";
    for (String padding : List.of("", " ", "\t \t", " ".repeat(500))) {
      shown(multipart(type, start + "--b" + padding + "\n" + end), Confidence.CERTAIN);
    }
    for (String padding :
        List.of("\u0001", "\u000b", "\0", "\f", " ".repeat(16_500) + "x", " \r x")) {
      String copy = hop("AAAA1111") + received(ID, "198.51.100.7");
      TraceResult result = trace(copy + multipart(type, start + "--b" + padding + "\n" + end));
      assertNotEquals(Confidence.CERTAIN, result.confidence(), TraceText.render(result));
    }
  }

  /** Where the header of a part ends, the text of it begins. */
  @Test
  void whereAHeaderEnds() throws IOException {
    submitted(head + "text/plain\n\n" + TEXT);
    String type = "mixed; boundary=b";
    shown(multipart(type, "--b\nX: y\n z\n\n" + TEXT + "--b--\n"), Confidence.CERTAIN);
    for (String hidden :
        List.of(
            "From " + PAY,
            ">From " + PAY,
            "X: y\r\r" + PAY,
            "X: y\n \n " + PAY,
            "X: y\r\n\t\r\n " + PAY,
            "X: y\n" + "X: y\n".repeat(3) + "\t\n " + PAY)) {
      shown(multipart(type, "--b\n" + hidden + "\n" + TEXT + "--b--\n"), Confidence.BY_HEADER);
    }
    String plain = head + "text/plain\nX: y";
    shown(plain + "\n z\n\n" + REWRAPPED, Confidence.CERTAIN);
    shown(plain + "\r\r" + PAY + "\n" + REWRAPPED, Confidence.BY_HEADER);
    shown(plain + "\n \n " + PAY + "\n" + REWRAPPED, Confidence.BY_HEADER);
  }

  private static String uuencoded(String text) {
    StringBuilder out = new StringBuilder("begin 644 x\n");
    byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
    for (int from = 0; from < octets.length; from += 45) {
      byte[] line = Arrays.copyOfRange(octets, from, Math.min(from + 45, octets.length));
      out.append((char) (' ' + line.length));
      String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
      for (char c : Base64.getEncoder().encodeToString(line).toCharArray()) {
        int value = Math.max(0, letters.indexOf(c));
        out.append(value == 0 ? '`' : (char) (' ' + value));
      }
      out.append('\n');
    }
    return out.append("`\nend\n").toString();
  }

  /** What a decoder passes over, or ends at, is text to one that is told of no encoding. */
  @Test
  void whatTheEncodingHides() throws IOException {
    submitted(head + "text/plain\n\n" + TEXT);
    String encoding = head + "text/plain\nContent-Transfer-Encoding: ";
    shown(encoding + "base64\n\n" + base64(TEXT), Confidence.CERTAIN);
    shown(encoding + "BASE64\n\n " + base64(TEXT).replace("\n", "\t\r\n"), Confidence.CERTAIN);
    String fullWidth = "\uff30\uff41\uff59\u0021";
    shown(encoding + "base64\n\n" + fullWidth + base64(TEXT), Confidence.BY_HEADER);
    shown(
        encoding + "base64\nContent-Transfer-Encoding: 8bit\n\n" + base64(TEXT),
        Confidence.BY_HEADER);
    String quoted = TEXT.replace("w", "=77").replace("o", "=6f").replace("cheap", "che=\nap");
    String printable = encoding + "quoted-printable\n\n";
    shown(printable + quoted, Confidence.CERTAIN);
    shown(printable + quoted.replace("\n", "\r\n") + "=", Confidence.CERTAIN);
    String zeros = quoted.replace(" ", "=20").replace(",=20", ",=09").strip() + "=0A";
    shown(printable + zeros, Confidence.CERTAIN);
    shown(printable + zeros + "=0A=2", Confidence.BY_HEADER);
    for (String ended : List.of("=-1=-1", "=-1=-1=-1", "=-1\n=-1")) {
      shown(printable + quoted + ended + PAY, Confidence.BY_HEADER);
    }
    for (String kind : List.of("x-uuencode", "x-uue", "uuencode")) {
      String body = uuencoded(TEXT);
      shown(encoding + kind + "\n\n" + body, Confidence.BY_HEADER);
      shown(encoding + kind + "\n\n" + PAY + "\n" + body + PAY, Confidence.BY_HEADER);
    }
    for (String same : List.of("7bit", "8bit", "binary", " 7BIT ")) {
      shown(encoding + same + "\n\n" + REWRAPPED, Confidence.CERTAIN);
    }
    shown(encoding + "x-none\n\n" + REWRAPPED, Confidence.BY_HEADER);
  }

  /** The digits of ASCII are controls in EBCDIC, and controls are in no digest. */
  @Test
  void whatTheCharsetHides() throws IOException {
    submitted(head + "text/plain\n\n" + TEXT);
    for (String charset :
        List.of("us-ascii", "utf-8", "iso-8859-1", "windows-1252", "gb2312", "x")) {
      shown(head + "text/plain; charset=" + charset + "\n\n" + REWRAPPED, Confidence.CERTAIN);
    }
    byte[] ebcdic = TEXT.getBytes(Charset.forName("IBM037"));
    String number = " 0900/123456 ".replace(' ', '\n');
    byte[] both = Arrays.copyOf(ebcdic, ebcdic.length + number.length());
    byte[] digits = number.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, both, ebcdic.length, digits.length);
    String type = head + "text/plain; charset=ibm037\nContent-Transfer-Encoding: base64\n\n";
    shown(type + Base64.getMimeEncoder().encodeToString(both), Confidence.BY_HEADER);
    type = type.replace("ibm037", "utf-16be");
    both = TEXT.getBytes(StandardCharsets.UTF_16BE);
    shown(type + Base64.getMimeEncoder().encodeToString(both), Confidence.BY_HEADER);
  }

  /** The digest ends somewhere; what stands behind has none. */
  @Test
  void whatIsTooLongForTheDigest() throws IOException {
    String text = TEXT.repeat((256 << 10) / TEXT.replaceAll("\\s", "").length() + 1);
    submitted(head + "text/plain\n\n" + text);
    shown(head + "text/plain\n\n" + text + PAY, Confidence.BY_HEADER);
    String parts = "--b\n\n" + text + "\n--b\n\n" + PAY + "--b--\n";
    shown(multipart("mixed; boundary=b", parts), Confidence.BY_HEADER);
  }
}
