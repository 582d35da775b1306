package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/**
 * What joins a message to its record when everything else is missing or does not fit: each thing
 * alone, and that the same without it names nobody.
 */
class BindingTest extends MadeUpMail {
  private static final String ID = "4jY9Sb6Dptzbyx3";
  private static final String USER = "victim@example.com";
  private static final String CLIENT = "198.51.100.7";
  private static final String OTHERS = "Delivered-To: other@else.example\n";
  private static final String HIS = "Delivered-To: r@far.example\n";
  private static final String PATH = "Return-Path: <" + USER + ">\n";

  private final String genuine = mail(USER, "<v@x>", TEXT.repeat(4));
  private final String line = received(ID, CLIENT);

  /** Of the genuine header the Message-ID and the Date; all else is another's or hidden. */
  private final String strange =
      genuine
          .substring(0, genuine.indexOf("\n\n") + 1)
          .replace(USER, "else@where.example")
          .replace("r@far.example", "undisclosed-recipients:;");

  @BeforeEach
  void submitted() throws IOException {
    submit(USER, ID, "AAAA1111", genuine, false);
    edit(
        r -> {
          r.size = octets(line + genuine);
          r.headerDate = null;
        });
  }

  private static long octets(String message) {
    return message.replace("\n", "\r\n").length();
  }

  private void edit(Consumer<SubmissionRecord.Builder> edit) {
    SubmissionRecord.Builder builder = records.removeLast().toBuilder();
    edit.accept(builder);
    records.add(builder.build());
  }

  private static String dated(String message, Duration later) {
    return message.replace("Date: " + date(NOON), "Date: " + date(NOON.plus(later)));
  }

  private void his(String message) throws IOException {
    named(trace(message), USER, Confidence.BY_HEADER);
  }

  private void nobodys(String message) throws IOException {
    nobody(trace(message), Verdict.INCONCLUSIVE);
  }

  @Test
  void besideLineAndMessageIdOneThingMore() throws IOException {
    nobodys(OTHERS + line + strange);
    his(HIS + line + strange);
    his(OTHERS + PATH + line + strange);
    his(OTHERS + line + strange.replace("else@where.example", USER));
    his(OTHERS + line + strange.replace("undisclosed-recipients:;", "r@far.example"));
    String sized = strange + "\n" + OTHER.repeat(4);
    edit(r -> r.size = octets(line + sized));
    his(OTHERS + line + sized);
    nobodys(OTHERS + line + sized + OTHER.repeat(9));
  }

  /** A From that our server saw is the one that counts, whoever the reverse-path is. */
  @Test
  void theFromThatWasRecordedIsTheOneThatCounts() throws IOException {
    edit(r -> r.headerFrom = "\"V. Ictim, q@x\" <else@where.example>");
    his(OTHERS + line + strange);
    nobodys(OTHERS + line + strange.replace("else@where.example", USER));
    nobodys(OTHERS + line + strange.replace("else@where.example", "other@where.example"));
  }

  /** The Date does where the message says nothing of its envelope, and only there. */
  @Test
  void theDateWhereNothingOfTheEnvelopeCame() throws IOException {
    his(line + strange);
    nobodys(line + dated(strange, Duration.ofDays(3)));
    nobodys("Return-Path: <other@else.example>\n" + line + strange);
    nobodys(OTHERS + line + strange);
  }

  @Test
  void theSameContentUnderAMadeUpFieldOrAnotherMessageIdIsNotHis() throws IOException {
    records.clear();
    submit(USER, ID, "AAAA1111", genuine, true);
    named(trace(HIS + line + genuine), USER, Confidence.CERTAIN);
    nobody(trace(HIS + received(ID, "203.0.113.5") + genuine), Verdict.CONTRADICTED);
    nobody(trace(HIS + line + genuine.replace("<v@x>", "<m@x>")), Verdict.CONTRADICTED);
    String then = line.replace(date(NOON), date(NOON.minus(Duration.ofHours(3))));
    nobody(trace(HIS + then + genuine), Verdict.CONTRADICTED);
    // What a later hop or a new Date changes, he may still have written.
    named(trace(HIS + line + dated(genuine, Duration.ofDays(1))), USER, Confidence.STRONG);
  }

  @Test
  void theSameTextAloneIsNobodys() throws IOException {
    records.clear();
    submit(USER, ID, "AAAA1111", genuine, true);
    String text = genuine.substring(genuine.indexOf("\n\n"));
    nobodys("From: q@x\nSubject: s" + text);
    nobody(trace("From: q@x\nSubject: s" + text + "-- \nfooter\n"), Verdict.FOREIGN);
    // With the next hop's ID above it, it is the one that our log says went there.
    String hop = hop("AAAA1111") + "From: ";
    named(trace(hop + USER + "\nSubject: watches" + text), USER, Confidence.STRONG);
    named(trace(hop + USER + "\nSubject: s" + text), USER, Confidence.BY_HEADER);
    named(trace(hop + "q@x\nSubject: watches" + text), USER, Confidence.BY_HEADER);
    nobodys(hop("BBBB2222") + "From: q@x\nSubject: s" + text);
  }

