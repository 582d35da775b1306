package org.whosent.indexer.store.segment.column;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;
import org.whosent.record.ClueType;
import org.whosent.record.SourceLine;

/** Columns give back what they were given, in any order, however they are written. */
class ColumnTest {
  private static final String[] ALPHABETS = {
    "0123456789",
    "0123456789abcdef",
    "0123456789ABCDEF",
    "0123456789abcdefghijklmnopqrstuvwxyz",
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "0BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz123456789-_."
  };

  private static int rounds() {
    return Integer.getInteger("whosent.rounds", 20);
  }

  @Test
  void numbersComeBackInAnyOrder() throws IOException {
    for (int round = 0; round < rounds(); round++) {
      long seed = System.nanoTime();
      Random random = new Random(seed);
      IntColumn column = new IntColumn();
      Bytes out = new Bytes(16);
      Bytes raw = new Bytes(16);
      List<List<Long>> blocks = new ArrayList<>();
      for (int block = 0; block < 20; block++) {
        List<Long> values = numbers(random);
        for (Long value : values) {
          if (value == null) {
            column.addNull();
          } else {
            column.add(value);
          }
        }
        column.write(out, block % 3 == 2 ? null : raw);
        column.clear();
        blocks.add(values);
      }
      Cursor in = new Cursor(out.toArray());
      byte[] rawBytes = raw.toArray();
      for (List<Long> values : blocks) {
        IntColumn.Reader reader = new IntColumn.Reader(in, rawBytes, values.size());
        for (int n = 0; n < values.size(); n++) {
          int i = random.nextInt(values.size());
          String say = "seed " + seed + ", value " + i + " of " + values;
          assertEquals(values.get(i) == null, reader.isNull(i), say);
          if (values.get(i) != null) {
            assertEquals(values.get(i), reader.get(i), say);
          }
        }
      }
      assertEquals(out.length, in.at, "seed " + seed);
      assertEquals(raw.length, in.rawAt, "seed " + seed);
    }
  }

