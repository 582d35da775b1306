package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;

/** Made-up cases: what an honest complaint, a forger, a replayer and a framer send. */
class TracerTest extends MadeUpMail {
  @Test
  void anHonestCopyIsCertain() throws IOException {
    String id = ids.next().toString();
    String mail = mail("a@example.com", "<1@x>", TEXT);
    submit("a@example.com", id, "AAAA1111", mail, true);
    named(
        trace(hop("AAAA1111") + received(id, "198.51.100.7") + mail),
        "a@example.com",
        Confidence.CERTAIN);
    named(
        trace(hop("AAAA1111") + received(id, "198.51.100.7") + mail + "-- \nlist footer\n"),
        "a@example.com",
        Confidence.BY_HEADER);
  }

  @Test
  void aReplayOfTheSameContentToOthersIsNeverCertain() throws IOException {
    String id = ids.next().toString();
    String mail = mail("a@example.com", "<1@x>", TEXT);
    submit("a@example.com", id, "AAAA1111", mail, true);
    String replay =
        "Delivered-To: other@else.example\nReceived: from evil.example ([203.0.113.66]) by"
            + " mx.else.example with SMTP id Z9Z9Z9Z9; "
            + date(NOON)
            + "\n";
    named(trace(replay + received(id, "198.51.100.7") + mail), "a@example.com", Confidence.STRONG);
  }

  @Test
  void aGenuineIdOnOtherContentBlamesNobody() throws IOException {
    String id = ids.next().toString();
    String mail = mail("a@example.com", "<1@x>", TEXT);
    submit("a@example.com", id, "AAAA1111", mail, true);
    String spam = mail("a@example.com", "<1@x>", OTHER);
    nobody(trace(hop("AAAA1111") + received(id, "198.51.100.7") + spam), Verdict.CONTRADICTED);
    String shortSpam = mail("a@example.com", "<1@x>", "click here\n");
    assertNull(trace(hop("AAAA1111") + received(id, "198.51.100.7") + shortSpam).user());
  }

  @Test
  void anInventedIdIsForgedWithoutALookUp() throws IOException {
    TransactionId genuine = ids.next();
    TransactionId forged =
        new TransactionId(genuine.millis(), 1, genuine.counter(), genuine.tag() ^ 1);
    nobody(
        trace(received(forged.toString(), "198.51.100.7") + mail("a@b", "<9@x>", TEXT)),
        Verdict.FORGED);
    nobody(ask(forged.toString()), Verdict.FORGED);
  }

  @Test
  void missingExpiredAndForeignAreDifferentAnswers() throws IOException {
    TransactionId id = ids.next();
    nobody(ask(id.toString()), Verdict.NOT_FOUND);
    nobody(
        trace(received("4jY9Sb6Dptzbyx3", "198.51.100.7") + mail("a@b", "<9@x>", TEXT)),
        Verdict.NOT_FOUND);
    nobody(trace(mail("a@b", "<9@x>", TEXT)), Verdict.FOREIGN);
    Tracer later =
        new Tracer(
            new ListView(List.of(), NOON.plus(Duration.ofDays(40)), List.of()),
            Corpus.SITE,
            keys,
            Clock.fixed(NOON.plus(Duration.ofDays(75)), ZoneOffset.UTC));
    nobody(later.trace(InputReader.asked(id.toString()).orElseThrow()).getFirst(), Verdict.EXPIRED);
  }

  @Test
  void aForgerWhoCopiesAVictimsFieldIsNamedHimself() throws IOException {
    for (boolean content : new boolean[] {true, false}) {
      records.clear();
      String victims = ids.next().toString();
      String forgers = ids.next().toString();
      submit("victim@example.com", victims, "AAAA1111", mail("v@x", "<v@x>", TEXT), content);
      String spam = received(victims, "198.51.100.7") + mail("v@x", "<m@x>", OTHER);
      submit("mallory@example.com", forgers, "BBBB2222", spam, content);
      TraceResult result = trace(hop("BBBB2222") + received(forgers, "198.51.100.7") + spam);
      named(result, "mallory@example.com", content ? Confidence.CERTAIN : Confidence.BY_HEADER);
      assertTrue(
          result.evidence().stream()
              .anyMatch(e -> e.check() == Check.OTHER_FIELD && e.detail().contains(victims)));
      // The genuine field cut away: the victim must not step in.
      assertFalse("victim@example.com".equals(trace(spam).user()));
    }
  }

