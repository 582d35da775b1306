package org.whosent.record.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Lines of every length come out whole, however they lie in the splitter's buffer. */
class MessageSplitterTest {
  private static final int[] LENGTHS = {
    0, 1, 77, 4_095, 16_383, 16_384, 16_385, 65_535, 65_536, 140_000
  };

  /** Gives a few bytes at a time, as a pipe does. */
  private static InputStream pipe(byte[] bytes, Random random) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] to, int offset, int length) {
        return super.read(to, offset, Math.min(length, 1 + random.nextInt(9_000)));
      }
    };
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder("Subject: x\n\n");
    for (int lines = random.nextInt(6); lines > 0; lines--) {
      int length = LENGTHS[random.nextInt(LENGTHS.length)] + random.nextInt(3);
      text.append(String.valueOf((char) ('a' + random.nextInt(26))).repeat(length));
      text.append(random.nextBoolean() ? "\r\n" : "\n");
    }
    return text.toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void oneMessageComesOutAsItWentIn() throws IOException {
    for (long seed : new long[] {1, 2, System.nanoTime()}) {
      Random random = new Random(seed);
      for (int round = 0; round < 60; round++) {
        String text = text(random) + (random.nextBoolean() ? "no line end" : "");
        try (MessageSplitter splitter = new MessageSplitter(pipe(bytes(text), random))) {
          assertArrayEquals(bytes(text), splitter.next(), "seed " + seed + ", round " + round);
          assertNull(splitter.next());
        }
      }
    }
  }

  @Test
  void messagesOfAnMboxComeOutOneByOne() throws IOException {
    for (long seed : new long[] {1, 2, System.nanoTime()}) {
      Random random = new Random(seed);
      for (int round = 0; round < 60; round++) {
        String why = "seed " + seed + ", round " + round;
        List<String> messages = new ArrayList<>();
        StringBuilder mbox = new StringBuilder();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
          String message = text(random) + "\n";
          messages.add(message);
          mbox.append("From a@example.org Mon Nov 23 10:00:00 2026\n").append(message);
        }
        try (MessageSplitter splitter = new MessageSplitter(pipe(bytes(mbox.toString()), random))) {
          for (String message : messages) {
            assertEquals(message, new String(splitter.next(), StandardCharsets.ISO_8859_1), why);
          }
          assertNull(splitter.next(), why);
        }
      }
    }
  }
}
