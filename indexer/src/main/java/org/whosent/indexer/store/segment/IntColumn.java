package org.whosent.indexer.store.segment;

import java.io.IOException;
import java.util.Arrays;

/**
 * Numbers of one field, one after the other; each may be null. Not thread-safe.
 *
 * <p>Written as a byte (low four bits: bytes a value; 0x80: there are nulls), the least value as a
 * signed varint, a byte a value for the nulls, and then the differences from the least value, all
 * least significant bytes first, then all next ones: equal bytes lie together, and the value in any
 * place is read without reading those before it.
 */
final class IntColumn {
  private static final int NULLS = 0x80;

  private long[] values = new long[128];
  private byte[] absent = new byte[128];
  private int count;
  private boolean nulls;

  void add(long value) {
    if (count == values.length) {
      grow();
    }
    values[count++] = value;
  }

  void addNull() {
    add(count == 0 ? 0 : values[count - 1]);
    nulls = true;
    absent[count - 1] = 1;
  }

  /** Apart, so that the compiler does not put it into everyone who adds. */
  private void grow() {
    int more = Math.multiplyExact(count, 2);
    values = Arrays.copyOf(values, more);
    absent = Arrays.copyOf(absent, more);
  }

  int count() {
    return count;
  }

  void clear() {
    if (nulls) {
      Arrays.fill(absent, 0, count, (byte) 0);
      nulls = false;
    }
    count = 0;
  }

  void write(Bytes out) {
    long least = count == 0 ? 0 : values[0];
    long most = least;
    for (int i = 1; i < count; i++) {
      least = Math.min(least, values[i]);
      most = Math.max(most, values[i]);
    }
    int width = (64 - Long.numberOfLeadingZeros(most - least) + 7) / 8;
    out.put(width | (nulls ? NULLS : 0)).signed(least);
    if (nulls) {
      out.put(absent, 0, count);
    }
    int at = out.take(width * count);
    for (int plane = 0; plane < width; plane++) {
      for (int i = 0; i < count; i++) {
        out.array[at + i] = (byte) (values[i] - least >>> (8 * plane));
      }
      at += count;
    }
  }

  /** The column as it is read. Not thread-safe. */
  static final class Reader {
    private final byte[] array;
    private final int count;
    private final int width;
    private final long least;
    private final int absent;
    private final int planes;

    Reader(Cursor in, int count) throws IOException {
      int head = in.next();
      this.array = in.array;
      this.count = count;
      this.width = head & 0xf;
      if (width > 8 || (head & 0x70) != 0) {
        throw new IOException("no column of numbers");
      }
      this.least = in.signed();
      this.absent = (head & NULLS) == 0 ? -1 : in.skip(count);
      this.planes = in.skip((long) width * count);
    }

    boolean isNull(int i) {
      return absent >= 0 && array[absent + i] != 0;
    }

    long get(int i) {
      long value = 0;
      for (int plane = width - 1; plane >= 0; plane--) {
        value = value << 8 | array[planes + plane * count + i] & 0xff;
      }
      return least + value;
    }

    /** A value that counts or points to something, of which there are {@code most}. */
    int index(int i, int most) throws IOException {
      long value = get(i);
      if (value < 0 || value > most) {
        throw new IOException("a count of " + value);
      }
      return (int) value;
    }

    /**
     * The sum of the first values, each of which counts something: where the next one's begin.
     *
     * @param to how many of them
     * @param most that the sum can be
     */
    int sum(int to, int most) throws IOException {
      if (width > 1) {
        long sum = 0;
        for (int i = 0; i < to; i++) {
          sum += index(i, most);
        }
        return checked(sum, most);
      }
      // Nearly all columns of counts: no byte a value, or one, and a loop that has nothing to
      // check.
      long sum = least < 0 || least > most ? -1 : least * to;
      if (sum >= 0 && width == 1) {
        for (int i = planes; i < planes + to; i++) {
          sum += array[i] & 0xff;
        }
      }
      return checked(sum, most);
    }

    private static int checked(long sum, int most) throws IOException {
      if (sum < 0 || sum > most) {
        throw new IOException("counts that make " + sum);
      }
      return (int) sum;
    }

    /** True when all values are the same, and none is null. */
    boolean isConstant() {
      return width == 0 && absent < 0;
    }

    int count() {
      return count;
    }
  }
}
