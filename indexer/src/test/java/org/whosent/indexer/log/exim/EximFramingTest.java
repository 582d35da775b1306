package org.whosent.indexer.log.exim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.indexer.log.formats.LogSources;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.SubmissionRecord;

/** What stands before Exim's words and which they are, and what joins one message to another. */
class EximFramingTest {
  private static final String STAMP = "2026-11-23 15:54:07 ";
  private static final String ID = "1xVWMp-00006e-1u";
  private static final String OTHER = "1xVWMq-00006g-22";
  private static final String ARRIVAL =
      ID + " <= a@b H=(x) [192.0.2.9] P=esmtpa A=plain:alice S=5 id=a@b";
  private final Lines lines = new Lines("exim");

  @ParameterizedTest
  @CsvSource({
    "=>,DELIVERED,USED",
    "->,DELIVERED,USED",
    ">>,DELIVERED,USED",
    "**,BOUNCED,USED",
    "==,DEFERRED,USED",
    "*>,,KNOWN",
    "=-,,UNKNOWN",
    "-=,,UNKNOWN",
    ">=,,UNKNOWN",
    "<>,,UNKNOWN",
    "(>,,UNKNOWN",
    "*=,,UNKNOWN",
    "=>=,,UNKNOWN",
  })
  void marks(String mark, Outcome outcome, LineKind kind) {
    String end =
        outcome == Outcome.DEFERRED ? " defer (0): x" : outcome == Outcome.BOUNCED ? ": x" : "";
    String line = STAMP + ID + ' ' + mark + " c@d R=r T=t H=h [192.0.2.7]" + end;
    assertEquals(kind, lines.read(line));
    if (outcome == null) {
      assertEquals(List.of(), lines.facts);
    } else {
      assertEquals(outcome, lines.facts.getFirst().recipients().getFirst().outcome());
      assertEquals(ID, lines.facts.getFirst().transactionId());
    }
  }

