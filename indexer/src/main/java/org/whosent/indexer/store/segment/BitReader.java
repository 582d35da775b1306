package org.whosent.indexer.store.segment;

import java.io.IOException;

/** Reads what {@link BitWriter} wrote, within bounds. Not thread-safe. */
final class BitReader {
  private byte[] array;
  private int at;
  private int end;

  /** Goes to a place: both in bytes. */
  void set(byte[] bytes, int from, int to) {
    array = bytes;
    at = from * 8;
    end = to * 8;
  }

  long get(int count) throws IOException {
    if (count > end - at) {
      throw new IOException("it ends early");
    }
    long value = 0;
    for (int i = count; i > 0; ) {
      int free = 8 - (at & 7);
      int part = Math.min(free, i);
      int chunk = (array[at >> 3] & 0xff) >>> (free - part) & (1 << part) - 1;
      value = value << part | chunk;
      at += part;
      i -= part;
    }
    return value;
  }

  long rice(int low) throws IOException {
    long ones = 0;
    while (true) {
      if (at >= end) {
        throw new IOException("it ends early");
      }
      // The ones from here to the end of the byte, at the top of an int.
      int left = 8 - (at & 7);
      int rest = (array[at >> 3] & 0xff) << (32 - left);
      int run = Math.min(left, Integer.numberOfLeadingZeros(~rest));
      ones += run;
      at += run;
      if (run < left) {
        at++;
        return ones << low | get(low);
      }
    }
  }

  int gamma() throws IOException {
    int low = 0;
    while (get(1) == 0) {
      if (++low > 30) {
        throw new IOException("a count without end");
      }
    }
    return (int) (1L << low | get(low));
  }
}
