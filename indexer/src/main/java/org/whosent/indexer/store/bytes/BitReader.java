package org.whosent.indexer.store.bytes;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads what {@link BitWriter} wrote, eight bytes at a time, within bounds. Not thread-safe. Public
 * for the keys.
 */
public final class BitReader {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** Bits that are there wherever in a byte one begins. */
  static final int AT_ONCE = 57;

  private byte[] array;
  private long at;
  private long end;
  private int passed;

  /** Goes to a place: both in bytes. */
  public void set(byte[] bytes, int from, int to) {
    array = bytes;
    at = from * 8L;
    end = to * 8L;
  }

  /**
   * The next bits, which stay there, at the top: at least {@value #AT_ONCE} of them, zeros beyond
   * the array.
   */
  long peek() {
    int from = (int) (at >> 3);
    long bits;
    if (from <= array.length - Long.BYTES) {
      bits = (long) LONGS.get(array, from);
    } else {
      bits = 0;
      for (int i = 0; i < Long.BYTES; i++) {
        bits = bits << 8 | (from + i < array.length ? array[from + i] & 0xff : 0);
      }
    }
    return bits << (at & 7);
  }

  /**
   * Passes over numbers in Rice code each of which is followed by a one and so many bits more, as
   * long as the sum of them and of {@code sum} stays below a bound; {@link #passed} says over how
   * many. One look at the bits for each: this is where a look-up of what is not there spends its
   * time.
   *
   * @param runs a number in Elias gamma code follows each of them
   * @param most no more of them
   * @return the sum
   */
  public long passWhile(long sum, long below, int low, int more, boolean runs, int most) {
    byte[] bytes = array;
    long place = at;
    long last = Math.min(end, bytes.length * 8L) - Long.SIZE;
    long reached = sum;
    int count = 0;
    int fixed = low + 2 + more;
    while (count < most && place <= last) {
      long peek = (long) LONGS.get(bytes, (int) (place >> 3)) << (place & 7);
      int ones = Long.numberOfLeadingZeros(~peek);
      int all = ones + fixed;
      if (all > AT_ONCE || peek << ones + 1 + low >= 0) {
        break;
      }
      long next = reached + ((long) ones << low) + (low == 0 ? 0 : peek << ones + 1 >>> -low);
      if (next >= below) {
        break;
      }
      if (runs) {
        all += 2 * Long.numberOfLeadingZeros(peek << all | 1) + 1;
        if (all > AT_ONCE) {
          break;
        }
      }
      reached = next;
      count++;
      place += all;
      // Mostly the next one is there whole: then no load waits for where it begins.
      peek <<= all;
      ones = Long.numberOfLeadingZeros(~peek);
      int second = ones + fixed;
      if (runs || all + second > AT_ONCE || count == most || peek << ones + 1 + low >= 0) {
        continue;
      }
      next = reached + ((long) ones << low) + (low == 0 ? 0 : peek << ones + 1 >>> -low);
      if (next >= below) {
        break;
      }
      reached = next;
      count++;
      place += second;
    }
    at = place;
    passed = count;
    return reached;
  }

  /**
   * Passes over differences in Rice code, none of them zero, each of which is followed by a number
   * below {@code of}, as long as the sum of them and of {@code sum} stays below a bound. Where it
   * stops is something else, or the bound, or the end.
   *
   * @param runs a number in Elias gamma code follows each of them
   * @return the sum
   */
  public long passSingles(long sum, long below, int low, int of, boolean runs) {
    byte[] bytes = array;
    long place = at;
    long last = Math.min(end, (bytes.length - Long.BYTES) * 8L);
    long reached = sum;
    int bits = 31 - Integer.numberOfLeadingZeros(of);
    int few = (2 << bits) - of;
    int fixed = low + 1 + bits;
    while (place < last) {
      long peek = (long) LONGS.get(bytes, (int) (place >> 3)) << (place & 7);
      int left = AT_ONCE;
      int passedHere = 0;
      // As many as are there whole: then no load waits for where the next one begins.
      while (true) {
        int ones = Long.numberOfLeadingZeros(~peek);
        int all = ones + fixed;
        if (all >= left) {
          break;
        }
        long number = bits == 0 ? 0 : peek << ones + 1 + low >>> -bits;
        all += number < few ? 0 : 1;
        long difference = ((long) ones << low) + (low == 0 ? 0 : peek << ones + 1 >>> -low);
        if (runs) {
          all += 2 * Long.numberOfLeadingZeros(peek << all | 1) + 1;
          if (all > left) {
            break;
          }
        }
        if (difference == 0 || reached + difference >= below || place + all > last) {
          at = place;
          return reached;
        }
        reached += difference;
        place += all;
        left -= all;
        peek <<= all;
        passedHere++;
      }
      if (passedHere == 0) {
        break;
      }
    }
    at = place;
    return reached;
  }

  /** Whether there is no more: ones fill up the last byte. */
  public boolean atEnd() {
    long left = end - at;
    return left <= 0 || left < 8 && Long.numberOfLeadingZeros(~peek()) >= left;
  }

  /** How many numbers {@link #passWhile} passed over last. */
  public int passed() {
    return passed;
  }

  /** A number of so many bits, at most {@value #AT_ONCE}. */
  public long get(int count) throws IOException {
    if (count > end - at || count > AT_ONCE) {
      throw new IOException("it ends early");
    }
    if (count == 0) {
      return 0;
    }
    long value = peek() >>> (Long.SIZE - count);
    at += count;
    return value;
  }

  /** A number below {@code of}, see {@link BitWriter#below}. */
  public long below(int of) throws IOException {
    int count = 31 - Integer.numberOfLeadingZeros(of);
    int few = (2 << count) - of;
    long value = get(count);
    return value < few ? value : (value << 1 | get(1)) - few;
  }

  public long rice(int low) throws IOException {
    long ones = 0;
    while (true) {
      int run = Math.min(AT_ONCE, Long.numberOfLeadingZeros(~peek()));
      if (run >= end - at) {
        throw new IOException("it ends early");
      }
      ones += run;
      at += run;
      if (run < AT_ONCE) {
        at++;
        return ones << low | get(low);
      }
    }
  }

  public int gamma() throws IOException {
    int low = Long.numberOfLeadingZeros(peek() | 1);
    if (low >= end - at) {
      throw new IOException("it ends early");
    }
    if (low > 30) {
      throw new IOException("a count without end");
    }
    at += low + 1;
    return (int) (1L << low | get(low));
  }
}
