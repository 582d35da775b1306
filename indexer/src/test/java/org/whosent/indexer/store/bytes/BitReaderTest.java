package org.whosent.indexer.store.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
      return new Step(kind, (random.nextInt() >>> 2 + random.nextInt(30)) + 1L, 0);
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

  /** As keys are read: most entries have one number, some more, and the sum is to find one. */
  @Test
  void whatIsPassedOverIsWhatWouldHaveBeenRead() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      int low = random.nextInt(30);
      int more = random.nextInt(25);
      int count = random.nextInt(30);
      boolean runs = random.nextBoolean();
      BitWriter out = new BitWriter();
      for (int i = 0; i < count; i++) {
        long high = random.nextInt(8) == 0 ? random.nextInt(70) : random.nextInt(3);
        out.rice(high << low | random.nextLong() >>> Long.SIZE - 1 - low >>> 1, low);
        out.gamma(random.nextInt(6) == 0 ? 1 + random.nextInt(9) : 1);
        out.put(random.nextLong(), more);
        if (runs) {
          out.gamma(1 + (random.nextInt() >>> 2 + random.nextInt(30)));
        }
      }
      Bytes written = new Bytes(16);
      out.copyTo(written);
      byte[] bits = Arrays.copyOf(written.toArray(), written.length + random.nextInt(20));
      long below = (1L + random.nextInt(40)) << low;
      BitReader in = new BitReader();
      in.set(bits, 0, bits.length);
      BitReader plain = new BitReader();
      plain.set(bits, 0, bits.length);
      long sum = in.passWhile(5, below, low, more, runs, count);
      int passed = in.passed();
      long expected = 5;
      for (int i = 0; i < passed; i++) {
        expected += plain.rice(low);
        assertEquals(1, plain.gamma(), "seed " + seed);
        plain.get(more);
        if (runs) {
          plain.gamma();
        }
      }
      assertEquals(expected, sum, "seed " + seed);
      assertTrue(passed == 0 || sum < below, "seed " + seed);
      // Both stand at the same place, and what was not passed over had its reason.
      if (passed < count) {
        long next = plain.rice(low);
        int have = plain.gamma();
        assertEquals(next, in.rice(low), "seed " + seed);
        assertEquals(have, in.gamma(), "seed " + seed);
        boolean nearTheEnd = bits.length * 8 - 64 < out.bits();
        long needed = (next >>> low) + 2 + low + more;
        if (runs && have == 1 && needed <= BitReader.AT_ONCE) {
          plain.get(more);
          needed += 2 * (31 - Integer.numberOfLeadingZeros(plain.gamma())) + 1;
        }
        boolean wide = needed > BitReader.AT_ONCE;
        assertTrue(have > 1 || sum + next >= below || wide || nearTheEnd, "seed " + seed);
      }
    }
  }

  @Test
  void aNumberBelowAnotherIsRead() throws IOException {
    for (int of = 1; of < 70; of++) {
      BitWriter out = new BitWriter();
      int most = 0;
      for (int value = 0; value < of; value++) {
        int before = out.bits();
        out.below(value, of);
        most = Math.max(most, out.bits() - before);
      }
      assertEquals(32 - Integer.numberOfLeadingZeros(of - 1), most);
      Bytes bytes = new Bytes(16);
      out.copyTo(bytes);
      BitReader in = new BitReader();
      in.set(bytes.array, 0, bytes.length);
      for (int value = 0; value < of; value++) {
        assertEquals(value, in.below(of));
      }
    }
    BitWriter out = new BitWriter();
    out.below(Integer.MAX_VALUE - 1, Integer.MAX_VALUE);
    Bytes bytes = new Bytes(16);
    out.copyTo(bytes);
    BitReader in = new BitReader();
    in.set(bytes.array, 0, bytes.length);
    assertEquals(Integer.MAX_VALUE - 1, in.below(Integer.MAX_VALUE));
  }

  /** As ranged keys are read: a zero stands for what is not passed over. */
  @Test
  void singlesThatArePassedOverAreWhatWouldHaveBeenRead() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      int low = random.nextInt(30);
      int of = 1 + random.nextInt(1 << random.nextInt(25));
      int count = random.nextInt(30);
      boolean runs = random.nextBoolean();
      BitWriter out = new BitWriter();
      int[] ends = new int[count + 1];
      for (int i = 0; i < count; i++) {
        long high = random.nextInt(8) == 0 ? random.nextInt(70) : random.nextInt(3);
        out.rice(high << low | random.nextLong() >>> Long.SIZE - 1 - low >>> 1, low);
        out.below(random.nextInt(of), of);
        if (runs) {
          out.gamma(1 + (random.nextInt() >>> 2 + random.nextInt(30)));
        }
        ends[i + 1] = out.bits();
      }
      out.fillUp();
      Bytes written = new Bytes(16);
      out.copyTo(written);
      byte[] bits = new byte[written.length + random.nextInt(20)];
      random.nextBytes(bits);
      System.arraycopy(written.array, 0, bits, 0, written.length);
      long below = 5 + ((1L + random.nextInt(40)) << low);
      BitReader in = new BitReader();
      in.set(bits, 0, written.length);
      BitReader plain = new BitReader();
      plain.set(bits, 0, written.length);
      long sum = in.passSingles(5, below, low, of, runs);
      String say = "seed " + seed + ", round " + round;
      long expected = 5;
      int passed = 0;
      for (; expected < sum; passed++) {
        expected += plain.rice(low);
        plain.below(of);
        if (runs) {
          plain.gamma();
        }
      }
      assertEquals(expected, sum, say);
      assertTrue(passed == 0 || sum < below, say);
      assertEquals(passed == count, in.atEnd(), say);
      assertEquals(in.atEnd(), plain.atEnd(), say);
      if (passed < count) {
        long next = plain.rice(low);
        assertEquals(next, in.rice(low), say);
        boolean wide = ends[passed + 1] - ends[passed] >= BitReader.AT_ONCE;
        boolean nearTheEnd = ends[passed + 1] > 8 * (bits.length - 8);
        assertTrue(next == 0 || sum + next >= below || wide || nearTheEnd, say);
      }
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