  @Test
  void ofACutMessageWhatIsLeftMustFit() throws IOException {
    his(PATH + HIS + line);
    his(PATH + HIS + line + "From: Vic");
    nobodys(PATH + line);
    nobodys(HIS + line);
    // Whole, and without the Message-ID that our server saw: another message.
    nobodys(PATH + HIS + line + "Subject: watches\nX-Last: 1\n\n");
  }

  private String bounce(String queueId, String from) {
    return "From: MAILER-DAEMON@mail.example.com\n"
        + "To: abuse@example.com\n"
        + "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        + "--b\n\nSorry\n--b\nContent-Type: message/delivery-status\n\n"
        + ("Reporting-MTA: dns; mail.example.com\nX-Postfix-Queue-ID: " + queueId + "\n")
        + ("X-Postfix-Sender: rfc822; " + from + "\n\n")
        + "Final-Recipient: rfc822; r@far.example\nAction: failed\n\n"
        + "--b\nContent-Type: message/rfc822\n\n"
        + line
        + "Subject: watches\n\nshort\n--b--\n";
  }

  @Test
  void theBounceOfOurServerSaysWhichMessageItReturns() throws IOException {
    edit(r -> r.size = null);
    his(bounce(ID, USER));
    nobodys(bounce("4jY9Sc2QmxzbySQ", USER));
    nobodys(bounce(ID, "other@example.com"));
    nobodys(bounce(ID, USER).replace("r@far.example", "other@far.example"));
    nobodys(bounce(ID, USER).replace("dns; mail.example.com", "dns; mx.far.example"));
  }

  @Test
  void ofALogWithoutMessageIdsTheWayDoesWhereTheAddresseesAreHidden() throws IOException {
    edit(r -> r.messageId = null);
    String way = hop("3dc44c83").replace(HIS, "");
    String quoted = "From: %s\nDate: %s\nSubject: watches\n".formatted(USER, date(NOON));
    his(way + line + quoted);
    nobodys(line + quoted);
    nobodys(way + line + quoted.replace("Subject:", "To: other@else.example\nSubject:"));
    nobodys(OTHERS + way + line + quoted);
    nobodys(way + line + dated(quoted, Duration.ofHours(1)));
    nobodys(way + line + quoted.replace(USER, "other@example.com"));
  }

  @Test
  void whatOurServerMadeItselfIsNobodysAndMustFitToo() throws IOException {
    String text = "From: MAILER-DAEMON@mail.example.com\nTo: r@far.example\nSubject: x\n";
    for (Origin origin : List.of(Origin.INTERNAL, Origin.UNAUTHENTICATED)) {
      edit(
          r -> {
            r.origin = origin;
            r.user = null;
            r.client = null;
            r.mailFrom = "";
            r.messageId = null;
          });
      boolean internal = origin == Origin.INTERNAL;
      Verdict made = internal ? Verdict.UNAUTHENTICATED : Verdict.INCONCLUSIVE;
      nobody(trace(HIS + line + text), made);
      nobody(trace(line + text), made);
      nobodys(OTHERS + line + text.replace("r@far.example", "other@else.example"));
      nobodys(HIS + line.replace(date(NOON), "") + text);
      nobody(
          trace(HIS + line.replace(date(NOON), date(NOON.minusSeconds(9999))) + text),
          Verdict.CONTRADICTED);
    }
  }

  // ---- no field of ours is left

  private final String noField = PATH + HIS + genuine;

  @Test
  void withoutAFieldOfOursAllThatIsSaidMustFit() throws IOException {
    his(noField);
    his(HIS + genuine);
    his(genuine);
    nobodys(OTHERS + PATH + genuine);
    nobodys(genuine.replace("r@far.example", "other@else.example"));
    nobodys(HIS + genuine.replace(USER, "else@where.example"));
    his(PATH + HIS + genuine.replace(USER, "else@where.example"));
    nobodys(HIS + "Return-Path: <q@x>\n" + genuine.replace(USER, "else@where.example"));
    nobodys(PATH + HIS + dated(genuine, Duration.ofDays(3)));
    his(PATH + HIS + genuine.replaceAll("Date: [^\n]*\n", ""));
  }

  @Test
  void withoutAFieldOfOursAnotherServersHopLeavesItOpen() throws IOException {
    String stranger =
        "Received: from evil.example ([203.0.113.66]) by mx.far.example with SMTP id Z9Z9Z9Z9; "
            + date(NOON)
            + "\n";
    String filter = stranger.replace("by mx.far.example", "by localhost");
    String none = "Received: (qmail 123 invoked by uid 0); " + date(NOON) + "\n";
    nobodys(HIS + PATH + stranger + genuine);
    his(HIS + PATH + filter + genuine);
    his(HIS + PATH + none.replace("by uid 0", "from network") + genuine);
    his(hop("AAAA1111") + PATH + genuine);
    nobodys(hop("BBBB2222") + PATH + genuine);
    // The ID alone, out of a stranger's mouth, is no hand-over.
    nobodys(HIS + PATH + stranger.replace("Z9Z9Z9Z9", "AAAA1111") + genuine);
    String header = genuine.substring(0, genuine.indexOf("\n\n") + 1);
    nobodys(HIS + PATH + filter + header);
    assertEquals(USER, trace(HIS + PATH + header).user());
  }
}
