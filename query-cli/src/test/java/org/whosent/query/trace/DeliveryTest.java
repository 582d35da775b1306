package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.record.site.Site;

/**
 * Which mail is a complaint, by where it went. A spammer from elsewhere has another user's message
 * attached, and writes the desk's address wherever he can; his spam is handed in as it arrived.
 */
class DeliveryTest extends MadeUpMail {
  private static final String VICTIM = "victim@example.com";
  private static final String ID = "4jY9Sb6Dptzbyx3";

  private final String genuine = mail(VICTIM, "<victims.mail.1@x>", TEXT);
  private final String copy = hop("AAAA1111") + received(ID, "198.51.100.7") + genuine;

  @BeforeEach
  void submitted() throws Exception {
    submit(VICTIM, ID, "AAAA1111", genuine, false);
  }

  private String carrying(String to) {
    return "From: s@else.example\nTo: "
        + to
        + "\nSubject: x\nMessage-ID: <s@else>\nMIME-Version: 1.0\n"
        + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee.\n--b\n"
        + "Content-Type: message/rfc822\n\n"
        + copy
        + "\n--b--\n";
  }

  private static String arrived(String by, String clause) {
    return "Received: from x.example ([203.0.113.66])\n\tby %s (Postfix) with ESMTP id Z9%s;\n\t%s\n"
        .formatted(by, clause, date(NOON));
  }

  private void complaint(String mail) throws Exception {
    named(trace(mail), VICTIM, Confidence.BY_HEADER);
  }

  private TraceResult spam(String mail) throws Exception {
    TraceResult result = trace(mail);
    nobody(result, Verdict.INCONCLUSIVE);
    assertEquals(VICTIM, result.candidates().getFirst().record().user());
    return result;
  }

  private Site site(String yaml) throws Exception {
    Files.writeString(
        directory.resolve(Site.FILE), "hosts:\n  - {name: mail.example.com}\n" + yaml + "\n");
    return Site.read(directory);
  }

  @Test
  void theDesksDetailIsTheDesk() throws Exception {
    complaint(carrying("abuse@example.com"));
    complaint(carrying("Abuse+fbl@example.com"));
    spam(carrying("abuse-x@example.com"));
    spam(carrying("x+abuse@example.com"));
    Site listed = site("abuse: [fbl@example.com, in+desk@example.com]");
    for (String to : List.of("fbl@example.com", "fbl+aol@example.com", "in+desk@example.com")) {
      TraceResult result = Corpus.one(Corpus.tracer(records, keys, listed), carrying(to));
      assertEquals(VICTIM, result.user(), to);
    }
    for (String to : List.of("in@example.com", "in+other@example.com", "abuse@example.com")) {
      TraceResult result = Corpus.one(Corpus.tracer(records, keys, listed), carrying(to));
      nobody(result, Verdict.INCONCLUSIVE);
    }
  }

  /** They are for other matters too, and much spam is sent to them. */
  @Test
  void otherNamesSayWhatToSet() throws Exception {
    for (String name : List.of("security", "noc", "postmaster", "hostmaster", "fbl", "arf")) {
      String address = name + "@example.com";
      String note = "write `abuse: [abuse@example.com, " + address + "]` in site.yaml";
      for (String mail :
          List.of(
              carrying(address),
              "Delivered-To: " + address + "\n" + carrying("abuse@else.example"),
              arrived("mx.example.com", "\n\tfor <" + address + ">")
                  + carrying("x@else.example"))) {
        String text = TraceText.render(spam(mail));
        assertTrue(text.contains(note), text);
      }
      TraceResult listed =
          Corpus.one(
              Corpus.tracer(records, keys, site("abuse: [abuse@example.com]")), carrying(address));
      assertTrue(
          TraceText.render(listed)
              .contains("it went to " + address + ": if complaints arrive there, add"),
          TraceText.render(listed));
    }
  }

