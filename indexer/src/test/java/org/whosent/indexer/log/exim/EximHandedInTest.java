package org.whosent.indexer.log.exim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.record.SubmissionRecord;

/** What a program that Exim trusts hands in again: {@code exim -oMr spam-scanned -bS}. */
class EximHandedInTest {
  private static final String TIME = "2026-11-23 15:54:07 ";
  private static final String FIRST = TIME + "1xVWMp-00006e-1u ";
  private static final String SECOND = TIME + "1xVWMp-00006g-22 ";
  private static final String THIRD = TIME + "1xVWMp-00006h-2a ";
  private static final String ARRIVES =
      FIRST + "<= ann@example.com H=x [192.0.2.9] P=esmtpa A=plain:ann S=500 id=m@example.com";
  private static final String AGAIN =
      "<= ann@example.com U=filter P=spam-scanned S=700 id=m@example.com";
  private static final String PIPED = FIRST + "=> bob@far.example R=spamcheck T=spamcheck";

  private final Lines lines = new Lines("exim");

  /** The facts of the last line. */
  private SubmissionRecord last(String... log) {
    for (String line : log) {
      lines.read(line);
    }
    return lines.facts.getLast();
  }

  @Test
  void itIsPartOfTheMessageThatTheProgramTook() {
    SubmissionRecord facts = last(ARRIVES, SECOND + AGAIN, PIPED);
    assertEquals(List.of("1xVWMp-00006g-22"), facts.aliases());
    assertEquals(
        List.of("1xVWMp-00006g-22 2026-11-23T15:54:07.000000Z - spamcheck"), facts.continuations());
    assertEquals(List.of(), last(PIPED.replace("bob", "eve")).continuations(), "once");
  }

  /** One delivery for each recipient makes as many. */
  @Test
  void itMayBeSeveral() {
    last(ARRIVES, SECOND + AGAIN, PIPED);
    SubmissionRecord facts = last(THIRD + AGAIN, PIPED.replace("bob", "eve"));
    assertEquals(List.of("1xVWMp-00006h-2a"), facts.aliases());
  }

  /** The next filter's is of what the first one gave back. */
  @Test
  void itMayBeHandedInOnceMore() {
    last(ARRIVES, SECOND + AGAIN, PIPED, FIRST + "Completed");
    SubmissionRecord facts =
        last(
            THIRD + AGAIN.replace("spam-scanned", "virus-scanned"),
            SECOND + "=> bob@far.example R=viruscheck T=viruscheck");
    assertEquals("1xVWMp-00006g-22", facts.transactionId());
    assertEquals(List.of("1xVWMp-00006h-2a"), facts.aliases());
  }

  /** Exim logs no Message-ID where there is none, or one that is no address. */
  @Test
  void withoutMessageIdTheSizeIsTheSame() {
    String none = " id=m@example.com";
    String piped = PIPED.replace("bob", "eve");
    assertEquals(
        List.of("1xVWMp-00006g-22"),
        last(ARRIVES.replace(none, ""), SECOND + AGAIN.replace(none, ""), PIPED).aliases());
    assertEquals(
        List.of(),
        last(THIRD + AGAIN.replace(none, "").replace("S=700", "S=5000"), piped).aliases());
  }

  /** To mail of local accounts and by {@code control = submission}, which it does not log then. */
  @Test
  void eximMayHaveAddedTheMessageId() {
    String none = " id=m@example.com";
    String added = AGAIN.replace(none, " id=E1xVWMp-00006e-1u@mail.example.com");
    assertEquals(
        List.of("1xVWMp-00006g-22"),
        last(ARRIVES.replace(none, ""), SECOND + added, PIPED).aliases());
    Lines of = new Lines("exim");
    String forged = ARRIVES.replace("00006e-1u", "00006f-2c").replace("plain:ann", "plain:eve");
    of.read(ARRIVES.replace(none, ""));
    of.read(forged.replace(none, " id=E1xVWMp-00006e-1u@mail.example.com"));
    of.read(SECOND + added);
    of.read(PIPED);
    of.read(PIPED.replace("00006e-1u", "00006f-2c"));
    assertTrue(of.facts.stream().allMatch(facts -> facts.continuations().isEmpty()));
  }

  /** Whom Exim does not trust is {@code local}, whatever he says (4.96). */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<= ann@example.com U=mallory P=local S=700 id=m@example.com",
        "<= ann@example.com U=mallory P=local-bsmtp S=700 id=m@example.com",
        "<= ann@example.com H=x [192.0.2.10] U=filter P=spam-scanned S=700 id=m@example.com",
        "<= eve@example.com U=filter P=spam-scanned S=700 id=m@example.com",
        "<= ann@example.com U=filter P=spam-scanned S=700 id=n@example.com",
        "<= ann@example.com U=filter P=spam-scanned S=700",
        "<= ann@example.com R=1xVWMn-00006e-1u U=filter P=spam-scanned S=700 id=m@example.com",
      })
  void anotherMessageIsNot(String arrival) {
    assertEquals(List.of(), last(ARRIVES, SECOND + arrival, PIPED).continuations());
  }

  /** Somebody else's with the same names may be what the filter was given. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<= ann@example.com H=y [192.0.2.10] P=esmtpa A=plain:eve S=500 id=m@example.com",
        "<= ann@example.com H=y [192.0.2.10] P=esmtp S=500 id=m@example.com",
        "<= ann@example.com U=eve P=local S=500 id=m@example.com",
        "<= ann@example.com H=y [192.0.2.10] does not read",
      })
  void ofTwoItIsOfNeither(String other) {
    SubmissionRecord facts = last(ARRIVES, THIRD + other, SECOND + AGAIN, PIPED);
    assertEquals(List.of(), facts.continuations());
    assertTrue(lines.facts.stream().allMatch(f -> f.continuations().isEmpty()));
  }

  @Test
  void whatIsOverWasNotGivenToIt() {
    String done = FIRST + "Completed";
    assertEquals(List.of(), last(ARRIVES, done, SECOND + AGAIN, PIPED).continuations());
  }

  @Test
  void whatAHostTookIsNoPrograms() {
    String sent = FIRST + "=> bob@far.example R=dnslookup T=remote_smtp H=far.example [192.0.2.7]";
    assertEquals(List.of(), last(ARRIVES, SECOND + AGAIN, sent).continuations());
  }
}
