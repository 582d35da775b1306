package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;
import org.whosent.record.message.UnreadableMessageException;

/** XARF, reports without their message, archives: and the same broken on purpose. */
class ReportFormsTest extends MadeUpMail {
  private static final String ID = "4jY9Sb6Dptzbyx3";
  private static final String USER = "a@example.com";
  private final String mail = mail(USER, "<1@x>", TEXT);
  private final String copy = hop("AAAA1111") + received(ID, "198.51.100.7") + mail;

  @BeforeEach
  void submitted() throws IOException {
    submit(USER, ID, "AAAA1111", mail, false);
    submit("b@example.com", "4jY9Sc2QmxzbySQ", "BBBB2222", mail("b@b", "<2@x>", OTHER), false);
  }

  private static String xarf(String more) {
    return """
    {"xarf_version": "4.2.0", "report_id": "x", "timestamp": "2026-11-23T12:30:00Z",
     "reporter": {"org": "R", "contact": "r@far.example", "domain": "far.example"},
     "source_identifier": "192.0.2.1", "category": "messaging", "type": "spam",
     "protocol": "smtp", %s}
    """
        .formatted(more);
  }

  private static String evidence(String type, String payload) {
    return """
    "evidence": [{"description": "d", "content_type": "text/plain", "payload": "eA=="},
      {"content_type": "%s", "payload": "%s", "hash": "sha256:0"}]\
    """
        .formatted(type, payload);
  }

  private String base64() {
    return Base64.getEncoder().encodeToString(copy.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void xarfAloneAndInAMail() throws IOException {
    String json = xarf(evidence("message/rfc822", base64()));
    String plain = xarf(evidence("message/rfc822", copy.replace("\n", "\\n").replace("\t", "\\t")));
    String inMail =
        "From: r@far.example\nTo: abuse@example.com\nSubject: XARF\nContent-Type: multipart/mixed;"
            + " boundary=b\n\n--b\n\nSee the attachment.\n--b\nContent-Type: application/json;"
            + " name=xarf.json\nContent-Transfer-Encoding: base64\n\n"
            + Base64.getMimeEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8))
            + "\n--b--\n";
    for (String input : List.of(json, plain, inMail)) {
      TraceResult result = trace(input);
      named(result, USER, Confidence.BY_HEADER);
      assertEquals(Kind.ARF, result.kind());
    }
  }

  @Test
  void xarfWithoutTheMessageGivesCandidatesOnly() throws IOException {
    for (String more :
        List.of(
            "\"smtp_from\": \"a@example.com\"",
            "\"smtp_from\": \"a@example.com\", \"smtp_to\": \"r@far.example\"")) {
      TraceResult result = trace(xarf(more));
      nobody(result, Verdict.INCONCLUSIVE);
      assertEquals(1, result.candidates().size());
      assertEquals(USER, result.candidates().getFirst().record().user());
    }
    nobody(trace(xarf("\"smtp_from\": \"stranger@else.example\"")), Verdict.FOREIGN);
    nobody(
        trace(xarf("\"smtp_from\": \"a@example.com\", \"smtp_to\": \"nobody@far.example\"")),
        Verdict.FOREIGN);
  }

