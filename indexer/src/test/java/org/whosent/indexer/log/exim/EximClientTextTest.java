package org.whosent.indexer.log.exim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.Origin;
import org.whosent.record.SubmissionRecord;

/**
 * Lines that a client writes into Exim's log by the line feeds of MAIL AUTH. Their shapes are those
 * of live servers' logs (4.96, 4.98, 4.100).
 */
class EximClientTextTest {
  /** Given at 2026-11-23 15:54:07, :08 and so on. */
  private static final String MALLORYS = "1xVWMp-00006e-1u";

  private static final String FORGED = "1xVWMp-0001Yi-2g";
  private static final String NEXT = "1xVWMq-00006e-07";

  private final Lines lines = new Lines(new EximReader(Lines.settings(), false));
  private final Lines split = new Lines(new EximReader(Lines.settings(), true));

  private static String at(int second, String text) {
    return "2026-11-23 15:%02d:%02d ".formatted(54 + second / 60, second % 60) + text;
  }

  private static String arrival(String id, String login) {
    return id
        + " <= a@example.com H=(x) [192.0.2.9] P=esmtpa A=plain:"
        + login
        + " S=812 id=a@b for t@example.org";
  }

  private static String delivery(String id) {
    return id + " => t@example.org R=far T=smtp H=far.example [192.0.2.1] C=\"250 OK id=4AB\"";
  }

  private static List<String> names(Lines lines) {
    return lines.facts.stream().map(SubmissionRecord::user).filter(Objects::nonNull).toList();
  }

  private void read(String... texts) {
    for (String text : texts) {
      lines.read(text);
      split.read(text);
    }
  }

  /** Lines of others, of about so many bytes in all. */
  private void others(int second, int bytes) {
    for (int read = 0, i = 0; read < bytes; i++) {
      String line =
          at(second, "1xVWM0-0001AA-%02d => u@example.org R=far T=smtp".formatted(i % 90));
      read(line);
      read += line.length() + 1;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mallory:x S=1 id=x", "mallory:x", "mallory:", "mallory:x S=1 id=\"x"})
  void whatStandsInMailAuthNamesNobody(String cut) {
    read(
        at(7, MALLORYS + " <= m@example.com H=(x) [203.0.113.5] P=esmtpa A=plain:" + cut),
        at(7, arrival(FORGED, "victim")),
        at(7, delivery(FORGED)),
        at(7, FORGED + " Completed"),
        at(7, "1xVWMp-0001Yi-2h <= victim@example.com U=victim P=local S=5"),
        at(8, arrival("1xVWMp-0001Yi-2i", "victim:y")),
        at(8, arrival("1xVWMp-0001Yi-2j", "victim")),
        "rest S=360 id=m@mallory.example for t@example.org");
    others(9, 40_000);
    assertEquals(List.of(), names(lines));
    assertEquals(List.of("mallory"), names(split));
    for (Lines each : List.of(lines, split)) {
      assertTrue(each.facts.stream().allMatch(facts -> facts.localUser() == null));
      assertTrue(each.facts.stream().allMatch(facts -> facts.aliases().isEmpty()));
      SubmissionRecord first = each.facts.getFirst();
      assertEquals("203.0.113.5", first.client());
      assertEquals(Origin.AUTHENTICATED, first.origin());
      assertTrue(
          each.facts.stream()
              .filter(facts -> facts.transactionId().equals(FORGED))
              .allMatch(facts -> facts.completed() == null));
    }
  }

  /** Without MAIL AUTH nothing is doubtful, whatever clients write elsewhere. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mallory S=5 id=a@b T=\"x A=plain:a:b\" for t@example.org",
        "mallory S=5 id=\"A=plain:a:b\"@c for t@example.org",
        "mallory S=5 for \"x A=plain:a:b\"@example.org",
        "mallory K PRX=2001:db8::1 S=5",
      })
  void whatIsNoMailAuthMakesNothingDoubtful(String tail) {
    read(
        at(7, MALLORYS + " <= m@example.com H=(x) [203.0.113.5] P=esmtpa A=plain:" + tail),
        at(7, arrival(FORGED, "alice")));
    assertEquals(List.of("mallory", "alice"), names(lines));
  }

  @ParameterizedTest
  @CsvSource({"8192, false", "8191, true"})
  void oneWriteOfEximsReachesSoFar(int behind, boolean doubtful) {
    String opener = at(7, arrival(MALLORYS, "mallory:x"));
    Lines fresh = new Lines(new EximReader(Lines.settings(), false));
    fresh.read(opener);
    int filler = behind - opener.length() - 1;
    String line = at(7, "1xVWM0-0001AA-01 => u@example.org R=far T=smtp C=");
    fresh.read(line + "x".repeat(filler - line.length() - 1));
    fresh.read(at(8, arrival(FORGED, "alice")));
    assertEquals(doubtful ? List.of() : List.of("alice"), names(fresh));
  }

  /** A neighbour's mail is named once a line that stands further off is of it. */
  @Test
  void linesOfEximsOwnConfirmAName() {
    others(1, 1000);
    read(at(7, arrival(MALLORYS, "mallory:x")), at(8, arrival(NEXT, "alice")));
    assertEquals(List.of(), names(lines));
    others(9, 9000);
    SubmissionRecord facts = lines.one(at(10, delivery(NEXT)));
    assertEquals("alice", facts.user());
    assertEquals(NEXT, facts.transactionId());
    facts = lines.one(at(11, NEXT + " Completed"));
    assertEquals("alice", facts.user());
  }

