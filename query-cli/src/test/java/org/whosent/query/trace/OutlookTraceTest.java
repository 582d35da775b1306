package org.whosent.query.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.query.Program;
import org.whosent.record.message.UnreadableMessageException;

/** Complaints that come as Outlook's files: the header in them counts, its rendering binds only. */
class OutlookTraceTest extends MadeUpMail {
  private static final String USER = "alice@example.com";
  private static final String ID = "4jY9Sb6Dptzbyx3";
  private static final String BOB = "bob@example.com";
  private static final String BOBS = "4jY9Sb6Dptzbyx4";
  private static final String CLIENT = "198.51.100.7";

  private final String copy =
      hop("AAAA1111") + received(ID, CLIENT) + mail(USER, "<1@alice>", TEXT);

  @BeforeEach
  void submitted() throws IOException {
    submit(USER, ID, "AAAA1111", mail(USER, "<1@alice>", TEXT), true);
  }

  private List<TraceResult> all(byte[] file) throws IOException {
    return Corpus.tracer(records, keys).trace(new TraceInput.Content("c.msg", file));
  }

  private TraceResult one(byte[] file) throws IOException {
    List<TraceResult> results = all(file);
    assertEquals(1, results.size());
    return results.getFirst();
  }

  private static Evidence.Result result(TraceResult result, Check check) {
    return result.evidence().stream()
        .filter(e -> e.check() == check)
        .map(Evidence::result)
        .findFirst()
        .orElse(null);
  }

  private static boolean notes(TraceResult result) {
    return result.evidence().stream().anyMatch(e -> e.check() == Check.UNOPENED);
  }

  private static String part(String type, byte[] content) {
    return "--b\nContent-Type: %s\nContent-Transfer-Encoding: base64\n\n".formatted(type)
        + Base64.getMimeEncoder().encodeToString(content)
        + "\n";
  }

  private static byte[] complaint(String... parts) {
    return ("From: r@far.example\nTo: abuse@example.com\nSubject: spam\nMessage-ID: <c@far>\n"
            + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee the attachment.\n"
            + String.join("", parts)
            + "--b--\n")
        .getBytes(ISO_8859_1);
  }