  @Test
  void brokenXarfIsNoReportAndNoError() throws IOException {
    String json = xarf(evidence("message/rfc822", base64()));
    String deep = xarf("\"x\": " + "[".repeat(100_000));
    String lines =
        xarf("\"message_id\": \"<9@x>\\r\\nReceived: from x by mail.example.com id " + ID + "\"");
    for (String broken :
        List.of(
            json.substring(0, json.length() / 2),
            json.replace("4.2.0", "3"),
            deep,
            "{",
            "{}",
            "{\"xarf_version\": 4}",
            xarf("\"evidence\": [1, [2], {\"content_type\": {}, \"payload\": []}]"),
            xarf(evidence("message/rfc822", "!!!!")),
            lines)) {
      assertEquals(null, trace(broken).user(), broken.substring(0, Math.min(300, broken.length())));
    }
    for (long seed : new long[] {3, System.nanoTime()}) {
      Random random = new Random(seed);
      for (int round = 0; round < 300; round++) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 3; i++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        try {
          Corpus.tracer(records, keys).trace(new TraceInput.Content("x", bytes));
        } catch (UnreadableMessageException e) {
          // the one clear refusal
        } catch (RuntimeException e) {
          throw new AssertionError("seed " + seed + ", round " + round, e);
        }
      }
    }
  }

  private static String report(String type, String fields) {
    return "From: mta@far.example\nTo: abuse@example.com\nContent-Type: multipart/report;"
        + " report-type=x; boundary=b\n\n--b\n\nSorry.\n--b\nContent-Type: "
        + type
        + "\n\n"
        + fields
        + "\n--b--\n";
  }

  @Test
  void reportsWithoutTheirMessageGiveCandidatesOnly() throws IOException {
    String id = ids.next().toString();
    submit("c@example.com", id, "CCCC3333", mail("c@x", "<3@x>", TEXT), true);
    for (String[] one :
        new String[][] {
          {
            report(
                "message/feedback-report",
                "Feedback-Type: abuse\nOriginal-Mail-From: <a@example.com>\nOriginal-Rcpt-To:"
                    + " r@far.example\nSource-IP: 192.0.2.1\nArrival-Date: "
                    + date(NOON)
                    + "\n"),
            USER
          },
          {
            report(
                "message/delivery-status",
                "Reporting-MTA: dns; mx.far.example\nOriginal-Envelope-Id: "
                    + id
                    + "\n\nFinal-Recipient: rfc822; r@far.example\nAction: failed\n"),
            "c@example.com"
          },
          {
            report(
                "message/delivery-status",
                "Reporting-MTA: dns; mx.far.example\nX-Postfix-Queue-ID: BBBB2222\n\n"
                    + "Final-Recipient: rfc822; r@far.example\nAction: failed\n"),
            "b@example.com"
          },
        }) {
      TraceResult result = trace(one[0]);
      nobody(result, Verdict.INCONCLUSIVE);
      assertEquals(one[1], result.candidates().getFirst().record().user(), one[0]);
    }
  }

  private static String bounce(String envelopeId) {
    return report(
        "message/delivery-status",
        "Reporting-MTA: dns; mx.far.example\nOriginal-Envelope-Id: "
            + envelopeId
            + "\n\nFinal-Recipient: rfc822; r@far.example\nAction: failed\n");
  }

  private void give(String envelopeId) {
    SubmissionRecord.Builder last = records.removeLast().toBuilder();
    last.envelopeId = envelopeId;
    records.add(last.build());
  }

  @Test
  void envelopeIdLeadsToCandidatesAndNeverFurther() throws IOException {
    give("QQ 314+159");
    TraceResult result = trace(bounce("QQ\n 314+159"));
    nobody(result, Verdict.INCONCLUSIVE);
    assertEquals(1, result.candidates().size());
    assertEquals("b@example.com", result.candidates().getFirst().record().user());
    assertTrue(
        result.candidates().getFirst().evidence().stream()
            .anyMatch(e -> e.check() == Check.ENVELOPE_ID));
    // Another user may give the same, and a bounce may claim any.
    submit("c@example.com", ids.next().toString(), "CCCC3333", mail("c@x", "<3@x>", TEXT), false);
    give("QQ 314+159");
    result = trace(bounce("QQ 314+159"));
    nobody(result, Verdict.INCONCLUSIVE);
    assertEquals(2, result.candidates().size());
    for (String other : List.of("qq 314+159", "", "x".repeat(101), "314+159")) {
      assertEquals(List.of(), trace(bounce(other)).candidates(), other);
    }
  }

  @Test
  void envelopeIdOfAnotherUserDoesNotHideWhoseContentItIs() throws IOException {
    give("victim-1");
    submit("c@example.com", ids.next().toString(), "CCCC3333", mail("c@x", "<3@x>", TEXT), true);
    String bare = "From: c@x\nTo: r@far.example\n\n" + TEXT;
    TraceResult result =
        trace(
            bounce("victim-1")
                .replace("\n--b--", "\n--b\nContent-Type: message/rfc822\n\n" + bare + "\n--b--"));
    assertTrue(!"b@example.com".equals(result.user()));
    assertTrue(
        result.candidates().stream().noneMatch(c -> "b@example.com".equals(c.record().user())),
        TraceText.render(result));
    assertTrue(
        result.user() != null
            || "c@example.com".equals(result.candidates().getFirst().record().user()),
        TraceText.render(result));
  }

  private static final class Seen implements InputReader.Sink {
    final List<String> inputs = new ArrayList<>();

    @Override
    public void input(TraceInput input) {
      TraceInput.Content content = (TraceInput.Content) input;
      inputs.add(
          content.name().replaceAll(".*/", "") + ":" + new String(content.content()).length());
    }

    @Override
    public void unreadable(String name, String reason) {
      inputs.add("unreadable: " + reason);
    }
  }

  private static byte[] zip(Object... namesAndContents) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < namesAndContents.length; i += 2) {
        zip.putNextEntry(new ZipEntry((String) namesAndContents[i]));
        zip.write((byte[]) namesAndContents[i + 1]);
      }
    }
    return out.toByteArray();
  }

  private static List<String> read(byte[] input) throws IOException {
    Seen seen = new Seen();
    new InputReader(new ByteArrayInputStream(input)).read("-", seen);
    return seen.inputs;
  }

  @Test
  void messagesInAnArchive() throws IOException {
    byte[] mbox =
        "From a Mon Nov 23 15:00:00 2026\nX: 1\n\nFrom a Mon Nov 23 15:00:00 2026\nX: 22\n"
            .getBytes(StandardCharsets.UTF_8);
    byte[] zip = zip("d/", new byte[0], "../../etc/a.eml", "From: a\n".getBytes(), "b.mbox", mbox);
    assertEquals(List.of("a.eml:8", "-!b.mbox:6", "-!b.mbox:6"), read(zip));
    assertEquals(
        List.of("unreadable: the archive has no file in it"), read(zip("d/", new byte[0])));
    byte[] secret = zip("a.eml", "From: a\n".getBytes());
    secret[6] |= 1; // APPNOTE 4.4.4
    assertEquals(
        List.of(
            "unreadable: an encrypted archive: unpack it with its password, and trace the file"
                + " or directory"),
        read(secret));
    Path file = directory.resolve("complaints.zip");
    Files.write(file, zip("a.eml", "From: a\n".getBytes()));
    Seen seen = new Seen();
    new InputReader(java.io.InputStream.nullInputStream()).read(file.toString(), seen);
    assertEquals(List.of("complaints.zip!a.eml:8"), seen.inputs);
  }

  @Test
  void mailboxesOnDisk() throws IOException {
    Path box = Files.createDirectories(directory.resolve("Maildir"));
    for (String folder : List.of("cur", "new", "tmp", ".Junk/cur", ".Junk/new")) {
      Files.createDirectories(box.resolve(folder));
    }
    Files.writeString(box.resolve("cur/1.x:2,S"), "From: a\n");
    Files.writeString(box.resolve("new/2.x"), "From: ab\n");
    Files.writeString(box.resolve("tmp/3.x"), "From: half a mess");
    Files.writeString(box.resolve(".Junk/new/4.x"), "From: abc\n");
    Files.writeString(box.resolve("dovecot-uidlist"), "3 V1 N4\n");
    Seen seen = new Seen();
    InputReader reader = new InputReader(java.io.InputStream.nullInputStream());
    reader.read(box.toString(), seen);
    assertEquals(List.of("4.x:10", "1.x:2,S:8", "2.x:9"), seen.inputs);

    String mbox =
        "\n\ufeffFrom a Mon Nov 23 15:00:00 2026\nX: 1\n\nbody\n>From the start\n\n"
            + "From a Mon Nov 23 15:00:00 2026\nContent-Length: 3\nX: 22\n\nFrom here to there\n";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(mbox.substring(1).getBytes(StandardCharsets.UTF_8));
    }
    assertEquals(List.of("-:27", "-:44"), read(out.toByteArray()));
    byte[] cut = java.util.Arrays.copyOf(out.toByteArray(), out.size() / 2);
    assertTrue(read(cut).getLast().startsWith("unreadable: "), () -> "a cut archive");
  }

  @Test
  void theFeedbackIdLeadsToItsRecordAndProvesNothingAlone() throws IOException {
    String id = ids.next().toString();
    String mail = mail("c@example.com", "<3@x>", TEXT + OTHER);
    submit("c@example.com", id, "CCCC3333", mail, true);
    String fields = "Feedback-Type: abuse\nVersion: 1\n";
    String stripped = "CFBL-Feedback-ID: " + id + "\nSubject: watches\n\n" + TEXT + OTHER;
    String arf = report("message/feedback-report", fields).replace("\n--b--\n", "\n--b\n");
    named(
        trace(arf + "Content-Type: message/rfc822\n\n" + stripped + "\n--b--\n"),
        "c@example.com",
        Confidence.STRONG);
    // On somebody else's content, or on none, it blames nobody.
    String pills =
        "These pills have nothing to do with it, and were never sent by anybody of this house,"
            + " whatever the identifier above them says to whoever believes it.\n";
    String other = stripped.replace(TEXT + OTHER, pills);
    assertEquals(
        null, trace(arf + "Content-Type: message/rfc822\n\n" + other + "\n--b--\n").user());
    String header = "CFBL-Feedback-ID: " + id + "\nSubject: watches\nFrom: x@else.example\n";
    TraceResult alone = trace(arf + "Content-Type: text/rfc822-headers\n\n" + header + "\n--b--\n");
    nobody(alone, Verdict.INCONCLUSIVE);
    assertEquals("c@example.com", alone.candidates().getFirst().record().user());
  }

  /** RFC 9477 section 3.2: it may be all that a report without the message says. */
  @Test
  void theFeedbackIdOfAReportWithoutItsMessage() throws IOException {
    String id = ids.next().toString();
    submit("c@example.com", id, "CCCC3333", mail("c@x", "<3@x>", TEXT), true);
    String fields = "Feedback-Type: abuse\nVersion: 1\nCFBL-Feedback-ID: %s\n";
    TraceResult alone = trace(report("message/feedback-report", fields.formatted(id)));
    nobody(alone, Verdict.INCONCLUSIVE);
    assertEquals("c@example.com", alone.candidates().getFirst().record().user());
    String envelope = "Original-Mail-From: <%s>\nOriginal-Rcpt-To: <%s>\n";
    String whole = fields.formatted(id) + envelope.formatted("c@example.com", "r@far.example");
    named(trace(report("message/feedback-report", whole)), "c@example.com", Confidence.BY_HEADER);
    for (String[] other :
        new String[][] {
          {"q@else.example", "r@far.example"}, {"c@example.com", "q@else.example"}, {"", ""}
        }) {
      String but = fields.formatted(id) + envelope.formatted(other[0], other[1]);
      nobody(trace(report("message/feedback-report", but)), Verdict.INCONCLUSIVE);
    }
    TransactionId own = TransactionId.parse(id).orElseThrow();
    TransactionId forged = new TransactionId(own.millis(), 1, own.counter(), own.tag() ^ 1);
    String made = whole.replace(id, forged.toString());
    nobody(trace(report("message/feedback-report", made)), Verdict.FOREIGN);
    String tooLong = "Feedback-Type: abuse\nCFBL-Feedback-ID: " + "x".repeat(201) + "\n";
    nobody(trace(report("message/feedback-report", tooLong)), Verdict.FOREIGN);
    // Other servers write none: a queue ID there is the sender's, who also chose the envelope.
    String copied = whole.replace(id, "4jY9Sc2QmxzbySQ").replace("c@example.com", "b@example.com");
    nobody(trace(report("message/feedback-report", copied)), Verdict.FOREIGN);
  }

  @Test
  void theSameAttachmentGivesCandidates() throws IOException {
    String file =
        "--b\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n";
    String pdf = Base64.getMimeEncoder().encodeToString(OTHER.repeat(20).getBytes());
    String parts = "--b\n\nhi\n" + file + pdf + "\n--b--\n";
    String mail =
        mail("d@example.com", "<4@x>", parts)
            .replace("\n\n--b\n\nhi", "\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhi");
    submit("d@example.com", ids.next().toString(), "DDDD4444", mail, true);
    String complaint =
        "From: x@far.example\nTo: abuse@example.com\nMessage-ID: <c@far>\nContent-Type:"
            + " multipart/mixed; boundary=b\n\n--b\n\nThis file came from your users.\n"
            + file.replace("a.pdf", "virus.bin")
            + pdf.replace("\r\n", "\n ")
            + "\n--b--\n";
    TraceResult result = trace(complaint);
    nobody(result, Verdict.INCONCLUSIVE);
    assertEquals("d@example.com", result.candidates().getFirst().record().user());
  }

  @Test
  void brokenArchivesCostOneLine() throws IOException {
    byte[] zip = zip("a.eml", mail.repeat(50).getBytes(StandardCharsets.UTF_8));
    for (long seed : new long[] {9, System.nanoTime()}) {
      Random random = new Random(seed);
      for (int round = 0; round < 300; round++) {
        byte[] broken = zip.clone();
        for (int i = 0; i < 4; i++) {
          broken[4 + random.nextInt(broken.length - 4)] = (byte) random.nextInt(256);
        }
        List<String> seen = read(broken);
        assertTrue(seen.size() <= 2, () -> "seed " + seed + ": " + seen);
      }
    }
    assertEquals(1, read("PK\3\4".getBytes(StandardCharsets.ISO_8859_1)).size());
    assertEquals(1, read("PK".getBytes(StandardCharsets.ISO_8859_1)).size());
  }

  @Test
  void aBombIsStopped() throws IOException {
    byte[] zeros = new byte[1 << 20];
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("bomb.eml"));
      for (int i = 0; i < 80; i++) {
        zip.write(zeros);
      }
    }
    List<String> seen = read(out.toByteArray());
    assertEquals(1, seen.size());
    assertTrue(seen.getFirst().startsWith("unreadable: "), seen.getFirst());
  }
}