  /** Two machines that go by one name gave two users' messages the same ID at the same time. */
  @Test
  void anIdOfTwoMachinesOfOneNameNamesNeither() throws IOException {
    for (String user : List.of("alice@example.com", "bob@example.com")) {
      String mail = mail(user, "<of-" + user + ">", TEXT);
      SubmissionRecord.Builder record =
          submit(user, "0AB12CD34F", "HOP" + user.charAt(0) + "1111", mail, false).toBuilder();
      record.logHosts = List.of("node-of-" + user);
      record.messageId = "<of-" + user + ">";
      records.set(records.size() - 1, record.build());
    }
    nobody(ask("0AB12CD34F"), Verdict.INCONCLUSIVE);
    named(
        trace(
            received("0AB12CD34F", "198.51.100.7")
                + mail("bob@example.com", "<of-bob@example.com>", TEXT)),
        "bob@example.com",
        Confidence.BY_HEADER);
  }

  @Test
  void aCopiedMessageIdDoesNotFrameEither() throws IOException {
    // Victim's Received field, Message-ID and From, and the forger's own field cut away.
    submit("victim@example.com", "4jY9Sb6Dptzbyx3", "AAAA1111", mail("v@x", "<v@x>", TEXT), false);
    String spam =
        received("4jY9Sb6Dptzbyx3", "198.51.100.7") + mail("victim@example.com", "<v@x>", OTHER);
    submit("mallory@example.com", "4jY9Sc2QmxzbySQ", "BBBB2222", spam, false);
    assertNull(trace(spam).user());
    assertNull(trace("Delivered-To: r@far.example\n" + spam).user());
  }

  @Test
  void aFieldWhoseClientOrTimeIsNotTheRecordsIsMadeUp() throws IOException {
    String mail = mail("a@example.com", "<1@x>", TEXT);
    submit("a@example.com", "4jY9Sb6Dptzbyx3", "AAAA1111", mail, false);
    nobody(trace(received("4jY9Sb6Dptzbyx3", "203.0.113.5") + mail), Verdict.CONTRADICTED);
    nobody(
        trace(
            received("4jY9Sb6Dptzbyx3", "198.51.100.7")
                    .replace(date(NOON), date(NOON.minusSeconds(90_000)))
                + mail),
        Verdict.CONTRADICTED);
    nobody(ask(received("4jY9Sb6Dptzbyx3", "203.0.113.5")), Verdict.CONTRADICTED);
    named(ask(received("4jY9Sb6Dptzbyx3", "198.51.100.7")), "a@example.com", Confidence.STRONG);
  }

  @Test
  void aBareIdIsStrongAndSaysNothingOfContent() throws IOException {
    submit("a@example.com", "4jY9Sb6Dptzbyx3", "AAAA1111", mail("a@b", "<1@x>", TEXT), true);
    for (String asked : new String[] {"4jY9Sb6Dptzbyx3", "<1@x>", "AAAA1111"}) {
      TraceResult result = ask(asked);
      named(result, "a@example.com", Confidence.STRONG);
      assertTrue(
          result.evidence().stream()
              .filter(e -> e.check() == Check.BODY_DIGEST)
              .allMatch(e -> e.result() == Evidence.Result.ABSENT));
    }
  }

  @Test
  void anIdThatSeveralUsersHadNamesNobody() throws IOException {
    submit("a@example.com", "C0FFEE1234", "AAAA1111", mail("a@b", "<1@x>", TEXT), false);
    SubmissionRecord.Builder again =
        submit("b@example.com", "C0FFEE1234", "BBBB2222", mail("a@b", "<2@x>", OTHER), false)
            .toBuilder();
    records.removeLast();
    again.time = NOON.minus(Duration.ofDays(1));
    records.add(again.build());
    TraceResult result = ask("C0FFEE1234");
    nobody(result, Verdict.INCONCLUSIVE);
    assertEquals(2, result.candidates().size());
    // The message itself tells them apart by its time and Message-ID.
    named(
        trace(
            hop("AAAA1111") + received("C0FFEE1234", "198.51.100.7") + mail("a@b", "<1@x>", TEXT)),
        "a@example.com",
        Confidence.BY_HEADER);
  }

  @Test
  void anIdThatMoreMessagesHaveThanAreLookedAtNamesNobody() throws IOException {
    submit("b@example.com", "4jY9Sb6Dptzbyx0", "AAAA1110", mail("b@b", "<1@x>", TEXT), false);
    for (int i = 1; i <= 60; i++) {
      SubmissionRecord.Builder later =
          submit("a@example.com", "4jY9Sb6Dptz" + (1000 + i), "AAAA" + (1000 + i), TEXT, false)
              .toBuilder();
      records.removeLast();
      later.messageId = "<1@x>";
      later.time = NOON.plusSeconds(i);
      records.add(later.build());
    }
    nobody(ask("<1@x>"), Verdict.INCONCLUSIVE);
  }