  /** His own next message has lines of Exim's: but its arrival, too, and of that there is one. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anotherArrivalOfTheMessageTakesTheNameBack(boolean clear) {
    others(1, 1000);
    read(at(7, arrival(MALLORYS, "mallory:x")), at(8, arrival(NEXT, "victim")));
    others(9, 9000);
    read(at(9, arrival(NEXT, clear ? "mallory" : "mallory:x P=y")));
    others(9, 9000);
    read(at(10, delivery(NEXT)), at(11, NEXT + " Completed"));
    assertEquals(clear ? List.of("mallory") : List.of(), names(lines));
  }

  /** So it is where the true one stands before, or what was logged since then was not read. */
  @Test
  void aMessageWhoseArrivalMayHaveGoneByIsNotConfirmed() {
    read(at(7, arrival(MALLORYS, "mallory:x")), at(8, arrival(FORGED, "victim")));
    others(9, 9000);
    read(at(10, delivery(FORGED)));
    assertEquals(List.of(), names(lines), "nothing was read before");

    String earlier = "1xVWMA-00006e-07"; // 38 seconds before
    others(12, 1000);
    read(at(13, arrival(earlier, "mallory")));
    others(14, 1000);
    read(at(20, arrival("1xVWN2-00006e-07", "mallory:x")), at(20, arrival(earlier, "victim")));
    others(21, 9000);
    read(at(22, delivery(earlier)));
    assertEquals(List.of("mallory"), names(lines));
  }

  /** He may write of himself what he likes. */
  @Test
  void whatNamesTheWriterHimselfIsBelieved() {
    read(at(7, arrival(MALLORYS, "mallory:x")), at(8, arrival(NEXT, "mallory")));
    assertEquals(List.of("mallory", "mallory"), names(split));
    assertEquals(List.of(), names(lines));
    SubmissionRecord facts = split.one(at(8, delivery(NEXT)));
    assertEquals(List.of("t@example.org"), Lines.addresses(facts));
    assertNotNull(lines.one(at(8, delivery(MALLORYS))), "of the very message");
    assertNull(lines.one(at(8, delivery(NEXT))));
    assertNull(split.one(at(8, delivery(FORGED))), "of a message that nobody knows");
  }

  /** Another one's message is not his for having an arrival that names him. */
  @Test
  void anothersMessageIsNotTakenOver() {
    read(at(5, arrival(FORGED, "alice")), at(7, arrival(MALLORYS, "mallory:x")));
    assertNull(split.one(at(8, arrival(FORGED, "mallory"))));
    assertNull(split.one(at(8, delivery(FORGED))));
    assertNull(split.one(at(8, FORGED + " Completed")));
    assertEquals(List.of("alice", "mallory"), names(split));
  }

  /** An entry is written at one time, and its lines are Exim's own form. */
  @Test
  void whatIsTooEarlyOrOfAnotherFormIsNotExims() {
    read(at(7, arrival(MALLORYS, "mallory:x")));
    assertEquals(LineKind.UNKNOWN, lines.read(at(4, arrival(FORGED, "victim"))));
    assertEquals(
        LineKind.UNKNOWN,
        lines.read("Nov 23 15:54:08 other exim[7]: " + arrival(FORGED, "victim")));
    assertEquals(1, lines.facts.size());
  }

  @Test
  void aFailedLoginIsOnlyCounted() {
    String failed = "plain authenticator failed for (x) [192.0.2.5]: 535 bad (set_id=victim)";
    read(at(7, failed), at(7, arrival(MALLORYS, "mallory:x")), at(8, failed));
    assertEquals(1, lines.failures.size());
    assertEquals(2, lines.loginFailures);
  }

