package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;

/**
 * Somebody has received a message of ours and puts its whole header, hop and all, over another
 * text. Where no content can be compared nobody can tell that apart, and the answer says so: it is
 * never shown by more than its header. What the replay still gets wrong speaks against it.
 */
class ReplayTest extends MadeUpMail {
  private static final String ID = "4jY9Sb6Dptzbyx3";
  private static final String USER = "victim@example.com";
  private final String genuine = mail(USER, "<v@x>", TEXT.repeat(9));
  private final String ours = received(ID, "198.51.100.7");

  private void submitted(boolean content) throws IOException {
    records.clear();
    submit(USER, ID, "AAAA1111", genuine, content);
    SubmissionRecord.Builder record = records.getFirst().toBuilder();
    record.size = (long) (ours + genuine).replace("\n", "\r\n").length();
    records.set(0, record.build());
  }

  /** As long as the genuine text, give or take what a size check must allow for. */
  private static String replayed(String genuine, Random random) {
    StringBuilder text = new StringBuilder(genuine.substring(0, genuine.indexOf("\n\n") + 2));
    int length = genuine.length() + random.nextInt(40) - 20;
    while (text.length() < length) {
      text.append((char) ('a' + random.nextInt(26))).append(random.nextInt(6) == 0 ? " " : "");
    }
    return text.append('\n').toString();
  }

  @Test
  void ofALogWithoutContentAWholeHeaderOverATextOfLikeSizeIsNamedByItsHeaderOnly()
      throws IOException {
    submitted(false);
    Random random = new Random(4);
    for (int round = 0; round < 50; round++) {
      TraceResult result = trace(hop("AAAA1111") + ours + replayed(genuine, random));
      assertTrue(
          result.user() == null || result.confidence() == Confidence.BY_HEADER,
          TraceText.render(result));
    }
    TraceResult honest = trace(hop("AAAA1111") + ours + genuine);
    named(honest, USER, Confidence.BY_HEADER);
    assertEquals(
        "the log holds no content: a replay of the header by a recipient cannot be told apart",
        honest.evidence().stream()
            .filter(e -> e.check() == Check.REPLAY)
            .findFirst()
            .orElseThrow()
            .detail());
    assertTrue(TraceText.render(honest).contains("  note: the log holds no content:"));
  }

  /** Mail programs show such parts like any others. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void leavingOutTheEndOfItsPartsHidesNoOtherText(boolean content) throws IOException {
    submitted(content);
    String head = genuine.substring(0, genuine.indexOf("\n\n") + 1) + "MIME-Version: 1.0\n";
    for (String top : List.of(hop("AAAA1111"), "Return-Path: <x@evil.example>\n")) {
      for (String type : List.of("multipart/mixed; boundary=b", "multipart/mixed")) {
        for (String text : List.of(OTHER, OTHER.repeat(20), "See the picture.\n")) {
          String parts = "Content-Type: %s\n\n--b\n\n%s".formatted(type, text);
          TraceResult result = trace(top + ours + head + parts);
          if (!content && top.equals(hop("AAAA1111")) && !text.equals(OTHER.repeat(20))) {
            // As if it was cut off; whoever copies the hop could as well make it as long.
            named(result, USER, Confidence.BY_HEADER);
          } else {
            nobody(result, Verdict.INCONCLUSIVE);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void partsWithoutAnEndAreStillTheirSendersIfTheyAreWhatHeSubmittedOrWereCutOff(boolean content)
      throws IOException {
    String parts =
        mail(USER, "<v@x>", "")
            .replace("\n\n", "\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n")
            .concat("--b\n\n" + TEXT.repeat(9));
    submit(USER, ID, "AAAA1111", parts, content);
    SubmissionRecord.Builder record = records.getFirst().toBuilder();
    record.size = (long) (ours + parts).replace("\n", "\r\n").length();
    records.set(0, record.build());
    TraceResult whole = trace(hop("AAAA1111") + ours + parts);
    assertEquals(USER, whole.user(), TraceText.render(whole));
    String cut = parts.substring(0, parts.length() - 400);
    named(trace(hop("AAAA1111") + ours + cut), USER, Confidence.BY_HEADER);
  }

  @Test
  void ofContentThatIsOnlyAlikeNothingIsNamedByMoreThanItsHeader() throws IOException {
    submitted(true);
    String half = genuine + OTHER;
    TraceResult result = trace(hop("AAAA1111") + ours + half);
    assertNotEquals(Confidence.STRONG, result.confidence(), TraceText.render(result));
    assertNotEquals(Confidence.CERTAIN, result.confidence());
    String header = genuine.substring(0, genuine.indexOf("\n\n") + 1);
    named(trace(hop("AAAA1111") + ours + header), USER, Confidence.BY_HEADER);
    named(trace(hop("AAAA1111") + ours + genuine), USER, Confidence.CERTAIN);
  }

  /**
   * A text may say anything under another Subject; what lists and filters put before it is none.
   */
  @Test
  void theSameTextUnderAnotherSubjectIsNoneOfTheContentSubmitted() throws IOException {
    submitted(true);
    for (String tag : List.of("", "[list] ", "*** SPAM *** Re: ")) {
      String tagged = genuine.replace("Subject: ", "Subject: " + tag);
      named(trace(hop("AAAA1111") + ours + tagged), USER, Confidence.CERTAIN);
    }
    for (String other :
        List.of("Buy at https://evil.example", "Win much money here today, watches")) {
      String replay = genuine.replace("Subject: watches", "Subject: " + other);
      TraceResult result = trace(hop("AAAA1111") + ours + replay);
      named(result, USER, Confidence.BY_HEADER);
      assertTrue(TraceText.render(result).contains("note: the Subject is not the one submitted"));
    }
  }

