package org.whosent.query.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * A spammer with an account calls himself by another user's address and subject, and has a message
 * of that user's in his text or attached; somebody to whom that one never wrote complains.
 */
class ComplaintTest extends MadeUpMail {
  private static final String VICTIM = "victim@example.com";
  private static final String MALLORY = "mallory@example.com";
  private static final String VICTIMS = "4jY9Sb6Dptzbyx3";
  private static final String HIS = "4jY9Sc2QmxzbySQ";

  /** Whom the victim wrote to, and another whom the spammer did. */
  private static final String SENT_TO = "R <R+shop@far.example>";

  private static final String STRANGER = "Jo <jo@far.example>";

  private final String genuine = mail(VICTIM, "<victims.mail.1@x>", TEXT);
  private final String copy = hop("AAAA1111") + received(VICTIMS, "198.51.100.7") + genuine;
  private final String header = copy.substring(0, copy.indexOf("\n\n") + 1);
  private final String labels =
      "Look:\n\n-----Original Message-----\nFrom: Victim <%s>\nSent: Monday\nTo: jo\nSubject: watches\n\n"
          .formatted(VICTIM);

  @BeforeEach
  void submitted() throws IOException {
    submit(VICTIM, VICTIMS, "AAAA1111", genuine, false);
    submit(MALLORY, HIS, "BBBB2222", mail(MALLORY, "<m@x>", OTHER), false);
  }

  /** He complains over our own server, and tells a friend: the spam is not his. */
  @Test
  void aUsersOwnComplaintToTheDeskAndToOthersAccusesHimNot() throws IOException {
    String id = "4jY9Sd5RnyzbyTT";
    String complaint =
        attached("alice@example.com", "Look!", "message/rfc822; name=x", copy)
            .replaceFirst(
                "(?m)^From: ", "Message-ID: <c@x>\nDate: %s\nFrom: ".formatted(date(NOON)));
    SubmissionRecord.Builder record =
        submit("alice@example.com", id, "CCCC3333", complaint, true).toBuilder();
    record.recipients =
        List.of(Recipient.of("abuse@example.com"), Recipient.of("friend@far.example"));
    records.set(2, record.build());
    String line = received(id, "198.51.100.7");
    TraceResult result = trace("Delivered-To: abuse@example.com\n" + line + complaint);
    nobody(result, Verdict.INCONCLUSIVE);
    assertTrue(TraceText.render(result).contains("if he complains of that one, trace that one"));
    // What others got of it is what he sent them; and without another message in it, it is no
    // complaint.
    named(
        trace("Delivered-To: friend@far.example\n" + line + complaint),
        "alice@example.com",
        Confidence.CERTAIN);
    records.remove(2);
    String spam = mail("alice@example.com", "<c@x>", OTHER);
    record = submit("alice@example.com", id, "CCCC3333", spam, true).toBuilder();
    record.recipients =
        List.of(Recipient.of("abuse@example.com"), Recipient.of("friend@far.example"));
    records.set(2, record.build());
    named(
        trace("Delivered-To: abuse@example.com\n" + line + spam),
        "alice@example.com",
        Confidence.CERTAIN);
  }

  private static String plain(String from, String text) {
    return "From: %s\nTo: abuse@example.com\nSubject: Fwd: watches\nMIME-Version: 1.0\n\n%s"
        .formatted(from, text);
  }

  private static String attached(String from, String text, String type, String file) {
    String octets = Base64.getMimeEncoder().encodeToString(file.getBytes(UTF_8));
    return plain(from, "--b\n\n" + text + "\n--b\nContent-Type: " + type)
            .replace("1.0\n\n", "1.0\nContent-Type: multipart/mixed; boundary=b\n\n")
        + "\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n"
        + octets
        + "\n--b--\n";
  }