  /** What a system filter or an ACL froze or discards arrives too. */
  @Test
  void anArrivalByAnotherMark() {
    assertEquals("alice", lines.one(STAMP + ARRIVAL.replace("<=", "(=")).user());
    assertNull(lines.one(STAMP + ARRIVAL.replace("<=", "<-")));
    assertNull(lines.one(STAMP + ARRIVAL.replace("<= ", "<=")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Completed|USED",
        "Completed QT=3s|USED",
        "Completed by nobody|UNKNOWN",
        "Completedly|UNKNOWN",
        "Complete|UNKNOWN",
      })
  void itsEnd(String text, LineKind kind) {
    assertEquals(kind, lines.read(STAMP + ID + ' ' + text));
    boolean completed = kind == LineKind.USED;
    assertEquals(completed ? 1 : 0, lines.facts.size());
    if (completed) {
      assertEquals(Instant.parse("2026-11-23T15:54:07Z"), lines.facts.getFirst().completed());
    }
  }

  /** Syslog's own stamp has no year: where it guesses wrong, Exim's says which it was. */
  @ParameterizedTest
  @CsvSource({
    "2026-11-23 15:54:08,2026-11-23T15:54:07Z",
    "2025-11-23 15:54:08,2025-11-23T15:54:08Z",
    "2026-01-25 15:54:08,2026-01-25T15:54:08Z",
    "2026-02-25 15:54:08,2026-11-23T15:54:07Z",
    "0001-11-23 15:54:08,2026-11-23T15:54:07Z",
  })
  void theTimeThatSyslogRepeats(String again, Instant time) {
    SubmissionRecord facts =
        lines.one("Nov 23 15:54:07 mail exim[77]: " + again + " [77] " + ARRIVAL);
    assertEquals("alice", facts.user());
    assertEquals(time, facts.time());
    assertEquals("mail", facts.host());
    assertEquals(ID, facts.transactionId());
  }

  @Test
  void aTimeOfNoCalendarIsNone() {
    assertNull(lines.one("Nov 23 15:54:07 mail exim[77]: 2025-13-23 15:54:08 " + ARRIVAL));
  }

  @ParameterizedTest
  @CsvSource({
    "exim,true",
    "exim4,true",
    "exim-in,true",
    "exim4_out,true",
    "exim.1,true",
    "exim5,false",
    "eximx,false",
    "exim-,false",
    "xexim,false",
    "postfix/smtpd,false",
  })
  void theProgramsName(String program, boolean own) {
    String line = "Nov 23 15:54:07 mail " + program + "[77]: " + ARRIVAL;
    assertEquals(own ? LineKind.USED : LineKind.FOREIGN, lines.read(line));
    assertEquals(own ? 1 : 0, lines.facts.size());
    assertEquals(own, LogSources.named("exim").orElseThrow().recognises(line));
  }

  /** A relay of syslog's cuts it, and a stranger's text becomes its end. */
  @Test
  void aLineThatEximWouldHaveCutIsNotExims() {
    String head = "Nov 23 15:54:07 mail exim[77]: ";
    String longest = ARRIVAL + "x".repeat(890 - ARRIVAL.length());
    assertEquals(LineKind.USED, lines.read(head + longest));
    assertEquals(LineKind.FOREIGN, lines.read(head + longest + 'x'));
    assertEquals(1, lines.facts.size());
  }

  @Test
  void piecesOfOneProcess() {
    String head = "Nov 23 15:54:07 mail exim[";
    lines.read(head + "77]: [1/3] " + ID + " <= a@b H=(x) [192.0.2.9] P=esmtpa ");
    lines.read(head + "78]: [1/2] " + OTHER + " <= v@b H=(x) [192.0.2.8] P=esmtpa ");
    lines.read("Nov 23 15:54:07 other exim[77]: [1/3] " + OTHER + " <= v@b H=(x) ");
    assertEquals(LineKind.KNOWN, lines.read(head + "77]: [2/3] A=plain:ali"));
    lines.read("Nov 23 15:54:07 other exim[77]: [2/3] [192.0.2.8] P=esmtpa A=plain:vic");
    assertEquals(List.of(), lines.facts);
    SubmissionRecord facts = lines.one(head + "77]: [3/3] ce S=5 id=a@b");
    assertEquals("alice", facts.user());
    assertEquals("mail", facts.host());
    facts = lines.one(head + "78]: [2/2] A=plain:victor S=5 id=a@b");
    assertEquals("victor", facts.user());
    assertEquals("192.0.2.8", facts.client());
    assertNull(lines.one(head + "77]: [3/3] tim S=5 id=a@b"), "its beginning is gone");
    facts = lines.one("Nov 23 15:54:07 other exim[77]: [3/3] tim S=5 id=a@b");
    assertEquals("victim", facts.user());
    assertEquals("other", facts.host());
  }

  /** Two lines at once, or one's begin and the next one's end: nothing tells whose the login is. */
  @Test
  void piecesOfNoProcess() {
    String head = "Nov 23 15:54:07 mail exim: ";
    lines.read(head + "[1/2] " + ID + " <= a@b H=(x) [192.0.2.9] P=esmtpa ");
    lines.read(head + "[1/2] " + OTHER + " <= v@b H=(x) [192.0.2.8] P=esmtpa ");
    assertEquals(LineKind.KNOWN, lines.read(head + "[2/2] A=plain:alice S=5 id=a@b"));
    lines.read(head + "[2/2] A=plain:victor S=5 id=a@b");
    assertEquals(List.of(), lines.facts);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[7]", "[12345678901]"})
  void aProcessBeforeTheId(String process) {
    assertEquals("alice", lines.one(STAMP + process + ' ' + ARRIVAL).user());
  }

  @ParameterizedTest
  @ValueSource(strings = {"[] ", "[7]", "[x] ", "[7 ", "[123456789012] ", "7 ", "[-7] ", " "})
  void whatIsNoProcess(String process) {
    lines.read(STAMP + process + ARRIVAL);
    assertEquals(List.of(), lines.facts);
  }

  /** Of a Dovecot in front of it, in the same file. */
  @Test
  void dovecotsUserIsNamed() {
    String relayed =
        "submission(kevin)<804><HHHHHHHH>: Successfully relayed message: from=<k@example.com>,"
            + " size=784, id=IIF0EwFkBGskAwAAg+zDdQ, nrcpt=1, reply=`250 OK id="
            + ID
            + "'";
    SubmissionRecord facts = lines.one("Nov 23 15:54:07 mail dovecot: " + relayed);
    assertEquals("kevin", facts.user());
    assertEquals(List.of(ID), facts.aliases());
    assertNull(lines.one("Nov 23 15:54:07 mail other: " + relayed));
    assertNull(lines.one("Nov 23 15:54:07 mail exim[7]: " + relayed));
  }

  @Test
  void nobodyElsesLineMakesItExims() {
    LogSource exim = LogSources.named("exim").orElseThrow();
    assertTrue(exim.recognises("Nov 23 15:54:07 mail exim[77]: anything"));
    assertFalse(exim.recognises("Nov 23 15:54:07 mail other[77]: " + ARRIVAL));
    assertTrue(exim.recognises(STAMP + "plain authenticator failed for (x) [192.0.2.9]: 535 no"));
    assertTrue(exim.recognises(STAMP + ARRIVAL));
    assertTrue(exim.recognises(STAMP + ID + " Message is frozen"));
    assertFalse(exim.recognises(STAMP + "Message is frozen"));
    assertFalse(exim.recognises("x"));
  }

  /** What Exim was told to be of another message (-oMm) by one it trusts. */
  @Test
  void aCopyThatSaysWhoseItIs() {
    lines.read(STAMP + OTHER + " <= a@b H=(x) [192.0.2.9] P=esmtpa A=plain:alice S=5");
    lines.facts.clear();
    lines.read("2026-11-23 15:55:07 " + ID + " <= a@b R=" + OTHER + " U=filter P=local S=6");
    assertEquals(2, lines.facts.size());
    SubmissionRecord first = lines.facts.getFirst();
    assertEquals(OTHER, first.transactionId());
    assertEquals(List.of(ID), first.aliases());
    assertEquals(Instant.parse("2026-11-23T15:54:07Z"), first.time());
    SubmissionRecord copy = lines.facts.getLast();
    assertEquals(ID, copy.transactionId());
    assertEquals(List.of(OTHER), copy.aliases());
    assertEquals("filter", copy.localUser());
    assertEquals(Origin.LOCAL, copy.origin());
    lines.facts.clear();
    lines.read(STAMP + OTHER.replace('2', '3') + " <= a@b R=1xVWMr-00006g-99 U=f P=local S=6");
    assertEquals(1, lines.facts.size());
    assertEquals(List.of("1xVWMr-00006g-99"), lines.facts.getFirst().aliases());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a@b R=" + OTHER + " H=(x) [192.0.2.9] P=esmtp S=6",
        "a@b R=" + OTHER + " H=(x) [127.0.0.1] P=esmtp S=6",
        "a@b R=" + OTHER + "x U=joe P=local S=6",
        "a@b R=" + ID + " U=joe P=local S=6",
        "<> R=" + OTHER + " U=exim P=local S=6",
      })
  void whatIsNoCopy(String arrival) {
    lines.read(STAMP + OTHER + " <= a@b H=(x) [192.0.2.9] P=esmtpa A=plain:alice S=5");
    lines.facts.clear();
    lines.read(STAMP + ID + " <= " + arrival);
    assertEquals(1, lines.facts.size());
    assertEquals(List.of(), lines.facts.getFirst().aliases());
  }

  /** What was there before the message did not come back, whatever the clock says. */
  @ParameterizedTest
  @ValueSource(strings = {"15:54:06", "15:54:08"})
  void whatWasThereBeforeDidNotComeBack(String time) {
    String behind = "a@b H=(f) [127.0.0.1] P=esmtp S=9 id=a@b";
    lines.read("2026-11-23 " + time + ' ' + OTHER + " <= " + behind);
    lines.read(STAMP + ARRIVAL);
    lines.facts.clear();
    lines.read(STAMP + ID + " => c@d R=f T=s H=f [127.0.0.1] C=\"250 OK id=" + OTHER + "\"");
    assertEquals(List.of(), lines.facts.getLast().aliases());
  }

  /** What comes back from a filter has to be all of it like what went there. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a@b H=(f) [127.0.0.1] P=esmtp S=9 id=a@b|15:54:08|true",
        "a@b H=(f) [127.0.0.1] P=esmtp S=9 id=a@b|15:54:07|true",
        "a@b H=(f) [::1] P=smtp S=9 id=a@b|15:54:08|true",
        "a@b H=(f) [127.0.0.1] P=esmtp S=9 id=a@b|15:54:06|true",
        "a@b H=(f) [127.0.0.1] P=esmtp S=9 id=a@b|13:54:06|true",
        "v@b H=(f) [127.0.0.1] P=esmtp S=9 id=a@b|15:54:08|false",
        "<> H=(f) [127.0.0.1] P=esmtp S=9 id=a@b|15:54:08|false",
        "a@b H=(f) [127.0.0.1] P=esmtp S=9 id=v@b|15:54:08|false",
        "a@b H=(f) [192.0.2.9] P=esmtp S=9 id=a@b|15:54:08|false",
        "a@b H=(f) [127.0.0.1] P=esmtpa A=plain:alice S=9 id=a@b|15:54:08|false",
        "a@b U=filter P=local S=9 id=a@b|15:54:08|false",
      })
  void aFilterGivesBack(String behind, String time, boolean same) {
    lines.read(STAMP + ARRIVAL);
    lines.read("2026-11-23 " + time + ' ' + OTHER + " <= " + behind);
    lines.facts.clear();
    lines.read(STAMP + ID + " => c@d R=f T=s H=f [127.0.0.1] C=\"250 OK id=" + OTHER + "\"");
    assertEquals(same ? 2 : 1, lines.facts.size());
    assertEquals(same ? List.of(OTHER) : List.of(), lines.facts.getLast().aliases());
    if (same) {
      SubmissionRecord second = lines.facts.getFirst();
      assertEquals(OTHER, second.transactionId());
      assertEquals(List.of(ID), second.aliases());
      assertEquals(Instant.parse("2026-11-23T" + time + "Z"), second.time());
      assertNull(second.user());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "250 OK id=" + ID,
        "250 OK id=1xVWMr-00006g-99",
        "250 2.0.0 Ok: queued as 4F1A2B3C4D",
        "250 OK",
      })
  void anotherAnswerNamesNoneOfOurs(String reply) {
    lines.read(STAMP + ARRIVAL);
    lines.read(STAMP + OTHER + " <= a@b H=(f) [127.0.0.1] P=esmtp S=9 id=a@b");
    lines.facts.clear();
    lines.read(STAMP + ID + " => c@d R=f T=s H=f [127.0.0.1] C=\"" + reply + "\"");
    assertEquals(1, lines.facts.size());
    assertEquals(List.of(), lines.facts.getFirst().aliases());
  }

  /** Longer ones are not remembered, so that they are not known again. */
  @ParameterizedTest
  @CsvSource({"256,256,true", "257,5,false", "5,257,false"})
  void whatIsTooLongToRememberIsNotJoined(int sender, int messageId, boolean same) {
    String from = "x".repeat(sender - 2) + "@b";
    String id = "y".repeat(messageId - 4) + "@b"; // with its brackets
    lines.read(
        STAMP + ID + " <= " + from + " H=(x) [192.0.2.9] P=esmtpa A=plain:alice S=5 id=" + id);
    lines.read(STAMP + OTHER + " <= " + from + " H=(f) [127.0.0.1] P=esmtp S=9 id=" + id);
    lines.facts.clear();
    lines.read(STAMP + ID + " => c@d R=f T=s H=f [127.0.0.1] C=\"250 OK id=" + OTHER + "\"");
    assertEquals(same ? 2 : 1, lines.facts.size());
  }

  /** Of too many the oldest is forgotten; only of one that is not over is that a loss. */
  @Test
  void messagesThatMayComeBackAreBounded() {
    LogSettings settings = Lines.settings();
    Lines many = new Lines(new EximSource().reader(settings));
    Instant first = Instant.parse("2026-11-23T00:00:00Z");
    for (int i = 0; i < 20_002; i++) {
      String stamp = first.plus(Duration.ofSeconds(i)).toString().replace('T', ' ');
      String head = stamp.substring(0, 19) + " %06d-00006e-1u".formatted(i);
      many.read(head + " <= a@b H=(x) [192.0.2.9] P=esmtp S=5 id=a@b");
      if (i == 0) {
        many.read(head + " Completed");
      }
    }
    assertEquals(20_003, many.facts.size());
    assertEquals(1, settings.forgotten().count());
  }
}
