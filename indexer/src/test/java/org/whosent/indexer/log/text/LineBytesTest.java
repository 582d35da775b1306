package org.whosent.indexer.log.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is read from a line's bytes is what its text has, whatever the bytes are. */
class LineBytesTest {
  private static final String[] PIECES = {
    "ab", "a", ">, size=", ">", "7", "12", "é", "\u0085", "\u00a0", "\ud83d\ude00", "\0", "\t", "="
  };

  static Stream<Long> seeds() {
    return Stream.concat(new Random(7).longs(20).boxed(), Stream.of(System.nanoTime()));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void searchesAsTheTextDoes(long seed) {
    Random random = new Random(seed);
    Words words = new Words();
    byte[] word = LineBytes.word(">, size=");
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = random(random);
      int from = random.nextInt(bytes.length + 1);
      int to = from + random.nextInt(bytes.length - from + 1);
      String shown =
          LoggedBytes.printable(new String(bytes, from, to - from, StandardCharsets.UTF_8));
      String why = "seed " + seed + ", bytes " + Arrays.toString(bytes) + " from " + from;
      LineBytes line = new LineBytes();
      boolean copied = random.nextBoolean();
      int start = copied ? line.setCopy(bytes, from, to) : line.set(bytes, from, to);
      assertEquals(shown, line.text(start, line.end()), why);
      assertEquals(shown, line.text(start, line.end(), words), why);
      assertEquals(0, line.at(line.end()), why);
      assertEquals(shown.startsWith(">, size="), line.startsWith(word, start), why);
      assertEquals(shown.endsWith(">, size="), line.endsWith(word, start), why);
      int first = shown.indexOf(">, size=");
      int last = shown.lastIndexOf(">, size=");
      int mark = shown.indexOf('>');
      assertEquals(mark < 0 ? -1 : start + bytes(shown, mark), line.indexOf('>', start), why);
      assertEquals('<' + shown + '>', line.text('<', start, line.end(), '>'), why);
      byte[] copy = line.copy(start, line.end());
      assertEquals(shown, new String(copy, StandardCharsets.UTF_8), why);
      assertEquals(first < 0 ? -1 : start + bytes(shown, first), line.indexOf(word, start), why);
      assertEquals(last < 0 ? -1 : start + bytes(shown, last), line.lastIndexOf(word, start), why);
    }
  }

  /** The number of bytes before that character. */
  private static int bytes(String text, int index) {
    return text.substring(0, index).getBytes(StandardCharsets.UTF_8).length;
  }

  private static byte[] random(Random random) {
    StringBuilder text = new StringBuilder();
    int pieces = random.nextInt(12);
    int plain = random.nextBoolean() ? 6 : PIECES.length;
    for (int i = 0; i < pieces; i++) {
      text.append(PIECES[random.nextInt(plain)]);
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0 && random.nextInt(4) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aWordIsWhatStandsThereWhateverStoodThereBefore(long seed) {
    Random random = new Random(seed);
    Words words = new Words();
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = random(random);
      int from = random.nextInt(bytes.length + 1);
      int to = from + random.nextInt(bytes.length - from + 1);
      assertEquals(
          new String(bytes, from, to - from, StandardCharsets.UTF_8),
          words.of(bytes, from, to),
          () -> "seed " + seed + ", bytes " + Arrays.toString(bytes));
    }
  }
}