  /** Only where nothing else kept the message from naming, and of addresses that are plain. */
  @Test
  void whatToSetIsSaidWhereItHelps() throws Exception {
    String labels =
        "-----Original Message-----\nFrom: M <m@x.example>\nSent: Monday\nTo: jo\nSubject: x\n\n";
    for (String mail :
        List.of(
            carrying("fbl@example.com").replace("See.\n", labels),
            carrying("a'`]}#\u00e4@example.com"),
            carrying("x".repeat(60) + "@example.com"),
            carrying("undisclosed-recipients:;"))) {
      String text = TraceText.render(spam(mail));
      assertTrue(!text.contains("if complaints arrive there"), text);
    }
  }

  @Test
  void whatAServerWroteGoesBeforeTo() throws Exception {
    String to = carrying("abuse@example.com");
    spam(arrived("mx.far.example", "\n\tfor <jo@far.example>") + to);
    spam(arrived("mx.far.example", " for jo@far.example") + arrived("x", " for <a@b>") + to);
    spam(arrived("f.far.example", "") + arrived("mx.far.example", " for <jo@far.example>") + to);
    spam("X-Original-To: jo@far.example\n" + arrived("mx.far.example", "") + to);
    // Below the fields of the server that delivered it stand his own.
    String his = "Delivered-To: abuse@example.com\n" + arrived("x", " for <abuse@example.com>");
    spam("Delivered-To: jo@far.example\n" + arrived("mx.far.example", "") + his + to);
    spam(arrived("mx.far.example", " for <jo@far.example>") + his + to);
  }

  /** Without a list anybody's is one: whoever it is that he writes to has one. */
  @Test
  void theDeskOfHisOwnProviderReadsOtherAddressesInADomainOfOurs() throws Exception {
    String line = arrived("mx.far.example", "");
    spam("Delivered-To: jo@far.example\n" + line + carrying("abuse@far.example"));
    spam("Delivered-To: jo@com\n" + line + carrying("abuse@com"));
    complaint("Delivered-To: abuse@far.example\n" + line + carrying("x@far.example"));
    complaint("Delivered-To: staff@example.com\n" + line + carrying("abuse@example.com"));
    complaint("Delivered-To: staff@mail.example.com\n" + line + carrying("abuse@example.com"));
    spam("Delivered-To: staff@badexample.com\n" + line + carrying("abuse@example.com"));
    String alias = "Delivered-To: jo@far.example\n" + line + carrying("abuse@far.example");
    for (String yaml :
        List.of("abuse: [abuse@far.example]", "dkim: [{domain: far.example, dns: true}]")) {
      TraceResult result = Corpus.one(Corpus.tracer(records, keys, site(yaml)), alias);
      assertEquals(VICTIM, result.user(), yaml);
    }
  }

  /** As servers and programs leave genuine ones. */
  @Test
  void complaintsAsTheyArrive() throws Exception {
    String to = carrying("abuse@example.com");
    String smtp = arrived("mx.example.com", "\n\tfor <abuse@example.com>");
    String lmtp = arrived("imap.example.com", " for <staff@imap.example.com>");
    for (String above :
        List.of(
            "",
            smtp,
            arrived("mx.example.com", ""),
            "Return-Path: <c@x>\nX-Original-To: abuse@example.com\nDelivered-To: st@x\n" + smtp,
            "Envelope-to: abuse@example.com\n" + smtp,
            "Delivered-To: staff@example.com\n" + lmtp + smtp,
            lmtp + smtp,
            "Received: from pop.example.com by pc.lan with POP3 for <jo@pc.lan>; x\n" + smtp,
            "Received: from pop.example.com by pc.lan with IMAP for <jo@pc.lan>; x\n"
                + "Delivered-To: staff@example.com\n"
                + smtp)) {
      complaint(above + to);
    }
    complaint(smtp + carrying("x@else.example"));
    complaint(smtp.replace("abuse", "abuse+x") + carrying("x@else.example"));
  }
}