  @Test
  void whatAMessageOfOursAttachesOrQuotesIsNoCandidate() throws IOException {
    String victims = mail("v@x", "<v@x>", TEXT);
    submit("victim@example.com", "4jY9Sb6Dptzbyx3", "AAAA1111", victims, false);
    String copy = hop("AAAA1111") + received("4jY9Sb6Dptzbyx3", "198.51.100.7") + victims;
    String attaching =
        "From: m@x\nTo: abuse@example.com\nMessage-ID: <m@x>\nContent-Type: multipart/mixed;"
            + " boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
            + copy
            + "\n--b--\n";
    String report =
        attaching
            .replace("multipart/mixed", "multipart/report; report-type=delivery-status")
            .replace(
                "--b\nContent-Type: message/rfc822",
                "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns;"
                    + " mail.example.com\n\n--b\nContent-Type: message/rfc822");
    String quoting =
        "From: m@x\nTo: abuse@example.com\nMessage-ID: <m@x>\n\n> " + copy.replace("\n", "\n> ");
    for (String outer : List.of(attaching, report, quoting)) {
      records.removeIf(r -> r.transactionId().equals("4jY9Sc2QmxzbySQ"));
      submit("mallory@example.com", "4jY9Sc2QmxzbySQ", "BBBB2222", outer, false);
      named(
          trace(hop("BBBB2222") + received("4jY9Sc2QmxzbySQ", "198.51.100.7") + outer),
          "mallory@example.com",
          Confidence.BY_HEADER);
      // Whoever cut the trace away gets no name, but the way to his record; the victim none at all.
      nobody(trace(outer), Verdict.INCONCLUSIVE);
      // From elsewhere the same is a complaint, and what it carries is what it is about.
      records.removeLast();
      named(trace(outer), "victim@example.com", Confidence.BY_HEADER);
    }
  }

  @Test
  void aComplaintThatOurOwnUserSendsToTheDeskIsACarrier() throws IOException {
    String spam = mail("s@x", "<s@x>", TEXT);
    submit("spammer@example.com", "4jY9Sb6Dptzbyx3", "AAAA1111", spam, false);
    String complaint =
        "From: c@x\nTo: abuse@example.com\nMessage-ID: <c@x>\nContent-Type: multipart/mixed;"
            + " boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
            + hop("AAAA1111")
            + received("4jY9Sb6Dptzbyx3", "198.51.100.7")
            + spam
            + "\n--b--\n";
    SubmissionRecord.Builder toDesk =
        submit("good@example.com", "4jY9Sc2QmxzbySQ", null, complaint, false).toBuilder();
    records.removeLast();
    toDesk.recipients = List.of(Recipient.of("abuse@example.com"));
    records.add(toDesk.build());
    named(
        trace(received("4jY9Sc2QmxzbySQ", "198.51.100.7") + complaint),
        "spammer@example.com",
        Confidence.BY_HEADER);
  }

  @Test
  void aComplaintThatCameInOverOurOwnServerIsACarrierAlsoBeforeItIsIndexed() throws IOException {
    String spam = mail("s@x", "<s@x>", TEXT);
    submit("spammer@example.com", "4jY9Sb6Dptzbyx3", "AAAA1111", spam, false);
    String complaint =
        "Received: from mx.far.example ([203.0.113.9]) by mail.example.com (Postfix) with ESMTP id"
            + " 4jYZZZZZZZzbyx3; "
            + date(NOON.plus(Duration.ofDays(2)))
            + "\nFrom: c@far.example\nTo: abuse@example.com\nMessage-ID: <c@far>\n\n> "
            + (hop("AAAA1111") + received("4jY9Sb6Dptzbyx3", "198.51.100.7") + spam)
                .replace("\n", "\n> ");
    named(trace(complaint), "spammer@example.com", Confidence.BY_HEADER);
    nobody(trace(complaint.replace("abuse@example.com", "friend@example.com")), Verdict.NOT_FOUND);
  }

  @Test
  void nobodyLoggedIn() throws IOException {
    String mail = mail("x@outside.example", "<1@x>", TEXT);
    submit(null, "4jY9Sb6Dptzbyx3", "AAAA1111", mail, false);
    nobody(
        trace(hop("AAAA1111") + received("4jY9Sb6Dptzbyx3", "198.51.100.7") + mail),
        Verdict.UNAUTHENTICATED);
    nobody(ask("4jY9Sb6Dptzbyx3"), Verdict.UNAUTHENTICATED);
  }

