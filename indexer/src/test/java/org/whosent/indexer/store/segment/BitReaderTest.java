package org.whosent.indexer.store.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What {@link BitWriter} writes is read again, from any place, and never beyond its end. */
class BitReaderTest {
  private static final int NUMBER = 0;
  private static final int RICE = 1;
  private static final int GAMMA = 2;

  private record Step(int kind, long value, int bits) {
    long read(BitReader in) throws IOException {
      return switch (kind) {
        case NUMBER -> in.get(bits);
        case RICE -> in.rice(bits);
        default -> in.gamma();
      };
    }

    void write(BitWriter out) {
      switch (kind) {
        case NUMBER -> out.put(value, bits);
        case RICE -> out.rice(value, bits);
        default -> out.gamma((int) value);
      }
    }
  }

  private static Step step(Random random) {
    int kind = random.nextInt(3);
    if (kind == GAMMA) {
      return new Step(kind, (random.nextInt() >>> 1 + random.nextInt(31)) + 1L, 0);
    }
    int bits = random.nextInt(kind == NUMBER ? 58 : 41);
    long low = bits == 0 ? 0 : random.nextLong() >>> (Long.SIZE - bits);
    // Rice codes begin with up to some hundred ones, longer than what is looked at in one go.
    long high = kind == RICE ? (long) random.nextInt(1 + random.nextInt(300)) << bits : 0;
    return new Step(kind, high | low, bits);
  }

  @Test
  void whatWasWrittenIsRead() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<Step> steps = new ArrayList<>();
      BitWriter out = new BitWriter();
      for (int i = random.nextInt(40); i >= 0; i--) {
        Step step = step(random);
        steps.add(step);
        step.write(out);
      }
      Bytes written = new Bytes(16);
      out.copyTo(written);
      byte[] bits = written.toArray();
      int before = random.nextInt(20);
      int behind = random.nextInt(20);
      byte[] array = new byte[before + bits.length + behind];
      Arrays.fill(array, (byte) random.nextInt());
      System.arraycopy(bits, 0, array, before, bits.length);
      BitReader in = new BitReader();
      in.set(array, before, before + bits.length);
      for (Step step : steps) {
        assertEquals(step.value, step.read(in), step + ", seed " + seed);
      }
      assertThrows(IOException.class, () -> in.get(8), "seed " + seed);
    }
  }

  @Test
  void nothingIsReadBeyondTheEnd() throws IOException {
    for (int behind = 0; behind < 20; behind++) {
      byte[] ones = new byte[3 + behind];
      Arrays.fill(ones, (byte) 0xff);
      byte[] zeros = new byte[3 + behind];
      BitReader in = new BitReader();
      in.set(ones, 0, 3);
      assertThrows(IOException.class, () -> in.rice(3));
      in.set(zeros, 0, 3);
      assertThrows(IOException.class, in::gamma);
      in.set(ones, 0, 3);
      assertEquals(0xffff, in.get(16));
      assertEquals(0, in.get(0));
      assertThrows(IOException.class, () -> in.get(9));
      assertEquals(0xff, in.get(8));
      assertThrows(IOException.class, () -> in.get(1));
    }
  }
}
