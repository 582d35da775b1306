package org.whosent.indexer.ingest.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines and where they stand, however many bytes a read brings. */
class LineInputTest {
  private static final String MARK = "\ufeff";

  /** A stream that brings so many bytes at most in a read. */
  private static InputStream slow(byte[] bytes, int most) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] into, int offset, int length) {
        return super.read(into, offset, Math.min(length, most));
      }
    };
  }

  private static List<String> found(byte[] bytes, int most, long offset) throws IOException {
    List<String> found = new ArrayList<>();
    try (LineInput in = new LineInput(slow(bytes, most), offset)) {
      while (true) {
        LineInput.Found kind = in.next();
        String text = new String(in.line(), 0, in.length(), StandardCharsets.UTF_8);
        found.add(kind + " " + in.lineStart() + "-" + in.offset() + " " + text);
        if (kind == LineInput.Found.END || kind == LineInput.Found.UNFINISHED) {
          return found;
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 1 << 20})
  void aMarkIsSkippedAtTheVeryBeginningOnly(int most) throws IOException {
    byte[] marked = (MARK + "a\r\n" + MARK + "b\nc").getBytes(StandardCharsets.UTF_8);
    assertEquals(
        List.of("LINE 3-6 a", "LINE 6-11 " + MARK + "b", "UNFINISHED 11-12 c"),
        found(marked, most, 0));
    assertEquals("LINE 7-13 " + MARK + "a", found(marked, most, 7).getFirst());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 1 << 20})
  void halfAMarkIsText(int most) throws IOException {
    byte[] mark = MARK.getBytes(StandardCharsets.UTF_8);
    assertEquals(List.of("END 3-3 "), found(mark, most, 0));
    assertEquals(List.of("END 0-0 "), found(new byte[0], most, 0));
    for (int length = 1; length < mark.length; length++) {
      byte[] half = Arrays.copyOf(mark, length);
      assertEquals(
          "UNFINISHED 0-" + length + " " + new String(half, StandardCharsets.UTF_8),
          found(half, most, 0).getFirst());
    }
  }

  /** What a crash left unwritten: before it the head of a line, behind it the tail of another. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 31, 1 << 20})
  void aLineWithAHoleIsNone(int most) throws IOException {
    for (String before : List.of("a", "abcdefg", "x".repeat((1 << 16) - 9))) {
      for (int zeros : List.of(LineInput.HOLE - 1, LineInput.HOLE, 5000)) {
        String text = before + "\0".repeat(zeros) + "c\n\0\0d\n";
        int end = before.length() + zeros + 2;
        boolean hole = zeros >= LineInput.HOLE;
        String line =
            hole ? "OVERLONG 0-" + end + " " : "LINE 0-" + end + " " + text.split("\n")[0];
        assertEquals(
            List.of(
                line,
                "LINE " + (end + 2) + "-" + (end + 4) + " d",
                "END " + (end + 4) + "-" + (end + 4) + " "),
            found(text.getBytes(StandardCharsets.UTF_8), most, 0));
      }
    }
  }

  @Test
  void readsOfAnySizeBringTheSame() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[][] pieces = {
      {'\n'}, {'\r', '\n'}, {0}, new byte[20], {'a'}, {(byte) 0xef}, {(byte) 0xbb}
    };
    for (int round = 0; round < 2000; round++) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int i = random.nextInt(30); i > 0; i--) {
        bytes.writeBytes(pieces[random.nextInt(pieces.length)]);
      }
      byte[] text = bytes.toByteArray();
      List<String> whole = found(text, 1 << 16, 0);
      for (int most = 1; most < 5; most++) {
        assertEquals(whole, found(text, most, 0), "seed " + seed + ", round " + round);
      }
    }
  }

  /** Looking ahead shows what is there, and changes nothing of what is read then. */
  @Test
  void whatIsBehindALineIsShown() throws IOException {
    Random random = new Random(11);
    for (int round = 0; round < 200; round++) {
      byte[] bytes = new byte[random.nextInt(200_000)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (random.nextInt(60) == 0 ? '\n' : 'a' + random.nextInt(26));
      }
      int slowness = 1 + random.nextInt(70_000);
      List<String> plain = found(bytes, slowness, 0);
      List<String> looked = new ArrayList<>();
      try (LineInput in = new LineInput(slow(bytes, slowness), 0)) {
        LineInput.Found kind;
        do {
          kind = in.next();
          String text = new String(in.line(), 0, in.length(), StandardCharsets.UTF_8);
          looked.add(kind + " " + in.lineStart() + "-" + in.offset() + " " + text);
          if (random.nextInt(10) == 0) {
            int from = (int) in.offset();
            int most = 1 + random.nextInt(8192);
            boolean complete = random.nextBoolean();
            byte[] behind = in.behind(most, complete);
            int to = Math.min(bytes.length, from + most);
            boolean ended = to == from || bytes[to - 1] == '\n';
            if (to == from + most || complete && ended && to % 4096 != 0) {
              assertArrayEquals(Arrays.copyOfRange(bytes, from, to), behind);
            } else {
              assertNull(behind, "more may come, or it may be in the midst of a write");
            }
          }
        } while (kind == LineInput.Found.LINE);
      }
      assertEquals(plain, looked);
    }
  }

  @Test
  void whatCannotBeReadAheadFailsWhenItIsReached() throws IOException {
    byte[] bytes = "a\nb\n".getBytes(StandardCharsets.UTF_8);
    InputStream failing =
        new SequenceInputStream(
            new ByteArrayInputStream(bytes),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("broken");
              }
            });
    try (LineInput in = new LineInput(failing, 0)) {
      in.next();
      assertNull(in.behind(100, true));
      assertEquals(LineInput.Found.LINE, in.next());
      assertEquals("b", new String(in.line(), 0, in.length(), StandardCharsets.UTF_8));
      assertNull(in.behind(100, true));
      assertThrows(IOException.class, in::next);
      assertThrows(IOException.class, in::next);
    }
  }
}