  /** The same complaint of whoever was sent the victim's message, and of one who was not. */
  private List<String> framed(String from) {
    List<String> complaints = new ArrayList<>();
    for (String text : List.of(labels, labels + OTHER, labels + OTHER + TEXT, labels + header)) {
      for (String type : List.of("message/rfc822", "application/octet-stream")) {
        complaints.add(attached(from, text, type, copy));
      }
      complaints.add(attached(from, text, "text/plain; name=a", "Evidence:\n\n" + header));
    }
    complaints.add(plain(from, labels + header + "\n" + OTHER));
    complaints.add(plain(from, labels + OTHER + "\n" + header));
    complaints.add(plain(from, labels.replace("Subject: watches\n", "") + OTHER + "\n" + header));
    return complaints;
  }

  @Test
  void whatLabelsSayOfASenderIsHisOwnWord() throws IOException {
    for (boolean content : List.of(false, true)) {
      records.removeFirst();
      submit(VICTIM, VICTIMS, "AAAA1111", genuine, content);
      records.addFirst(records.removeLast());
      for (String complaint : framed(STRANGER)) {
        TraceResult result = trace(complaint);
        nobody(result, Verdict.INCONCLUSIVE);
        assertEquals(VICTIM, result.candidates().getFirst().record().user());
        assertTrue(TraceText.render(result).contains("whoever complains"), complaint);
      }
      for (String complaint : framed(SENT_TO)) {
        assertEquals(VICTIM, trace(complaint).user(), complaint);
      }
    }
  }

  /**
   * Of a message to several, each may complain; and who answers for another is told by Reply-To.
   */
  @Test
  void whoeverWasSentItMayComplain() throws IOException {
    String text = labels + OTHER + "\n" + header;
    named(trace(plain("r@FAR.example", text)), VICTIM, Confidence.BY_HEADER);
    named(trace(plain("x@y\nReply-To: r@far.example", text)), VICTIM, Confidence.BY_HEADER);
    nobody(trace(plain("\"r@far.example\" <jo@far.example.net>", "")), Verdict.FOREIGN);
    nobody(trace(plain("jo@far.example\nX-From: r@far.example", text)), Verdict.INCONCLUSIVE);
  }

  /** That nothing in it is ours is true, and would be taken for an answer about the message. */
  @Test
  void whatHasNoHeaderIsAskedFor() throws IOException {
    String quoted =
        "-------- Forwarded Message --------\n"
            + "Subject: pills\n"
            + "Date: Mon, 23 Nov 2026 12:00:00 +0000\n"
            + "From: P <p@evil.example>\n"
            + "To: jo@far.example\n\n"
            + "Buy pills.\n";
    for (String text :
        List.of(
            plain(STRANGER, "Stop it!\n"),
            plain(STRANGER, "Look:\n\n" + quoted),
            quoted.substring(quoted.indexOf("Subject")),
            "Stop it!\n")) {
      TraceResult result = trace(text);
      nobody(result, Verdict.FOREIGN);
      String words = TraceText.render(result);
      assertTrue(words.contains("as it was received (.eml)"), words);
      String external = TraceExternal.render(result);
      assertTrue(external.contains("your report does not have its\nheader"), external);
    }
    // That the complaint itself came in here is no answer either, whether its record is there or
    // not.
    String id = "4jY9Sd5RnyzbyTT";
    String complaint = plain(STRANGER, "Stop it!\n");
    String came = received(id, "203.0.113.9").replace("ESMTPSA", "ESMTPS") + complaint;
    TraceResult missing = trace(came);
    nobody(missing, Verdict.NOT_FOUND);
    assertTrue(missing.lacksHeader(), TraceText.render(missing));
    // A whole message that is none of ours is answered.
    TraceResult strangers = trace(mail("x@far.example", "<s9@far.example>", OTHER));
    nobody(strangers, Verdict.FOREIGN);
    assertFalse(strangers.lacksHeader(), TraceText.render(strangers));
  }