  private static byte[] zip(byte[]... files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < files.length; i++) {
        zip.putNextEntry(new ZipEntry(i + ".bin"));
        zip.write(files[i]);
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void theHeaderNamesAndTheTextBinds() throws IOException {
    TraceResult result = one(OutlookFile.of(copy).msg());
    named(result, USER, Confidence.BY_HEADER);
    assertEquals(Evidence.Result.MATCH, result(result, Check.TEXT_DIGEST));
    assertEquals(Evidence.Result.ABSENT, result(result, Check.BODY_DIGEST));
    assertEquals(Evidence.Result.ABSENT, result(result, Check.PARTS));
    assertEquals(Evidence.Result.ABSENT, result(result, Check.SIZE));
  }

  /** Links written out, lines wrapped, HTML that nobody sent: none of it speaks against. */
  @Test
  void whatOutlookMakesOfABodySpeaksAgainstNobody() throws IOException {
    int end = copy.indexOf("\n\n");
    String rendered =
        TEXT.replace("https://example.net/watches", "watches <https://example.net/watches>")
            .replace(" ", "  ");
    OutlookFile file =
        OutlookFile.of(
                copy.substring(0, end)
                    + "\nContent-Type: multipart/alternative;\n"
                    + " boundary=\"gone\"\nContent-Transfer-Encoding: 7bit\n\n"
                    + rendered)
            .octets(
                OutlookFile.HTML,
                ("<html><!--" + "x".repeat(100_000) + "--><p>" + rendered + "</html>")
                    .getBytes(UTF_8));
    TraceResult result = one(file.msg());
    named(result, USER, Confidence.BY_HEADER);
    assertEquals(Evidence.Result.ABSENT, result(result, Check.TEXT_DIGEST));
    assertEquals(Evidence.Result.MATCH, result(result, Check.SIMILARITY));
    assertEquals(Evidence.Result.ABSENT, result(result, Check.SIZE));
  }

  /** Of a message in HTML alone the plain text is Outlook's. */
  @Test
  void whereOnlyHtmlWasSentItsTextIsCompared() throws IOException {
    String fields =
        "From: %s\nTo: r@far.example\nSubject: s\nMessage-ID: <h@alice>\nDate: %s\n"
            .formatted(USER, date(NOON));
    String html = "<p>Sehr sch\u00f6ne <b>Uhren</b> f\u00fcr jedermann, heute billig.</p>";
    String sent = fields + "Content-Type: text/html; charset=utf-8\n\n" + html;
    submit(USER, BOBS, "AAAA2222", sent, true);
    String header = hop("AAAA2222") + received(BOBS, CLIENT) + fields;
    TraceResult result =
        one(
            OutlookFile.of(header + "Content-Type: text/html; charset=utf-8\n\nUHREN!!")
                .octets(OutlookFile.HTML, html.getBytes(Charset.forName("windows-1252")))
                .number(0x3fde, 1252)
                .msg());
    named(result, USER, Confidence.BY_HEADER);
    assertEquals(Evidence.Result.MATCH, result(result, Check.TEXT_DIGEST));
  }

  /** A recipient who puts the header he got over a text of his own frames nobody. */
  @Test
  void anotherTextUnderTheHeaderNamesNobodyAndContradictsNobody() throws IOException {
    String replayed = copy.replace(TEXT, OTHER.repeat(3));
    TraceResult result = one(OutlookFile.of(replayed).msg());
    nobody(result, Verdict.INCONCLUSIVE);
    assertEquals(USER, result.candidates().getFirst().record().user());
    assertEquals(Verdict.CONTRADICTED, trace(replayed).verdict(), "as it does where it is whole");
  }

  /** Of a short text there is no sketch: it is the same, or nothing joins it to the record. */
  @Test
  void aShortTextIsTheSameOrNamesNobody() throws IOException {
    submit(BOB, BOBS, "BBBB2222", mail(BOB, "<2@bob>", "See you at noon."), true);
    String header = hop("BBBB2222") + received(BOBS, CLIENT) + mail(BOB, "<2@bob>", "");
    named(one(OutlookFile.of(header + "See  you at\nNOON.").msg()), BOB, Confidence.BY_HEADER);
    nobody(one(OutlookFile.of(header + "Buy at x.example!").msg()), Verdict.INCONCLUSIVE);
    nobody(one(OutlookFile.of(header + OTHER).msg()), Verdict.INCONCLUSIVE);
    named(one(OutlookFile.of(header).msg()), BOB, Confidence.BY_HEADER);
    nobody(one(OutlookFile.of(copy.replace(TEXT, "Buy!")).msg()), Verdict.INCONCLUSIVE);
  }

  @Test
  void aLogWithoutContentIsHeldAgainstTheHeaderOnly() throws IOException {
    records.clear();
    submit(USER, ID, "AAAA1111", mail(USER, "<1@alice>", TEXT), false);
    named(
        one(OutlookFile.of(copy.replace(TEXT, TEXT.repeat(200))).msg()),
        USER,
        Confidence.BY_HEADER);
  }

  @Test
  void aMessageOfOthersIsForeign() throws IOException {
    String mail =
        "Received: from a.example by mx.far.example with ESMTP id X1; %s\n".formatted(date(NOON))
            + mail("x@else.example", "<9@else>", OTHER);
    nobody(one(OutlookFile.of(mail).msg()), Verdict.FOREIGN);
  }

  /** A draft, a sent item, mail within Exchange. */
  @Test
  void withoutAHeaderThereAreCandidatesAndNobodyIsCleared() throws IOException {
    OutlookFile kept =
        new OutlookFile()
            .text(OutlookFile.SUBJECT, "watches")
            .text(OutlookFile.SENDER, USER)
            .time(OutlookFile.SUBMITTED, NOON)
            .recipient("r@far.example");
    nobody(one(kept.msg()), Verdict.INCONCLUSIVE);
    nobody(one(kept.text(OutlookFile.BODY, OTHER.repeat(2)).msg()), Verdict.INCONCLUSIVE);
    TraceResult alike = one(kept.text(OutlookFile.BODY, TEXT).msg());
    nobody(alike, Verdict.INCONCLUSIVE);
    assertEquals(USER, alike.candidates().getFirst().record().user());
    TraceResult known = one(kept.text(OutlookFile.MESSAGE_ID, "<1@alice>").msg());
    assertEquals(Verdict.IDENTIFIED, known.verdict(), TraceText.render(known));
    nobody(one(kept.text(OutlookFile.MESSAGE_ID, "<2@nobody>").msg()), Verdict.INCONCLUSIVE);
    nobody(one(new OutlookFile().text(OutlookFile.BODY, "").msg()), Verdict.INCONCLUSIVE);
  }

  @Test
  void attachedToAMailItIsOpenedByItsContent() throws IOException {
    byte[] msg = OutlookFile.of(copy).msg();
    byte[] tnef = new OutlookFile().attach(OutlookFile.of(copy)).tnef();
    byte[] files =
        new OutlookFile().attach("notes".getBytes(UTF_8), null).attach(msg, "image/png").tnef();
    byte[] eml = new OutlookFile().attach(copy.getBytes(UTF_8), "message/rfc822").tnef();
    for (byte[] file :
        List.of(
            msg,
            tnef,
            files,
            eml,
            zip(msg),
            zip(tnef),
            new OutlookFile().attach(zip(msg), null).tnef())) {
      for (String type :
          List.of(
              "application/vnd.ms-outlook",
              "application/octet-stream",
              "image/png",
              "message/rfc822",
              "application/ms-tnef; name=winmail.dat")) {
        boolean passedOver = type.equals("message/rfc822") && file[0] == 'P';
        if (!passedOver) {
          TraceResult result = one(complaint(part(type, file)));
          named(result, USER, result.confidence());
          assertFalse(notes(result));
        }
      }
    }
  }

  @Test
  void messagesInMessagesAreOpened() throws IOException {
    String carrier =
        "Received: from a.example by mx.example.com with ESMTP id X1; %s\n".formatted(date(NOON))
            + "From: r@far.example\nTo: abuse@example.com\nMessage-ID: <c@far>\n\nSpam!\n";
    OutlookFile inner = OutlookFile.of(copy);
    for (OutlookFile outer :
        List.of(
            OutlookFile.of(carrier).attach(inner),
            OutlookFile.of(carrier).attach(inner.msg(), null),
            OutlookFile.of(carrier).attach(zip(inner.msg()), null),
            OutlookFile.of(carrier).attach(new OutlookFile().attach(inner).tnef(), null),
            OutlookFile.of(carrier).attach(copy.getBytes(UTF_8), "text/plain"),
            new OutlookFile().text(OutlookFile.SUBJECT, "FW: watches").attach(inner),
            new OutlookFile().attach(new OutlookFile().attach(inner)))) {
      assertEquals(USER, one(outer.msg()).user());
      assertEquals(USER, one(outer.tnef()).user());
    }
    // What a draft carries is its author's; another mail may have been sent to whoever complains.
    byte[] draft = new OutlookFile().attach(inner).msg();
    assertEquals(USER, one(complaint(part("application/octet-stream", draft))).user());
    OutlookFile mail = OutlookFile.of(carrier).attach(inner);
    for (byte[] input :
        List.of(
            complaint(part("application/octet-stream", mail.msg())),
            OutlookFile.of(carrier).attach(mail).msg(),
            OutlookFile.of(carrier.replace("abuse@", "x@")).attach(inner).msg())) {
      TraceResult result = one(input);
      nobody(result, Verdict.INCONCLUSIVE);
      assertEquals(USER, result.candidates().getFirst().record().user());
    }
    TraceResult quoted = one(OutlookFile.of(carrier + "\n" + copy).msg());
    assertEquals(USER, quoted.user());
  }

  /** What a message that was submitted here attaches is its sender's claim. */
  @Test
  void whatIsInAMessageOfOursIsNotOpened() throws IOException {
    submit(BOB, BOBS, "BBBB2222", mail(BOB, "<2@bob>", OTHER), true);
    OutlookFile framed =
        OutlookFile.of(hop("BBBB2222") + received(BOBS, CLIENT) + mail(BOB, "<2@bob>", OTHER))
            .attach(OutlookFile.of(copy))
            .attach(copy.getBytes(UTF_8), "message/rfc822");
    named(one(framed.msg()), BOB, Confidence.BY_HEADER);
    named(one(complaint(part("application/x", framed.msg()))), BOB, Confidence.BY_HEADER);
    OutlookFile sentItem =
        new OutlookFile()
            .text(OutlookFile.SENDER, BOB)
            .text(OutlookFile.MESSAGE_ID, "<2@bob>")
            .text(OutlookFile.BODY, OTHER)
            .attach(OutlookFile.of(copy));
    assertFalse(USER.equals(one(sentItem.msg()).user()));
  }

  /** Exchange keeps the parts of a report as attachments. */
  @Test
  void anAbuseReportIsReadAsOne() throws IOException {
    String header =
        "Received: from a.example by mx.example.com with ESMTP id X1; %s\n".formatted(date(NOON))
            + "From: fbl@far.example\nTo: abuse@example.com\nMessage-ID: <c@far>\n"
            + "Content-Type: multipart/report; report-type=feedback-report; boundary=x\n\n";
    byte[] fields = "Feedback-Type: abuse\nVersion: 1\nUser-Agent: x/1\n".getBytes(UTF_8);
    TraceResult result =
        one(
            OutlookFile.of(header + "A report.\n")
                .attach(fields, "message/feedback-report")
                .attach(OutlookFile.of(copy))
                .msg());
    assertEquals(Kind.ARF, result.kind());
    assertEquals(USER, result.user());
  }

  @Test
  void headersAreReadInAllTheirForms() throws IOException {
    int end = copy.indexOf("\n\n");
    String header = copy.substring(0, end).replace("\n", "\r\n");
    String inner = "\r\n\r\n------=_NextPart\r\nContent-Type: text/plain\r\n\r\n";
    for (String form :
        List.of(
            "Microsoft Mail Internet Headers Version 2.0\r\n" + header + "\r\n\r\n",
            "\r\n" + header,
            header + inner,
            header + "\r\n\0",
            header.replace("\r\n", "\n"),
            header.replace("\r\n", "\r"))) {
      named(
          one(new OutlookFile().text(OutlookFile.HEADERS, form).text(OutlookFile.BODY, TEXT).msg()),
          USER,
          Confidence.BY_HEADER);
      named(
          one(
              new OutlookFile()
                  .text(OutlookFile.HEADERS, form, ISO_8859_1)
                  .text(OutlookFile.BODY, TEXT, ISO_8859_1)
                  .number(0x3ffd, 1252)
                  .msg()),
          USER,
          Confidence.BY_HEADER);
    }
  }

  /** A sender may write a line that is no field: nobody is cleared by what stands above it. */
  @Test
  void aHeaderThatEndsInItsMidstClearsNobody() throws IOException {
    String header =
        "Received: from a.example by mx.far.example with ESMTP id X1; %s\nno field\n"
                .formatted(date(NOON))
            + copy.substring(0, copy.indexOf("\n\n"));
    TraceResult result = one(new OutlookFile().text(OutlookFile.HEADERS, header).msg());
    assertFalse(result.verdict() == Verdict.FOREIGN, TraceText.render(result));
  }

  @Test
  void textInRtfIsReadWhereThereIsNoOther() throws IOException {
    StringBuilder rtf =
        new StringBuilder(
            "{\\rtf1\\ansi\\ansicpg1252\\fromhtml1{\\fonttbl{\\f0 Arial;}}"
                + "{\\*\\htmltag64 <p>}\\htmlrtf junk \\htmlrtf0 ");
    for (String line : TEXT.lines().toList()) {
      rtf.append(line.replace("e", "\\'65").replace("w", "\\u119 ?")).append("\\par\n");
    }
    byte[] raw = rtf.append('}').toString().getBytes(ISO_8859_1);
    byte[] stored = new byte[16 + raw.length]; // MS-OXRTFCP section 2.1.3.1.1, not compressed
    java.nio.ByteBuffer.wrap(stored)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .putInt(raw.length + 12)
        .putInt(raw.length)
        .putInt(0x414c454d)
        .putInt(0)
        .put(raw);
    OutlookFile file =
        new OutlookFile()
            .text(OutlookFile.HEADERS, copy.substring(0, copy.indexOf("\n\n")))
            .octets(OutlookFile.RTF, stored);
    assertEquals(Evidence.Result.MATCH, result(one(file.msg()), Check.TEXT_DIGEST));
    assertEquals(Evidence.Result.MATCH, result(one(file.tnef()), Check.TEXT_DIGEST));
  }

  @Test
  void attachmentsKeepTheirDigests() throws IOException {
    byte[] document = "A document of some length. ".repeat(10).getBytes(UTF_8);
    String sent =
        mail(USER, "<3@alice>", "").stripTrailing()
            + "\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\n"
            + OTHER
            + "--q\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n"
            + Base64.getMimeEncoder().encodeToString(document)
            + "\n--q--\n";
    submit(USER, BOBS, "AAAA3333", sent, true);
    TraceResult result =
        one(
            OutlookFile.of(
                    hop("AAAA3333") + received(BOBS, CLIENT) + mail(USER, "<3@alice>", OTHER))
                .attach(document, "application/pdf")
                .msg());
    named(result, USER, Confidence.BY_HEADER);
    assertEquals(Evidence.Result.MATCH, result(result, Check.ATTACHMENT));
  }

  @Test
  void whatCannotBeOpenedIsNamedAndNoted() throws IOException {
    byte[] msg = OutlookFile.of(copy).msg();
    byte[] damaged = msg.clone();
    java.util.Arrays.fill(damaged, 48, 56, (byte) 0x7f);
    byte[] tnef = new OutlookFile().attach(OutlookFile.of(copy)).tnef();
    for (byte[] file :
        List.of(damaged, java.util.Arrays.copyOf(msg, 600), java.util.Arrays.copyOf(tnef, 90))) {
      UnreadableMessageException refused =
          assertThrows(UnreadableMessageException.class, () -> all(file));
      assertTrue(refused.getMessage().contains(".eml"), refused.getMessage());
      assertFalse(refused.getMessage().contains("\n"));
      assertTrue(notes(one(complaint(part("application/x", file)))));
      assertTrue(notes(one(complaint(part("application/x", zip(file))))));
    }
    assertFalse(notes(one(complaint(part("application/x", new OutlookFile().tnef())))));
  }

  @Test
  void theProgramSaysNothingButTheAnswer() throws Exception {
    Path data = Files.createDirectories(directory.resolve("data"));
    Path complaints = Files.createDirectories(directory.resolve("complaints"));
    Files.write(complaints.resolve("a.txt"), OutlookFile.of(copy).msg());
    Files.write(complaints.resolve("b.zip"), zip(OutlookFile.of(copy).msg()));
    Files.write(complaints.resolve("c"), new OutlookFile().attach(OutlookFile.of(copy)).tnef());
    Program.Result result = Program.run("trace", "--data", data, "--output", "json", complaints);
    assertEquals(3, result.lines().size(), result.out() + result.err());
    assertEquals("", result.err());
    assertEquals(1, result.status());
    Files.write(
        complaints.resolve("d.doc"),
        HexFormat.of().parseHex("d0cf11e0a1b11ae1" + "00".repeat(900)));
    Program.Result again = Program.run("trace", "--data", data, complaints);
    assertEquals(2, again.status());
    assertEquals(1, again.err().lines().count(), again.err());
  }
}
