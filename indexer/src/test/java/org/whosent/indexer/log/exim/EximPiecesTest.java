package org.whosent.indexer.log.exim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.whosent.indexer.log.Forgotten;

/** Lines that were cut for syslog; what of them is lost is counted. */
class EximPiecesTest {
  private final Forgotten forgotten = new Forgotten();
  private final EximPieces pieces = new EximPieces(forgotten);

  @Test
  void piecesInOrderMakeALine() {
    assertNull(pieces.add("mail 7", "[1/3] a"));
    assertNull(pieces.add("mail 8", "[1/2] x"));
    assertNull(pieces.add("mail 7", "[2/3] b"));
    assertEquals("abc", pieces.add("mail 7", "[3/3] c"));
    assertEquals("xy", pieces.add("mail 8", "[2/2] y"));
    assertEquals(0, forgotten.count());
  }

  @Test
  void aLineWhosePieceIsMissingIsLostAndCounted() {
    pieces.add("mail 7", "[1/3] a");
    assertNull(pieces.add("mail 7", "[3/3] c"));
    assertEquals(1, forgotten.count());
    assertNull(pieces.add("mail 7", "[2/3] b"), "nothing goes on from what was lost");
    assertEquals(1, forgotten.count());
  }

  @Test
  void aLineThatIsBegunAnewIsLostAndCounted() {
    pieces.add("mail 7", "[1/2] a");
    pieces.add("mail 7", "[1/2] b");
    assertEquals(1, forgotten.count());
    assertEquals("bc", pieces.add("mail 7", "[2/2] c"));
    assertEquals(1, forgotten.count());
  }

  @Test
  void aRejectedMessagesHeaderIsNotWanted() {
    assertNull(pieces.add("mail 7", "[1\\2] a"));
    assertNull(pieces.add("mail 7", "[2\\2] b"));
    assertEquals(0, forgotten.count());
  }

  @Test
  void ofTooManyProcessesTheEldestIsForgottenAndCounted() {
    for (int process = 0; process < 1003; process++) {
      pieces.add("mail " + process, "[1/2] a");
    }
    assertEquals(3, forgotten.count());
    assertNull(pieces.add("mail 2", "[2/2] b"));
    assertEquals("ab", pieces.add("mail 3", "[2/2] b"));
  }
}
