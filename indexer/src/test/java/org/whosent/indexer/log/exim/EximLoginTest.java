package org.whosent.indexer.log.exim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.Words;

/** Where a login ends that nothing quotes. */
class EximLoginTest {
  private static final List<String> PIECES =
      List.of(
          "y",
          "K",
          " ",
          " K",
          " PRDR",
          " PRX=192.0.2.1",
          " PRX=2001:db8::1",
          " PRX=",
          " PRX=x",
          "x:y",
          " S=",
          " S=x",
          "PRX=192.0.2.1",
          "é");
  private static final Pattern LAST =
      Pattern.compile(" K$| PRDR$| PRX=(?:192\\.0\\.2\\.1|2001:db8::1)$");
  private static final Pattern FLAG = Pattern.compile(" K| PRDR");

  private static EximLogin read(String text) {
    LineBytes line = LineBytes.of(text);
    return EximLogin.read(line, 0, 0, new EximCursor(line, 0), new Words());
  }

  @ParameterizedTest
  @CsvSource({
    "'alice S=1', alice, true",
    "'alice PRDR PRX=192.0.2.1 K S=1', alice, true",
    "'alice PRX=x K S=1 S=2', , true",
    "'a b S=1', 'a b', true",
    "'a b K S=1', , true",
    "' K S=1', ' K', true",
    "' S=1', '', false",
    "'a:b S=1', , true",
  })
  void itEndsBeforeFlagsAndSize(String text, String user, boolean clear) {
    EximLogin login = read(text);
    assertEquals(user, login.user());
    assertEquals(clear, login.isClear());
  }

  /** For who says that no login holds a colon: never more than what stands before the first. */
  @ParameterizedTest
  @CsvSource({
    "'alice:victim@example.com S=1', alice",
    "'alice:a:b S=1', alice",
    "'alice: S=1', alice",
    "'alice:<> PRX=192.0.2.1 K S=1', alice",
    "'anne marie:x K S=1', anne marie",
    "'al\\303\\251:x S=1', alé",
    "'alice S=1',",
    "':victim S=1',",
    "'alice:) [192.0.2.9] P=esmtpa A=plain:mallory S=1',",
    "'alice:x y S=1', alice",
    "'alice:\" A=plain:mallory S=1',",
    "'alice:y P=esmtpa A=plain:mallory S=1',",
  })
  void whatStandsBeforeTheFirstColon(String text, String user) {
    assertEquals(user, read(text).userBeforeColon());
  }

  @Test
  void withoutASizeThereIsNone() {
    assertNull(read("alice K"));
    assertNull(read("alice S=x"));
    assertNull(read(""));
  }

  static Stream<Long> seeds() {
    return Stream.of(1L, 2L, System.nanoTime());
  }

  /** Taken off one after the other. */
  @ParameterizedTest
  @MethodSource("seeds")
  void anyNumberOfFlagsInAnyOrder(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 50_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(8); i > 0; i--) {
        text.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      String login = text.toString();
      for (Matcher last = LAST.matcher(login);
          last.find() && last.start() > 0;
          last = LAST.matcher(login)) {
        login = login.substring(0, last.start());
      }
      String why = "seed " + seed + ": '" + text + "'";
      EximLogin found = read(text + " S=1 id=x");
      assertEquals(LineBytes.of(login).end(), found.end(), why);
      boolean flag = FLAG.matcher(text.substring(login.length())).find();
      boolean doubtful = flag && login.indexOf(' ') >= 0 || login.indexOf(':') >= 0;
      assertEquals(doubtful ? null : login, found.user(), why);
    }
  }

  /** A client's HELO, where anything goes; each of the ends is tried, and must cost little. */
  @Test
  void flagsWithoutEndTakeAsManySteps() {
    String flags = " K PRDR".repeat(7_000);
    EximLogin login = read("alice" + flags + " S=1");
    assertEquals("alice", login.user());
    assertTrue(login.isClear());
    String line = "a@x.example H=(" + ") [192.0.2.1] P=x A=p:a".repeat(500) + flags + " S=1";
    EximArrival arrival = EximArrival.parse(LineBytes.of(line), 0, new Words());
    assertTrue(arrival.isDoubtful(), "it reads in many ways");
    assertNull(arrival.login());
    assertNull(read("a b" + flags + " S=1").user());
  }
}