  /** A header that stands below no labels was pasted by whoever complains, and so was a file. */
  @Test
  void withoutLabelsItIsTheComplainants() throws IOException {
    named(trace(plain(STRANGER, "Spam:\n\n" + header)), VICTIM, Confidence.BY_HEADER);
    named(
        trace(attached(STRANGER, "See there.", "message/rfc822", copy)),
        VICTIM,
        Confidence.BY_HEADER);
    // Gmail's page has a table, with the Message-ID on top, above the source.
    String table =
        "Original Message\n"
            + "Message ID\t%s\n"
            + "Created at:\tMonday\n"
            + "From:\t%s\n"
            + "To:\tjo\n"
            + "Subject:\twatches\n\n";
    String page = table.formatted("<victims.mail.1@x>", VICTIM) + copy;
    named(trace(plain(STRANGER, page)), VICTIM, Confidence.BY_HEADER);
    nobody(trace(plain(STRANGER, table.formatted("<1@x>", VICTIM) + copy)), Verdict.INCONCLUSIVE);
    String low = labels.replace("watches", "watches <victims.mail.1@x>") + "<victims.mail.1@x>\n";
    nobody(trace(plain(STRANGER, low + copy)), Verdict.INCONCLUSIVE);
  }

  /** The spam's text, without labels, with the ID of somebody else's message in it. */
  @Test
  void anIdInTheSpamsTextNamesNobody() throws IOException {
    for (String id : List.of(VICTIMS, "AAAA1111", "<victims.mail.1@x>", VICTIMS + ", AAAA1111")) {
      TraceResult result = trace(plain(STRANGER, OTHER + "\nReference: " + id + "\n"));
      nobody(result, Verdict.INCONCLUSIVE);
      assertEquals(VICTIM, result.candidates().getFirst().record().user());
      assertTrue(TraceText.render(result).contains("ask for it by itself"));
      named(
          trace(plain(SENT_TO, OTHER + "\nReference: " + id + "\n")), VICTIM, Confidence.BY_HEADER);
      named(trace("The ID is " + id + ", thanks.\n"), VICTIM, Confidence.BY_HEADER);
    }
  }

  /** Who sends on, through his own account, what he got, is not blamed for it. */
  @Test
  void whoeverOfOursComplainsIsNotBlamed() throws IOException {
    String complaint =
        "Message-ID: <jo@c>\n" + attached("jo@example.com", "See:", "message/rfc822", copy);
    submit("jo@example.com", "4jY9Sd2QmxzbySQ", "CCCC3333", complaint, false);
    SubmissionRecord.Builder toDesk = records.removeLast().toBuilder();
    toDesk.recipients = List.of(Recipient.of("abuse@example.com"));
    records.add(toDesk.build());
    String arrived = received("4jY9Sd2QmxzbySQ", "198.51.100.7") + complaint;
    named(trace(arrived), VICTIM, Confidence.BY_HEADER);
    // In the text, below labels of what he got himself, which may be anybody's.
    String quoted = plain("jo@example.com", labels + OTHER + "\n" + header);
    nobody(trace(quoted), Verdict.INCONCLUSIVE);
  }

  /** Most complaints are forwards in the text: who sent from there to there is worth a look. */
  @Test
  void labelsAloneLeadToWhoSentFromThereToThere() throws IOException {
    submit(VICTIM, "4jY9Se2QmxzbySQ", "DDDD3333", genuine.replace("<v", "<w"), false);
    SubmissionRecord.Builder old = records.removeLast().toBuilder();
    old.time = NOON.minusSeconds(9 * 86_400);
    records.add(old.build());
    String quoted = labels.replace("To: jo", "To: r@far.example") + OTHER;
    for (String date : List.of("Monday", "Montag, 23. November 2026 13:00", "November 23, 2026")) {
      found(quoted.replace("Monday", date), VICTIMS, "4jY9Se2QmxzbySQ");
    }
    found(quoted.replace("Monday", "Mon, 23 Nov 2026 20:00:00"), VICTIMS);
    found(quoted.replace("Monday", "13 Nov 2026 20:00"), "4jY9Se2QmxzbySQ");
    found(quoted.replace("Monday", "Tue, 3 Nov 2026 12:00:00"));
    found(quoted.replace("r@far", "q@far"));
    found(quoted.replace(VICTIM, "v@example.com"));
    found(quoted.replace("To: r@far.example\n", ""));
    submit("abuse@example.com", "4jY9Sf2QmxzbySQ", "EEEE3333", genuine, false);
    found(quoted.replace(VICTIM, "abuse@example.com"));
    // An ID in the text says more.
    found(quoted + "Sent under " + HIS + ".\n", HIS);
  }