  /** What HELO, ident and a cut line make of it together names nobody either. */
  @Test
  void anIdentBeforeACutLineFramesNobody() {
    String ident = " U=x P=esmtpa A=plain:victim S=1 id=\" P=esmtpa A=plain:mallory:\"@x";
    String other = " U=x P=esmtpa A=plain:victim:y S=1 id=\" P=esmtpa A=plain:mallory:\"@x";
    for (String each : List.of(ident, other)) {
      Lines fresh = new Lines(new EximReader(Lines.settings(), true));
      fresh.read(at(7, MALLORYS + " <= m@example.com H=(x) [203.0.113.5]" + each));
      assertEquals(List.of(), names(fresh));
      fresh.read(at(7, arrival(FORGED, "victim")));
      assertEquals(List.of(), names(fresh));
    }
  }

  /** An honest one keeps what it has, whatever stands behind it. */
  @ParameterizedTest
  @ValueSource(strings = {"a", "\\\" S=0", "x A=plain:bob", "x A=a:b:c"})
  void aLineWithMailAuthIsReadWhole(String subject) {
    String line =
        at(7, MALLORYS + " <= m@example.com H=(x) [203.0.113.5] P=esmtpa A=plain:mallory:m@b")
            + " S=812 id=a@b T=\"%s\" from <m@example.com> for t@example.org".formatted(subject);
    read(line);
    assertEquals(List.of("mallory"), names(split));
    assertEquals(List.of(), names(lines));
    for (Lines each : List.of(lines, split)) {
      SubmissionRecord facts = each.facts.getFirst();
      assertEquals("<a@b>", facts.messageId());
      assertEquals(812, facts.size());
      assertEquals("203.0.113.5", facts.client());
    }
  }

  /** A maze hides neither that the message was sent nor what the next lines are. */
  @Test
  void aMazeInMailAuthIsARecord() {
    String maze = " A=a:b:c".repeat(900);
    read(at(7, arrival(MALLORYS, "mallory:x" + maze)), at(8, arrival(FORGED, "victim")));
    assertEquals(List.of(), names(lines));
    assertEquals(List.of(), names(split));
    assertEquals(MALLORYS, lines.facts.getFirst().transactionId());
  }

  /** 4.96 writes nothing else of a message whose MAIL AUTH is too long. */
  @Test
  void aMessageWhoseArrivalIsTooLongToLogIsThere() {
    SubmissionRecord facts =
        lines.one(at(7, MALLORYS + " **** log string overflowed log buffer ****"));
    assertEquals(MALLORYS, facts.transactionId());
    assertNull(facts.origin());
  }

  /** A relay's lines have no process ID; those of the host are doubtful, for longer. */
  @Test
  void aRelaysLinesOfTheSameHostAreDoubtful() {
    String header = "Nov 23 15:54:%02d %s exim%s: ";
    String opener = header.formatted(7, "mail", "") + arrival(MALLORYS, "mallory:x");
    lines.read(opener);
    lines.read(header.formatted(8, "other", "") + arrival(NEXT, "bob"));
    lines.read(header.formatted(8, "mail", "") + arrival(FORGED, "victim"));
    assertEquals(List.of("bob"), names(lines));
    Lines own = new Lines(new EximReader(Lines.settings(), false));
    own.read(header.formatted(7, "mail", "[5]") + arrival(MALLORYS, "mallory:x"));
    own.read(header.formatted(8, "mail", "[6]") + arrival(FORGED, "alice"));
    assertEquals(List.of("alice"), names(own), "Exim itself gives syslog no line feed");
    Lines tooLong = new Lines(new EximReader(Lines.settings(), false));
    String longer = arrival(MALLORYS, "mallory:" + "x".repeat(900));
    tooLong.read(header.formatted(7, "mail", "") + longer);
    tooLong.read(header.formatted(8, "mail", "") + arrival(FORGED, "victim"));
    assertEquals(List.of(), names(tooLong));
  }

  /** However many openers a client makes up: what is remembered is bounded, and doubt stays. */
  @Test
  void aMazeOfOpenersIsBounded() {
    for (int i = 0; i < 3000; i++) {
      split.read(at(7, arrival("1xVWMp-%06d-1u".formatted(i), "u" + i + ":x")));
    }
    split.facts.clear();
    split.read(at(8, arrival(NEXT, "u2999")));
    assertEquals(List.of(), names(split));
    byte[] junk = at(8, arrival("1xVWMp-000000-1v", "\1\377:x")).getBytes(StandardCharsets.UTF_8);
    split.read(junk);
  }
}