  @Test
  void aMessageIsFollowedBackOverOurOwnFilterOnly() throws IOException {
    for (String filter : new String[] {"127.0.0.1[127.0.0.1]:10024", "mx.evil[203.0.113.66]:25"}) {
      records.clear();
      String mail = mail("a@example.com", "<1@x>", TEXT);
      SubmissionRecord.Builder first =
          submit("a@example.com", "4jY9Sb6Dptzbyx3", "ignored", mail, false).toBuilder();
      records.clear();
      first.recipients =
          List.of(
              new Recipient(
                  "r@far.example",
                  null,
                  null,
                  Outcome.DELIVERED,
                  null,
                  null,
                  filter,
                  "4jY9Sc2QmxzbySQ",
                  NOON));
      records.add(first.build());
      SubmissionRecord.Builder second =
          submit(null, "4jY9Sc2QmxzbySQ", "AAAA1111", mail, false).toBuilder();
      records.removeLast();
      second.client = "127.0.0.1";
      records.add(second.build());
      boolean ours = filter.startsWith("127");
      assertEquals(
          ours ? Verdict.IDENTIFIED : Verdict.UNAUTHENTICATED,
          ask("4jY9Sc2QmxzbySQ").verdict(),
          filter);
    }
  }

  @Test
  void onlyTheMessageIdAndAStrangersRouteIsCircumstantial() throws IOException {
    String mail = mail("a@example.com", "<1@x>", TEXT);
    submit("a@example.com", "4jY9Sb6Dptzbyx3", "AAAA1111", mail, false);
    String stranger =
        "Return-Path: <a@example.com>\nDelivered-To: r@far.example\nReceived: from evil.example"
            + " ([203.0.113.66]) by mx.far.example with SMTP id Z9Z9Z9Z9; "
            + date(NOON)
            + "\n";
    TraceResult result = trace(stranger + mail);
    nobody(result, Verdict.INCONCLUSIVE);
    assertEquals("a@example.com", result.candidates().getFirst().record().user());
  }

  @Test
  void textOfManyUsersIsNoIdentification() throws IOException {
    submit("a@example.com", "4jY9Sb6Dptzbyx3", "AAAA1111", mail("a@b", "<1@x>", TEXT), true);
    submit("b@example.com", "4jY9Sc2QmxzbySQ", "BBBB2222", mail("b@b", "<2@x>", TEXT), true);
    TraceResult result = trace("From: q@x\nSubject: s\n\n" + TEXT);
    nobody(result, Verdict.INCONCLUSIVE);
    assertEquals(2, result.candidates().size());
  }

  @Test
  void idsInProse() throws IOException {
    submit("a@example.com", "4jY9Sb6Dptzbyx3", "E0D3040C4FF", mail("a@b", "<1@x>", TEXT), true);
    submit("b@example.com", "4jY9Sc2QmxzbySQ", "B29C840C9AE", mail("b@b", "<2@x>", TEXT), true);
    TraceResult result = trace("Who sent 4jY9Sb6Dptzbyx3? Thanks.\n");
    named(result, "a@example.com", Confidence.BY_HEADER);
    assertTrue(result.evidence().stream().anyMatch(e -> e.check() == Check.REPLAY));
    nobody(trace("4jY9Sb6Dptzbyx3 or 4jY9Sc2QmxzbySQ?\n"), Verdict.INCONCLUSIVE);
    named(
        trace("4jY9Sb6Dptzbyx3, 4jY9Sc2QmxzbySQ and the other side has E0D3040C4FF\n"),
        "a@example.com",
        Confidence.BY_HEADER);
    nobody(trace("Please help us, on 2026-11-23 we got spam.\n"), Verdict.FOREIGN);
  }

  /** Else whoever asks for an account takes it that the account sent nothing. */
  @Test
  void whoAsksForAnAccountOrAClientIsToldWhereToAsk() throws IOException {
    for (String text : List.of("a@example.com", "198.51.100.7")) {
      TraceResult result = ask(text);
      nobody(result, Verdict.NOT_FOUND);
      String words = TraceText.render(result);
      assertTrue(words.contains("  note: it was taken for a "), words);
    }
    for (String text : List.of("<a@example.com>", "4jY9Sb6Dptzbyx3")) {
      String words = TraceText.render(ask(text));
      assertFalse(words.contains("taken for"), words);
    }
  }
}
