package org.whosent.indexer.store.segment.column;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;
import org.whosent.record.ClueType;
import org.whosent.record.MessageIds;
import org.whosent.record.Recipient;

class AskedTest {
  /** Capitals, what composes with what stands before it, and what small letters come from. */
  private static final String[] PIECES = {
    "a",
    "b",
    "A",
    "e",
    "E",
    "k",
    "s",
    "0",
    "7f",
    "deadbeef",
    "@",
    "@",
    "@",
    ".",
    "\u0301",
    "\u00e9",
    "\u212a",
    "\u0130",
    "\u03a3",
    "\u0001",
    "\u0002",
    "<",
    "\u0338",
    "\ud83d\ude00"
  };

  /** As it must be: whatever folds to what is asked for is found, and nothing else. */
  @Test
  void recipientsAreToldApartAsFoldingDoes() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      int rows = 1 + random.nextInt(20);
      List<String> some = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(12); i++) {
        some.add(text(random));
      }
      List<Set<String>> folded = new ArrayList<>();
      RecipientColumns columns = new RecipientColumns();
      for (int row = 0; row < rows; row++) {
        List<Recipient> list = new ArrayList<>();
        Set<String> theirs = new HashSet<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          String address = some.get(random.nextInt(some.size()));
          String last = random.nextInt(3) > 0 ? null : some.get(random.nextInt(some.size()));
          list.add(new Recipient(address, last, null, null, null, null, null, null, null));
          theirs.add(ClueType.RECIPIENT.fold(address));
          theirs.add(last == null ? "" : ClueType.RECIPIENT.fold(last));
        }
        folded.add(theirs);
        columns.add(list, 0);
      }
      Bytes out = new Bytes(64);
      Bytes raw = new Bytes(64);
      columns.drainTo(out, raw, random.nextBoolean());
      RecipientColumns.Reader reader =
          new RecipientColumns.Reader(new Cursor(out.toArray()), raw.toArray(), rows);
      some.add(text(random));
      for (String text : some) {
        String value = ClueType.RECIPIENT.fold(text);
        if (value.isEmpty()) {
          continue;
        }
        Asked asked = new Asked(ClueType.RECIPIENT, value);
        for (int row = 0; row < rows; row++) {
          assertEquals(
              folded.get(row).contains(value), reader.has(row, asked), value + ", seed " + seed);
        }
      }
    }
  }

  /** A sender may write what he likes around it, so that others look for the ID alone. */
  @Test
  void messageIdsAreFoundAsTheyAreAndWithoutWhatIsAround() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      int rows = 1 + random.nextInt(20);
      List<Set<String>> folded = new ArrayList<>();
      MessageIdColumn column = new MessageIdColumn();
      Set<String> values = new HashSet<>();
      for (int row = 0; row < rows; row++) {
        String text = random.nextInt(8) == 0 ? null : messageId(random);
        String bare = text == null ? null : MessageIds.bare(text);
        Set<String> theirs = new HashSet<>();
        theirs.add(text == null ? "" : ClueType.MESSAGE_ID.fold(text));
        theirs.add(bare == null ? "" : ClueType.MESSAGE_ID.fold(bare));
        values.addAll(theirs);
        theirs.add(text == null ? "" : text); // nobody asks for it so, but it would be the same
        theirs.add(bare == null ? "" : bare);
        folded.add(theirs);
        column.add(text);
      }
      Bytes out = new Bytes(64);
      Bytes raw = new Bytes(64);
      column.drainTo(out, raw, random.nextBoolean());
      MessageIdColumn.Reader reader =
          new MessageIdColumn.Reader(new Cursor(out.toArray()), raw.toArray(), rows);
      values.add(ClueType.MESSAGE_ID.fold(messageId(random)));
      values.remove("");
      for (String value : values) {
        Asked asked = new Asked(ClueType.MESSAGE_ID, value);
        for (int row = 0; row < rows; row++) {
          assertEquals(
              folded.get(row).contains(value), reader.has(row, asked), value + ", seed " + seed);
        }
      }
    }
  }

  private static String messageId(Random random) {
    String[] before = {"", "", "", "Alice ", "<", "x", "\"", "(c) "};
    String[] behind = {"", "", "", " (c)", ">", "x", " <y@z>"};
    String id = random.nextInt(3) == 0 ? text(random) : random.nextInt(4) + "7fdeadbeef@A.b";
    return before[random.nextInt(before.length)]
        + (random.nextInt(5) == 0 ? id : '<' + id + '>')
        + behind[random.nextInt(behind.length)];
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 1 + random.nextInt(6); i > 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }
}