  private void found(String text, String... ids) throws IOException {
    for (String input : List.of(text, plain(STRANGER, text))) {
      TraceResult result = trace(input);
      nobody(result, ids.length == 0 ? Verdict.FOREIGN : Verdict.INCONCLUSIVE);
      assertEquals(
          List.of(ids), result.candidates().stream().map(c -> c.record().transactionId()).toList());
    }
  }

  /** What an answer quotes is another's text, and what it keeps of his attachments is his too. */
  @Test
  void whatAnAnswerQuotesIsAnothers() throws IOException {
    String quoted = "> Buy!\n>\n> " + header.replace("\n", "\n> ") + "\n";
    String his = "On Mon, Nov 23, 2026 at 12:00 PM M <m@evil.example>\nwrote:\n\n";
    String wrapped = "Am 23. November 2026 12:00:00 MEZ schrieb Some Body\n<m@evil.example>:\n";
    for (String line : List.of(his, wrapped, "Le lun. 23 nov. 2026, m@evil.example a écrit :\n")) {
      for (String from : List.of(STRANGER, SENT_TO)) {
        open(plain(from, "Stop!\n\n" + line + quoted));
        open(attached(from, "Stop!\n\n" + line + "> Buy!\n", "message/rfc822", copy));
      }
    }
    // Of his name alone nobody knows whose it is.
    String name = "Stop!\n\nAm 23.11.26 um 12:00 schrieb Victim:\n";
    open(plain(STRANGER, name + quoted));
    named(trace(plain(SENT_TO, name + quoted)), VICTIM, Confidence.BY_HEADER);
    named(trace(plain(STRANGER, header + "\n" + name + quoted)), VICTIM, Confidence.BY_HEADER);
    for (String line :
        List.of(
            "Kuupäeval 23. november 2026 kirjutas Victim:",
            "2026. g. 23. nov. Victim rakstīja:",
            "2026-11-23 12:00 Victim rašė:",
            "El 23 de nov. 2026, Victim va escriure:",
            "Þann 23.11.2026 skrifaði Victim:",
            "Pada 23 Nov 2026 Victim menulis:",
            "Victim در ۲۳ نوامبر نوشت:",
            "23 नव॰ 2026 को Victim ने लिखा:")) {
      open(plain(STRANGER, "Stop!\n\n" + line + "\n" + quoted));
    }
    // What the desk asked for.
    String desks = "Here.\n\nOn 23 Nov 2026, Desk <abuse@example.com> wrote:\n> as .eml, please\n";
    named(trace(attached(STRANGER, desks, "message/rfc822", copy)), VICTIM, Confidence.BY_HEADER);
  }

  /** What a mail program of a rarer language forwards in the text keeps its attachments too. */
  @Test
  void labelsOfRarerLanguagesAreLabels() throws IOException {
    for (String labels :
        List.of(
            "Šalje: M <m@evil.example>\nPoslano: 23. studenoga 2026. 12:00\nPrima: r\nPredmet: x",
            "Od: M <m@evil.example>\nPoslano: 23. november 2026 12:00\nZa: r\nZadeva: x",
            "От: M <m@evil.example>\nИзпратено: 23 ноември\nДо: r\nОтносно: x",
            "Saatja: M <m@evil.example>\nSaadetud: 23. november\nAdressaat: r\nTeema: x",
            "Từ: M <m@evil.example>\nĐã gửi: 23/11\nĐến: r\nChủ đề: x",
            "จาก: M <m@evil.example>\nวันที่: 23\nถึง: r\nเรื่อง: x")) {
      String text = "Spam!\n\n" + labels + "\n\nBuy!\n";
      open(attached(STRANGER, text, "message/rfc822", copy));
    }
  }