  /** What a reader is shown as the sender's name and title is in no digest. */
  @Test
  void theSameTextUnderAnotherFromOrUnderSeveralIsNoneOfTheContentSubmitted() throws IOException {
    submitted(true);
    String top = hop("AAAA1111") + ours;
    String from = "From: " + USER + "\n";
    String bank = "From: service@bank.example\n";
    String subject = "Subject: watches\n";
    String buy = "Subject: Buy at https://evil.example\n";
    for (String replay :
        List.of(
            genuine.replace(from, bank),
            genuine.replace(from, from + bank),
            genuine.replace(from, bank + from),
            genuine.replace(subject, subject + buy),
            genuine.replace(subject, buy + subject))) {
      TraceResult result = trace(top + replay);
      named(result, USER, Confidence.BY_HEADER);
      assertTrue(TraceText.render(result).contains("is not the one submitted"), replay);
    }
    // What a server doubled shows nothing else, and a reporter hides addresses.
    for (String honest :
        List.of(
            genuine.replace(subject, subject + subject),
            genuine.replace(from, "From: xxxxxx@example.com\n"))) {
      named(trace(top + honest), USER, Confidence.CERTAIN);
    }
  }

  /** Quoted, too: who complains may have got it so. */
  @Test
  void theSameTextQuotedUnderAnotherSubjectIsNoneOfTheContentSubmitted() throws IOException {
    submitted(true);
    String complaint =
        "Delivered-To: abuse@example.com\nFrom: r@far.example\nTo: abuse@example.com\n"
            + "Subject: spam\n\nStop this!\n\n";
    String quoted = (hop("AAAA1111") + ours + genuine).indent(0).replaceAll("(?m)^", "> ");
    named(trace(complaint + quoted), USER, Confidence.CERTAIN);
    String replay = quoted.replace("Subject: watches", "Subject: Buy at https://evil.example");
    named(trace(complaint + replay), USER, Confidence.BY_HEADER);
  }

