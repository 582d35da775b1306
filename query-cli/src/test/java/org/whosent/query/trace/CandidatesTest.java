package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;
import org.whosent.record.site.Site;

/** What is left of a message leads to its record, and from whose mouth it must come. */
class CandidatesTest extends MadeUpMail {
  private static final String ID = "4jY9Sb6Dptzbyx3";
  private static final String USER = "a@example.com";
  private final String genuine = mail(USER, "<1@x>", TEXT.repeat(3));
  private final String line = received(ID, "198.51.100.7");

  private void leads(String message, boolean leads) throws IOException {
    TraceResult result = trace(message);
    nobody(result, leads ? Verdict.INCONCLUSIVE : Verdict.FOREIGN);
    assertEquals(leads ? 1 : 0, result.candidates().size());
  }

  @Test
  void theNextHopsIdWhereItSaysThatItGotItFromUs() throws IOException {
    submit(USER, ID, "AAAA1111", genuine, false);
    String rest = "From: q@x\nSubject: watches\n";
    leads(hop("AAAA1111") + rest, true);
    leads(hop("BBBB2222") + rest, false);
    leads(hop("AAAA1111").replace("mail.example.com", "evil.example") + rest, false);
  }

  @Test
  void aMessageIdWithACommentBehindItIsFoundWithoutOurLine() throws IOException {
    // Of another hour, so that who sent something just then leads nowhere.
    String mail =
        mail(USER, "<long-id@client.example> (a comment)", TEXT)
            .replace(date(NOON), date(NOON.minusSeconds(7200)));
    submit(USER, ID, null, mail, false);
    SubmissionRecord.Builder record = records.getFirst().toBuilder();
    record.messageId = "<long-id@client.example>";
    record.size = (long) (line + mail).replace("\n", "\r\n").length();
    records.set(0, record.build());
    named(trace("Delivered-To: r@far.example\n" + mail), USER, Confidence.BY_HEADER);
  }

  /** The body as it is, where it has no text; the text, where it came in another encoding. */
  @Test
  void theContentWhereNoIdentifierIsLeft() throws IOException {
    submit(USER, ID, "AAAA1111", genuine, true);
    String encoded =
        "From: q@x\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n"
            + Base64.getMimeEncoder()
                .encodeToString(TEXT.repeat(3).getBytes(StandardCharsets.UTF_8))
            + "\n";
    leads(encoded, true);
    leads(encoded.replace("q@x\n", "q@x\nMessage-ID: <q@x>\n"), true);
    String picture =
        "From: q@x\nMIME-Version: 1.0\nContent-Type: image/png\nContent-Transfer-Encoding: base64"
            + "\n\niVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk\n";
    leads(picture, false);
    records.clear();
    submit(USER, ID, "AAAA1111", picture, true);
    leads(picture, true);
  }

  @Test
  void theEnvelopeIdWhereTheMessageLeadsNowhere() throws IOException {
    submit(USER, ID, "AAAA1111", genuine, false);
    SubmissionRecord.Builder record = records.getFirst().toBuilder();
    record.envelopeId = "QQ314";
    records.set(0, record.build());
    String bounce =
        "From: mta@far.example\nTo: abuse@example.com\nContent-Type: multipart/report;"
            + " report-type=x; boundary=b\n\n--b\n\nSorry.\n--b\nContent-Type:"
            + " message/delivery-status\n\nReporting-MTA: dns; mx.far.example\n"
            + "Original-Envelope-Id: QQ314\n\nFinal-Recipient: rfc822; q@far.example\n"
            + "Action: failed\n\n--b\nContent-Type: text/rfc822-headers\n\n"
            + "From: q@x\nMessage-ID: <q@x>\nSubject: x\n\n--b--\n";
    leads(bounce, true);
    leads(bounce.replace("QQ314", "QQ315"), false);
  }

  /** Where the site lists its desks, what went to another one is mail like any other. */
  @Test
  void onlyComplaintsToOurOwnDeskAreNone() throws Exception {
    Files.writeString(
        directory.resolve(Site.FILE),
        "hosts:\n  - {name: mail.example.com}\nabuse: [abuse@example.com]\n");
    Site site = Site.read(directory);
    for (String desk : List.of("abuse@example.com", "abuse@far.example")) {
      records.clear();
      String mail = genuine.replace("r@far.example", desk);
      SubmissionRecord.Builder record = submit(USER, ID, null, mail, false).toBuilder();
      record.recipients = List.of(Recipient.of(desk));
      record.size = (long) (line + mail).replace("\n", "\r\n").length();
      records.set(0, record.build());
      String copy = "Delivered-To: " + desk + "\n" + line + mail;
      TraceResult result = Corpus.one(Corpus.tracer(records, keys, site), copy);
      boolean ours = desk.equals("abuse@example.com");
      assertEquals(ours ? null : USER, result.user(), TraceText.render(result));
    }
  }

  /** A log may hold any ID: one that our key did not make accuses nobody. */
  @Test
  void anIdOfARecordWhoseTagIsNotOursIsRefused() throws IOException {
    TransactionId own = ids.next();
    String forged = new TransactionId(own.millis(), 1, own.counter(), own.tag() ^ 1).toString();
    submit(USER, forged, "AAAA1111", genuine, true);
    nobody(
        trace(hop("AAAA1111") + received(forged, "198.51.100.7") + genuine), Verdict.CONTRADICTED);
    nobody(ask(forged), Verdict.FORGED);
  }
}