  /** Who answers spam, and the desk as well, has neither header nor labels. */
  @Test
  void whomAnAnswerAnswersIsACandidate() throws IOException {
    String answer = "Stop!\n\nOn Mon, Nov 23, 2026 Victim <%s> wrote:\n> Buy!\n".formatted(VICTIM);
    open(plain(SENT_TO.replace("+shop", ""), answer));
    nobody(trace(plain(STRANGER, answer)), Verdict.FOREIGN);
    nobody(trace(plain(SENT_TO, answer.replace(VICTIM, "m@evil.example"))), Verdict.FOREIGN);
  }

  private void open(String input) throws IOException {
    TraceResult result = trace(input);
    nobody(result, Verdict.INCONCLUSIVE);
    assertEquals(VICTIM, result.candidates().getFirst().record().user());
  }

  /** A text without a mail around it: who pastes a header means that one. */
  @Test
  void whatATextSaysIsAnothersIsHis() throws IOException {
    String lines = header.replace("\n\t", " ");
    String wrote = "Mallory wrote on 23.11.2026 12:00:\n";
    TraceResult pasted = trace(lines);
    named(pasted, VICTIM, Confidence.BY_HEADER);
    TraceResult noted = trace("Ticket 4711\n\n" + lines);
    named(noted, VICTIM, Confidence.BY_HEADER);
    String note = "the header stands in a text";
    assertTrue(TraceText.render(noted).contains(note), TraceText.render(noted));
    assertTrue(!TraceText.render(pasted).contains(note), TraceText.render(pasted));
    open("Ticket 4711\n\n" + labels + lines);
    open("Ticket 4711\n\n" + wrote + "> Buy!\n" + lines);
    named(trace("It was " + VICTIMS + ".\n"), VICTIM, Confidence.BY_HEADER);
    open("Ticket 4711\n\n" + wrote + "> Buy! Ref " + VICTIMS + "\n");
    // As Outlook saves a mail of his as text.
    String saved = "From:\t%s\nSent:\tMonday\nTo:\tR@far.example\nSubject:\twatches\n\n%s";
    open(saved.formatted("Victim <" + VICTIM + ">", OTHER + "\n" + lines));
    TraceResult his = trace(saved.formatted("M <m@evil.example>", OTHER + "\n" + lines));
    nobody(his, Verdict.INCONCLUSIVE);
  }

  /** All of it is the victim's, and the text above is not: the answer speaks of the one alone. */
  @Test
  void whatStandsAboveAWholeMessageIsNotItsSenders() throws IOException {
    records.clear();
    submit(VICTIM, VICTIMS, "AAAA1111", genuine, true);
    String note = "somebody else may have written";
    TraceResult framed = trace(OTHER + "\n" + copy);
    assertEquals(VICTIM, framed.user());
    assertTrue(TraceText.render(framed).contains(note), TraceText.render(framed));
    TraceResult quoted = trace("> " + copy.replace("\n", "\n> "));
    assertEquals(VICTIM, quoted.user());
    assertTrue(!TraceText.render(quoted).contains(note), TraceText.render(quoted));
  }

  /** Somebody passed it on within his company: the upper labels are his. */
  @Test
  void labelsBelowLabelsLeadToCandidates() throws IOException {
    String inner = labels.replace("To: jo", "To: R@far.example").replace("Look:\n\n", "");
    String upper = "From: Jo <jo@far.example>\nSent: Monday\nTo: it\nSubject: FW: watches\n\n";
    open(plain("it@far.example", upper + "See below.\n\n" + inner + OTHER));
    open("See below.\n\n" + upper + inner + OTHER);
  }
}