  @Test
  void theSameContentThatCameAnotherWayIsNotCertainAndTheAnswerSaysSo() throws IOException {
    submitted(true);
    String stranger =
        hop("CCCC3333").replace("mail.example.com", "evil.example").replace("192.0.2.1", "6.6.6.6");
    String redated = genuine.replace(date(NOON), date(NOON.plus(Duration.ofHours(2))));
    for (String copy :
        List.of(
            stranger + ours + genuine,
            stranger + ours + redated,
            hop("AAAA1111") + ours + redated)) {
      TraceResult result = trace(copy);
      named(result, USER, Confidence.STRONG);
      assertTrue(result.evidence().stream().anyMatch(e -> e.check() == Check.REPLAY), copy);
      String text = TraceText.render(result);
      assertFalse(text.contains("nothing speaks against it"), text);
      assertTrue(TraceExternal.render(result).contains("may have sent it again"), copy);
    }
    named(trace(hop("AAAA1111") + ours + genuine), USER, Confidence.CERTAIN);
  }

  /** The plain text is what the digest of the text is of: what else a reader is shown is not. */
  @Test
  void theSamePlainTextBesideAnotherHtmlOrAttachmentIsNoneOfTheContentSubmitted()
      throws IOException {
    String html = "<p>%s <a href=\"https://%s.example/\">here</a></p>\n";
    String file = "Content-Type: application/pdf; name=a.pdf\n\n%s\n";
    for (String kind : List.of("html", "pdf", "html only")) {
      records.clear();
      String genuine = parts(kind, html.formatted(TEXT, "honest"), file.formatted("a".repeat(99)));
      submit(USER, ID, "AAAA1111", genuine, true);
      named(trace(hop("AAAA1111") + ours + genuine), USER, Confidence.CERTAIN);
      String replay = parts(kind, html.formatted(TEXT, "phish"), file.formatted("b".repeat(99)));
      TraceResult result = trace(hop("AAAA1111") + ours + replay);
      named(result, USER, Confidence.BY_HEADER);
      assertTrue(
          result.evidence().stream().anyMatch(e -> e.check() == Check.REPLAY),
          TraceText.render(result));
      // A footer, or another encoding, changes the body and not what there is to read.
      if (kind.equals("pdf")) {
        String encoded = genuine.replace("--b\n\n" + TEXT, "--b\n" + base64(TEXT));
        named(trace(hop("AAAA1111") + ours + encoded), USER, Confidence.CERTAIN);
      }
    }
  }

