package org.whosent.indexer.log.exim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.whosent.indexer.log.Forgotten;

/** Lines that were cut for syslog; what of them is lost is counted. */
class EximPiecesTest {
  private final Forgotten forgotten = new Forgotten();
  private final EximPieces pieces = new EximPieces(forgotten);
  private Instant now = Instant.parse("2026-11-23T15:54:07Z");

  private String add(String process, String message) {
    return pieces.add("mail", process, now, message);
  }

  @Test
  void piecesInOrderMakeALine() {
    assertNull(add("7", "[1/3] a"));
    assertNull(add("8", "[1/2] x"));
    assertNull(add("7", "[2/3] b"));
    assertEquals("abc", add("7", "[3/3] c"));
    assertEquals("xy", add("8", "[2/2] y"));
    assertEquals(0, forgotten.count());
  }

  @Test
  void aLineWhosePieceIsMissingIsLostAndCounted() {
    add("7", "[1/3] a");
    assertNull(add("7", "[3/3] c"));
    assertEquals(1, forgotten.count());
    assertNull(add("7", "[2/3] b"), "nothing goes on from what was lost");
    assertEquals(1, forgotten.count());
  }

  @Test
  void aLineThatIsBegunAnewIsLostAndCounted() {
    add("7", "[1/2] a");
    add("7", "[1/2] b");
    assertEquals(1, forgotten.count());
    assertEquals("bc", add("7", "[2/2] c"));
    assertEquals(1, forgotten.count());
  }

  @Test
  void aRejectedMessagesHeaderIsNotWanted() {
    assertNull(add("7", "[1\\2] a"));
    assertNull(add("7", "[2\\2] b"));
    assertEquals(0, forgotten.count());
  }

  /** Another process may have the ID by then, and the end of its line another login. */
  @ParameterizedTest
  @CsvSource({"0,true", "2,true", "3,false", "-2,true", "-3,false"})
  void piecesAreOfOneTime(int seconds, boolean whole) {
    add("7", "[1/2] a");
    now = now.plusSeconds(seconds);
    assertEquals(whole ? "ab" : null, add("7", "[2/2] b"));
    assertEquals(whole ? 0 : 1, forgotten.count());
  }

  @Test
  void withoutProcessIdsNothingIsPutTogether() {
    add("", "[1/2] a");
    assertNull(add("", "[2/2] b"));
    assertEquals(1, forgotten.count());
    assertEquals("c", add("", "[1/1] c"));
  }

  @Test
  void ofTooManyProcessesTheEldestIsForgottenAndCounted() {
    for (int process = 0; process < 1003; process++) {
      add(Integer.toString(process), "[1/2] a");
    }
    assertEquals(3, forgotten.count());
    assertNull(add("2", "[2/2] b"));
    assertEquals("ab", add("3", "[2/2] b"));
  }
}