  private static List<Long> numbers(Random random) {
    int count = random.nextInt(200);
    int shift = random.nextInt(64);
    int same = random.nextInt(3);
    long base = random.nextLong() >> random.nextInt(64);
    boolean nulls = random.nextInt(4) == 0;
    List<Long> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long value = base + (random.nextLong() >>> shift);
      values.add(
          nulls && random.nextInt(3) == 0
              ? null
              : same > 0 && i > 0 && random.nextInt(3) < same && values.get(i - 1) != null
                  ? values.get(i - 1)
                  : (Long) value);
    }
    return values;
  }

  @Test
  void randomNumbersTakeAsManyBitsAsTheyHave() {
    Random random = new Random(4);
    IntColumn column = new IntColumn();
    for (int i = 0; i < 64; i++) {
      column.add(1000 + random.nextInt(1 << 11));
    }
    Bytes out = new Bytes(16);
    Bytes raw = new Bytes(16);
    column.write(out, raw);
    assertEquals(64 * 11 / 8, raw.length);
    assertTrue(out.length < 8, "" + out.length);
  }

  @Test
  void hashesAreWrittenAsTheirTextsAre() {
    for (int round = 0; round < rounds(); round++) {
      long seed = System.nanoTime();
      Random random = new Random(seed);
      HashColumn hashes = new HashColumn();
      Bytes out = new Bytes(16);
      Bytes raw = new Bytes(16);
      for (int block = 0; block < 20; block++) {
        boolean small = random.nextBoolean();
        int different = 1 + random.nextInt(300);
        boolean odd = random.nextInt(3) == 0;
        int count = random.nextInt(4) == 0 ? random.nextInt(10) : random.nextInt(300);
        TextColumn texts = new TextColumn();
        for (int i = 0; i < count; i++) {
          long bits = different < 200 ? random.nextInt(different) * 99_999_999_999L : i * 7L + 1;
          SourceLine line =
              odd && random.nextInt(20) == 0
                  ? new SourceLine("log", i, random.nextBoolean() ? "" : "ABCDEF0123456789")
                  : SourceLine.of("log", i, bits);
          hashes.add(line);
          texts.add(line.hash());
        }
        out.clear();
        raw.clear();
        hashes.drainTo(out, raw, small);
        Bytes textOut = new Bytes(16);
        Bytes textRaw = new Bytes(16);
        texts.drainTo(textOut, textRaw, small);
        assertEquals(texts(textOut, textRaw, count), texts(out, raw, count), "seed " + seed);
      }
    }
  }

  @Test
  void hashesThatDifferTakeTheirBytesAlone() {
    HashColumn hashes = new HashColumn();
    TextColumn texts = new TextColumn();
    Random random = new Random(5);
    for (int i = 0; i < 500; i++) {
      SourceLine line = SourceLine.of("log", i, random.nextLong());
      hashes.add(line);
      texts.add(line.hash());
    }
    Bytes out = new Bytes(16);
    Bytes raw = new Bytes(16);
    hashes.drainTo(out, raw, true);
    Bytes textOut = new Bytes(16);
    Bytes textRaw = new Bytes(16);
    texts.drainTo(textOut, textRaw, true);
    assertArrayEquals(textOut.toArray(), out.toArray());
    assertArrayEquals(textRaw.toArray(), raw.toArray());
    assertEquals(500 * Long.BYTES, raw.length);
  }

  private static List<String> texts(Bytes out, Bytes raw, int count) {
    try {
      Cursor in = new Cursor(out.toArray());
      TextColumn.Reader reader = new TextColumn.Reader(in, raw.toArray(), count);
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        texts.add(reader.get(i));
      }
      assertEquals(out.length, in.at);
      assertEquals(raw.length, in.rawAt);
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void textsComeBackInAnyOrder() throws IOException {
    for (int round = 0; round < rounds(); round++) {
      long seed = System.nanoTime();
      Random random = new Random(seed);
      TextColumn column = new TextColumn();
      Bytes out = new Bytes(16);
      Bytes raw = new Bytes(16);
      List<List<String>> blocks = new ArrayList<>();
      for (int block = 0; block < 20; block++) {
        List<String> values = texts(random);
        values.forEach(column::add);
        column.write(out, raw, block % 4 != 3);
        column.clear();
        blocks.add(values);
      }
      Cursor in = new Cursor(out.toArray());
      byte[] rawBytes = raw.toArray();
      for (List<String> values : blocks) {
        TextColumn.Reader reader = new TextColumn.Reader(in, rawBytes, values.size());
        for (int n = 0; n < values.size(); n++) {
          int i = random.nextInt(values.size());
          String say = "seed " + seed + ", text " + i + " of " + values;
          String value = values.get(i);
          assertEquals(value, reader.get(i), say);
          for (ClueType type :
              List.of(ClueType.RECIPIENT, ClueType.NEXT_HOP_ID, ClueType.MESSAGE_ID)) {
            if (value != null) {
              Asked asked = new Asked(type, type.fold(value));
              assertTrue(value.indexOf('@') >= 0 || value.isEmpty() || asked.mayBe(reader, i), say);
            }
          }
        }
      }
      assertEquals(out.length, in.at, "seed " + seed);
      assertEquals(raw.length, in.rawAt, "seed " + seed);
    }
  }

  private static List<String> texts(Random random) {
    String alphabet = ALPHABETS[random.nextInt(ALPHABETS.length)];
    String prefix =
        List.of("", "", "r", "4b", "<x\u00e9", "id@", "\ud83d\ude00").get(random.nextInt(7));
    String suffix = List.of("", "", "]", "7", ".example", " >").get(random.nextInt(6));
    int least = random.nextInt(12);
    int more = 1 + random.nextInt(random.nextBoolean() ? 1 : 12);
    int others = random.nextInt(12);
    int again = random.nextInt(4);
    List<String> texts = new ArrayList<>();
    for (int i = random.nextInt(200); i > 0; i--) {
      if (!texts.isEmpty() && random.nextInt(4) < again) {
        texts.add(texts.get(random.nextInt(texts.size())));
        continue;
      }
      StringBuilder text = new StringBuilder(prefix);
      for (int n = least + random.nextInt(more); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      text.append(suffix);
      switch (random.nextInt(12) < others ? random.nextInt(12) : 12) {
        case 0 -> texts.add(null);
        case 1 -> texts.add("");
        case 2 -> texts.add("\u0001");
        case 3 -> texts.add(text.toString().toUpperCase(java.util.Locale.ROOT));
        case 4 -> texts.add(prefix);
        case 5 -> texts.add("0".repeat(random.nextInt(50)));
        default -> texts.add(text.toString());
      }
    }
    return texts;
  }

  @Test
  void everyTextIsOneNumber() throws IOException {
    for (Numerals.Alphabet alphabet : Numerals.Alphabet.ALL) {
      Numerals numerals = new Numerals(alphabet, "a", "z");
      for (String text : List.of("az", "a0z", "a00z", "a000000000000000000z", "a9z", "a10z")) {
        if (numerals.has(text)) {
          assertEquals(text, numerals.text(numerals.head(text), numerals.tail(text)));
        }
      }
      assertThrows(IOException.class, () -> numerals.text(0, -1));
      assertThrows(IOException.class, () -> numerals.text(Long.MIN_VALUE, 1));
    }
  }

  @Test
  void wordsAndDigestsAreNoNumbers() {
    String[] names = "anna bert carl dora emil frida gustav hanna ivan jana kurt lena".split(" ");
    assertNull(Numerals.of(names, names.length));
    Random random = new Random(1);
    String[] digests = new String[64];
    String[] ids = new String[64];
    for (int i = 0; i < 64; i++) {
      byte[] bytes = new byte[8];
      random.nextBytes(bytes);
      digests[i] = HexFormat.of().formatHex(bytes);
      ids[i] = "4b" + Long.toString(bytes[0] * 1000L + 123_456_789_012L, 36);
    }
    assertNull(Numerals.of(digests, 64));
    assertNotNull(Numerals.of(ids, 64));
  }

  /** What a program with a bug wrote is damage, and no failure. */
  @Test
  void anyBytesAreReadOrRefused() {
    for (int round = 0; round < rounds() * 50; round++) {
      long seed = System.nanoTime();
      Random random = new Random(seed);
      TextColumn column = new TextColumn();
      List<String> values = texts(random);
      values.forEach(column::add);
      Bytes out = new Bytes(16);
      Bytes raw = new Bytes(16);
      column.write(out, raw, true);
      byte[] bytes = out.toArray();
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        bytes[random.nextInt(Math.min(bytes.length, 40))] = (byte) random.nextInt();
      }
      try {
        TextColumn.Reader reader =
            new TextColumn.Reader(new Cursor(bytes), raw.toArray(), values.size());
        for (int i = 0; i < values.size(); i++) {
          reader.get(i);
        }
      } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException _) {
        // A block is refused for any of these; errors of the machine, or no end, are none of them.
      }
    }
  }
}