  private static String base64(String text) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    return "Content-Transfer-Encoding: base64\n\n"
        + Base64.getMimeEncoder().encodeToString(octets).replace("\r", "")
        + "\n";
  }

  private static String parts(String kind, String html, String file) {
    String head = mail(USER, "<v@x>", "").stripTrailing();
    String page = "Content-Type: text/html\n\n" + html;
    if (kind.equals("html only")) {
      return head + "\n" + page;
    }
    return head
        + "\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n"
        + TEXT
        + "\n--b\n"
        + (kind.equals("html") ? page : file)
        + "\n--b--\n";
  }

  @Test
  void aFieldThatSendmailMayHaveCutLeavesTheSizeUnsaidWhereTheWayIsShown() throws IOException {
    String id = "6ANG1Bjf001496";
    String cut = genuine.replace("Subject:", "References: " + "<1@x> ".repeat(340) + "\nSubject:");
    for (boolean sendmail : List.of(true, false)) {
      String line = received(sendmail ? id : ID, "198.51.100.7");
      records.clear();
      submit(USER, sendmail ? id : ID, "AAAA1111", cut, false);
      SubmissionRecord.Builder record = records.getFirst().toBuilder();
      record.size = record.size + 9000;
      records.set(0, record.build());
      if (sendmail) {
        named(trace(hop("AAAA1111") + line + cut), USER, Confidence.BY_HEADER);
        assertNull(trace(hop("BBBB1111") + line + cut).user(), "no way is shown");
        assertNull(trace(hop("AAAA1111") + line + genuine).user(), "no long field");
      } else {
        assertNull(trace(hop("AAAA1111") + line + cut).user(), "only Sendmail does that");
      }
    }
  }

  @Test
  void aSeparatorLineInTheMidstOfAHeaderHidesNothing() throws IOException {
    submitted(false);
    String list = "Sender: users-bounces@lists.example\n";
    String separator = "From victim@example.com Mon Nov 23 16:01:12 2026\n";
    String below = hop("AAAA1111") + ours + genuine;
    named(trace(list + separator + below), USER, Confidence.BY_HEADER);
  }

  @Test
  void theTextForStrangersDoesNotSayMoreThanIsKnownAndNamesNobody() throws IOException {
    submitted(false);
    String letter = TraceExternal.render(trace(hop("AAAA1111") + ours + genuine));
    assertTrue(letter.contains("cannot rule out"), letter);
    for (String planted : List.of("victim", "198.51.100.7", "r@far", "watches", "<v@x>")) {
      assertFalse(letter.contains(planted), letter);
    }
  }

  @Test
  void aDateOtherThanTheRecordedOneSpeaksAgainst() throws IOException {
    submitted(false);
    SubmissionRecord.Builder record = records.getFirst().toBuilder();
    record.headerDate = NOON;
    records.set(0, record.build());
    String top = "Delivered-To: r@far.example\n";
    String redated = genuine.replace(date(NOON), date(NOON.plus(Duration.ofMinutes(33))));
    named(trace(top + genuine), USER, Confidence.BY_HEADER);
    nobody(trace(hop("AAAA1111") + ours + redated), Verdict.CONTRADICTED);
    assertNull(trace(top + redated).user());
    // Read aloud, as it were: without seconds, in the words of a mail program.
    Instant minute = NOON.minusSeconds(20);
    named(
        trace(hop("AAAA1111") + ours + genuine.replace(date(NOON), date(minute))),
        USER,
        Confidence.BY_HEADER);
  }

  @Test
  void withoutAnyHopATextFarShorterThanTheRecordIsNotTheOneSubmitted() throws IOException {
    submitted(false);
    String shorter = genuine.substring(0, genuine.length() - 6 * TEXT.length());
    TraceResult result = trace("Delivered-To: r@far.example\n" + shorter);
    assertNull(result.user(), TraceText.render(result));
  }

  @Test
  void whereTheOutgoingAddressesAreKnownOurNameAfterEhloIsNotBelieved() throws Exception {
    submitted(false);
    Files.writeString(
        directory.resolve(Site.FILE),
        "hosts:\n  - {name: mail.example.com}\noutgoing: [192.0.2.1, '2001:db8::1']\n");
    Site site = Site.read(directory);
    String honest = hop("AAAA1111").replace("AAAA1111", "BBBB2222");
    String liar = honest.replace("(mail.example.com [192.0.2.1])", "(evil.example [203.0.113.66])");
    String literal =
        honest.replace("(mail.example.com [192.0.2.1])", "([203.0.113.66] helo=[192.0.2.1])");
    String ipv6 = honest.replace("[192.0.2.1]", "[IPv6:2001:db8::1]");
    String noId = honest.replaceAll(" id BBBB2222", "");
    String noIdLiar = liar.replaceAll(" id BBBB2222", "");
    assertEquals(List.of("match"), route(site, noId));
    assertEquals(List.of("mismatch"), route(site, noIdLiar));
    assertEquals(List.of("mismatch"), route(site, literal));
    assertEquals(List.of("mismatch"), route(site, liar));
    assertEquals(List.of("match"), route(site, ipv6.replaceAll(" id BBBB2222", "")));
    // Where nothing is said of addresses, the name is all there is.
    Files.writeString(directory.resolve(Site.FILE), "hosts:\n  - {name: mail.example.com}\n");
    assertEquals(List.of("match"), route(Site.read(directory), noIdLiar));
  }

  private List<String> route(Site site, String hop) throws IOException {
    List<TraceResult> results =
        Corpus.tracer(records, keys, site)
            .trace(
                new TraceInput.Content(
                    "x.eml", (hop + ours + genuine).getBytes(StandardCharsets.UTF_8)));
    TraceResult result = results.getFirst();
    List<Evidence> evidence =
        result.candidates().isEmpty()
            ? result.evidence()
            : result.candidates().getFirst().evidence();
    return evidence.stream()
        .filter(e -> e.check() == Check.ROUTE)
        .map(e -> e.result().word())
        .toList();
  }
}
