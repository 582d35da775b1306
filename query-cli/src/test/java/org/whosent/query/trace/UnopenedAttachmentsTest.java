package org.whosent.query.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A complaint whose message is in a file that is not opened: that is no "nothing of ours". */
class UnopenedAttachmentsTest extends MadeUpMail {
  private static final String MSG = "\320\317\021\340\241\261\032\341";
  private static final String USER = "a@example.com";
  private static final String ID = "4jY9Sb6Dptzbyx3";

  private static final String OF_MAC_OUTLOOK =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><emails elementCount=\"1\"><email"
          + " xml:space=\"preserve\"><OPFMessageCopySubject>spam</OPFMessageCopySubject>";

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

  private static String zip(String... files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < files.length; i++) {
        zip.putNextEntry(new ZipEntry(i + ".eml"));
        zip.write(files[i].getBytes(ISO_8859_1));
      }
    }
    return bytes.toString(ISO_8859_1);
  }

  /** As with the flag of a password (APPNOTE 4.4.4), at the n-th file, from 0. */
  private static String encrypted(String zip, int n) {
    int at = -1;
    for (int i = 0; i <= n; i++) {
      at = zip.indexOf("PK\3\4", at + 1);
    }
    return zip.substring(0, at + 6) + (char) (zip.charAt(at + 6) | 1) + zip.substring(at + 7);
  }

  /** An archive is opened; what of it could not be is said. */
  @Test
  void whatOfAnArchiveIsNotOpenedIsSaid() throws IOException {
    String one = zip(mail("s@far.example", "<9@far.example>", TEXT));
    String two = zip("notes", mail("s@far.example", "<9@far.example>", TEXT));
    for (List<String> expected :
        List.of(
            List.of(encrypted(one, 0), "an encrypted archive: unpack it with its password"),
            List.of(encrypted(two, 1), "an encrypted archive: unpack it with its password"),
            List.of(zip("notes", one), "a compressed file or an archive"),
            List.of("!BDN" + "\0".repeat(600), "an Outlook store (.pst, .ost)"),
            List.of(zip("notes", OF_MAC_OUTLOOK), "an archive of Outlook for Mac (.olm)"),
            List.of(zip(MSG + "\0".repeat(600)), "an Outlook message"),
            List.of(one.substring(0, 60), "an archive or a compressed file that is damaged"),
            List.of("PK\3\4....", "an archive or a compressed file that is damaged"))) {
      TraceResult result = trace(complaint("See the attachment.", expected.get(0)));
      assertEquals(1, notes(result).size(), expected.get(1));
      String note = notes(result).getFirst();
      assertTrue(note.startsWith("attached, and not opened: " + expected.get(1)), note);
      assertEquals(Verdict.FOREIGN, result.verdict());
    }
  }

  /** Of so many texts not all are searched. */
  @Test
  void textsThatAreNotSearchedAreSaid() throws IOException {
    String copy = hop("AAAA1111") + received(ID, "198.51.100.7") + mail(USER, "<1@x>", TEXT);
    for (int notes : new int[] {19, 20}) {
      String[] files = new String[notes + 1];
      Arrays.fill(files, "A note.\n");
      files[notes] = "Evidence:\n\n" + copy;
      TraceResult result = trace(complaint("See the attachments.", files));
      if (notes == 19) {
        named(result, USER, Confidence.BY_HEADER);
      } else {
        nobody(result, Verdict.INCONCLUSIVE);
        assertTrue(notes(result).getFirst().startsWith("more parts, texts"));
      }
      files[0] = files[notes];
      files[notes] = "A note.\n";
      assertEquals(USER, trace(complaint("See the attachments.", files)).user());
    }
  }

  /** Pages that show nothing cost time as well. */
  @Test
  void pagesThatAreNotSearchedAreSaid() throws IOException {
    String page = "From: <Saved>\nMIME-Version: 1.0\nContent-Type: text/html\n\n";
    String header = hop("AAAA1111") + received(ID, "198.51.100.7") + mail(USER, "<1@x>", TEXT);
    String evidence = page + "<pre>" + header.replace("<", "&lt;") + "</pre>";
    String empty = page + "<i></i>\n".repeat(130 << 10);
    for (int pages : new int[] {4, 5}) {
      String[] files = new String[pages + 1];
      Arrays.fill(files, empty);
      files[pages] = evidence;
      TraceResult result = trace(complaint("See the attachments.", files));
      if (pages == 4) {
        named(result, USER, Confidence.BY_HEADER);
      } else {
        nobody(result, Verdict.INCONCLUSIVE);
        assertTrue(notes(result).getFirst().startsWith("more parts, texts"));
      }
    }
  }

  @Test
  void encryptedMailIsSaid() throws IOException {
    String armoured = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n";
    String enveloped = "\60\202\4\1\6\11\52\206\110\206\367\15\1\7\3\240\202\3\362\60\202\3\356";
    String signature = "\60\202\4\1\6\11\52\206\110\206\367\15\1\7\2\240\202\3\362\60\202\3\356";
    for (String file : List.of(armoured, enveloped)) {
      assertEquals(
          List.of(
              "attached, and not opened: encrypted mail: decrypt it, and save the message in it as"
                  + " .eml"),
          notes(trace(complaint("See the attachment.", file))));
      TraceResult alone =
          trace(
              "From: r@far.example\nTo: abuse@example.com\nSubject: spam\nContent-Type:"
                  + " application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\n"
                  + Base64.getMimeEncoder().encodeToString(file.getBytes(ISO_8859_1)));
      assertEquals(1, notes(alone).size());
    }
    assertEquals(List.of(), notes(trace(complaint("See below.", signature))));
    assertEquals(1, notes(trace(complaint(armoured))).size());
    assertEquals(List.of(), notes(trace(complaint("He wrote:\n\n" + armoured))));
  }

  @Test
  void aFileInTheTextAndAMessageInPiecesAreSaid() throws IOException {
    for (String file :
        List.of(
            "begin 644 spam.eml\n#0V%T\n`\nend\n",
            "begin-base64 644 spam.eml\nQ2F0\n====\n",
            "=ybegin line=128 size=3 name=spam.eml\nabc\n=yend size=3\n")) {
      assertEquals(
          List.of(
              "attached, and not opened: a file written into the text (uuencode, yEnc): save it"
                  + " with a mail program, and trace the file"),
          notes(trace(complaint("I got this:\n\n" + file))));
    }
    String head = "From: r@far.example\nTo: abuse@example.com\nSubject: spam\nContent-Type: ";
    for (String type :
        List.of(
            "message/partial; id=\"x@far\"; number=2; total=3",
            "message/external-body; access-type=URL; URL=\"https://far.example/spam.eml\"")) {
      List<String> notes = notes(trace(head + type + "\n\nContent-Type: message/rfc822\n\n"));
      assertEquals(1, notes.size(), type);
      assertTrue(notes.getFirst().contains("message/partial, message/external-body"));
    }
    assertEquals(List.of(), notes(trace(complaint("Let us begin 644 times over."))));
  }

  /** Whoever passes on what was passed on to him, many times over. */
  @Test
  void layersThatAreNotOpenedAreSaid() throws IOException {
    String mail = hop("AAAA1111") + received(ID, "198.51.100.7") + mail(USER, "<1@x>", TEXT);
    for (int layers = 1; layers < 12; layers++) {
      mail =
          "From: f@far.example\nTo: g@far.example\nMessage-ID: <%d@far.example>\n".formatted(layers)
              + "Content-Type: message/rfc822\n\n"
              + mail;
      TraceResult result = trace(mail);
      if (layers <= 8) {
        nobody(result, Verdict.INCONCLUSIVE);
        assertEquals(USER, result.candidates().getFirst().record().user());
      } else {
        nobody(result, Verdict.FOREIGN);
        assertTrue(notes(result).getFirst().startsWith("more than 8 messages one in another"));
      }
    }
  }

  /** Signatures have pictures, spam has documents, and an archive is opened. */
  @Test
  void whatHoldsNoMailIsNotSaid() throws IOException {
    TraceResult result =
        trace(complaint("See below.", "\211PNG\r\n\032\n", "%PDF-1.7", zip("notes"), "", "x"));
    nobody(result, Verdict.FOREIGN);
    assertEquals(List.of(), notes(result));
    assertFalse(TraceExternal.render(result).contains("We cannot open"));
  }

  @Test
  void whoIsNamedIsNamedWithoutIt() throws IOException {
    String copy = hop("AAAA1111") + received(ID, "198.51.100.7") + mail(USER, "<1@x>", TEXT);
    TraceResult result = trace(complaint("See the attachments.", copy, MSG));
    named(result, USER, Confidence.BY_HEADER);
    assertEquals(List.of(), notes(result));
  }
}
