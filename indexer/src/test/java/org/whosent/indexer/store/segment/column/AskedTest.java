package org.whosent.indexer.store.segment.column;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.text.Normalizer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;
import org.whosent.indexer.store.bytes.Micros;
import org.whosent.record.ClueType;
import org.whosent.record.MessageIds;
import org.whosent.record.Recipient;
import org.whosent.record.Sketch;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;

class AskedTest {
  private static final Instant TIME = Instant.parse("2026-11-23T23:59:59.123456Z");

  private static final List<ClueType> IN_COLUMNS =
      List.of(
          ClueType.TRANSACTION_ID,
          ClueType.NEXT_HOP_ID,
          ClueType.BODY_DIGEST,
          ClueType.TEXT_DIGEST,
          ClueType.ATTACHMENT,
          ClueType.ENVELOPE_ID,
          ClueType.SKETCH);

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

  /** IDs, aliases, digests and anchors: what keys that only tell the block leave to the columns. */
  @Test
  void allElseIsToldApartAsFoldingDoes() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 400; round++) {
      int rows = 1 + random.nextInt(40);
      List<String> some = alike(random);
      List<SubmissionRecord> records = new ArrayList<>();
      RecordColumns columns = new RecordColumns(true);
      long[] micros = new long[rows];
      for (int row = 0; row < rows; row++) {
        records.add(record(random, some));
        micros[row] = Micros.of(records.get(row).time());
        columns.add(records.get(row));
      }
      Bytes out = new Bytes(64);
      Bytes raw = new Bytes(64);
      BlockTimes.write(raw, 3, 70, 60, micros, rows);
      columns.writeAnchors(raw, 3, 70);
      columns.write(out, raw);
      BlockTimes times = BlockTimes.read(3, 70, rows, raw.array, 0);
      RecordColumns.Reader reader =
          new RecordColumns.Reader(
              out.toArray(),
              raw.toArray(),
              rows,
              times,
              Anchors.read(3, 70, raw.toArray(), times.length()),
              true);
      for (ClueType type : IN_COLUMNS) {
        Set<String> values = new HashSet<>();
        some.forEach(text -> values.add(type.fold(text)));
        records.forEach(record -> values.addAll(type.of(record)));
        values.remove("");
        // Written just so it is found, too, though folding would make yet another text of it.
        values.removeIf(value -> !type.fold(value).equals(value));
        for (String value : values) {
          Asked asked = new Asked(type, value);
          for (int row = 0; row < rows; row++) {
            boolean found = reader.has(row, asked);
            boolean there = type.of(records.get(row)).contains(value);
            // Of an anchor, whatever else may be taken for it; it is looked at once more.
            boolean same = found == there || found && type == ClueType.SKETCH;
            assertTrue(same, type + " " + value + ", " + records.get(row) + ", seed " + seed);
          }
        }
      }
    }
  }

  private static SubmissionRecord record(Random random, List<String> some) {
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.time = TIME.minusMillis(random.nextInt(1000));
    b.transactionId = some.get(random.nextInt(some.size()));
    b.host = "mail.example.com";
    b.aliases = texts(random, some);
    b.attachmentDigests = texts(random, some);
    b.bodyDigest = some.get(random.nextInt(some.size()));
    b.textDigest = random.nextInt(3) == 0 ? null : some.get(random.nextInt(some.size()));
    b.envelopeId = random.nextInt(3) == 0 ? null : some.get(random.nextInt(some.size()));
    b.sketch =
        random.nextBoolean()
            ? some.get(random.nextInt(some.size()))
            : Sketch.of(
                    "some words that are long enough and many enough for a sketch of them "
                        + random.nextInt(10))
                .map(Sketch::toString)
                .orElseThrow();
    List<Recipient> recipients = new ArrayList<>();
    for (String id : texts(random, some)) {
      String again = random.nextBoolean() || recipients.isEmpty() ? id : null;
      recipients.add(new Recipient("x@y", null, null, null, null, null, null, again, null));
    }
    b.recipients = recipients;
    return b.build();
  }

  private static List<String> texts(Random random, List<String> some) {
    List<String> texts = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      texts.add(some.get(random.nextInt(some.size())));
    }
    return texts;
  }

  /** Texts of few kinds, and such as differ from these in their form alone. */
  private static List<String> alike(Random random) {
    List<String> some = new ArrayList<>();
    int kind = random.nextInt(8);
    for (int i = 1 + random.nextInt(30); i > 0; i--) {
      int which = random.nextInt(4) > 0 ? kind : random.nextInt(8);
      String text =
          switch (which) {
            case 0 -> text(random);
            case 1 -> "%026x".formatted(random.nextInt(1 << 20));
            case 2 -> "%%0%dx".formatted(2 * (1 + random.nextInt(33))).formatted(random.nextInt());
            case 3 ->
                new TransactionId(TIME.toEpochMilli(), 1, random.nextInt(9), random.nextInt(99))
                    .toString();
            case 4 -> "4JxQ" + random.nextInt(1 << 20) + "K.z";
            case 5 -> "  a  " + random.nextInt(20) + "\t ";
            case 6 -> Integer.toString(random.nextInt(1 << 30), 36).toUpperCase(Locale.ROOT);
            default -> "<" + random.nextInt(20) + "K>";
          };
      some.add(text);
      some.add(
          switch (random.nextInt(6)) {
            case 0 -> text.toUpperCase(Locale.ROOT);
            case 1 -> text.toLowerCase(Locale.ROOT);
            case 2 -> text.replace('0', 'O').replace('1', 'l');
            case 3 -> Normalizer.normalize(text, Normalizer.Form.NFD);
            case 4 -> " " + text + " ";
            default -> text;
          });
    }
    return some;
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
