package org.whosent.indexer.log.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A log line's bytes as text. Nearly every line is printable ASCII from end to end, which is found
 * out eight bytes at a time and then needs no decoding. Stateless.
 */
public final class LineText {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long BLANKS = 0x20 * ONES;
  private static final long DELETES = 0x7f * ONES;

  private LineText() {}

  /** True when every byte is one of {@code ' '} to {@code '~'}. */
  public static boolean isPlain(byte[] bytes, int from, int to) {
    int at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      long word = (long) LONGS.get(bytes, at);
      long delete = word ^ DELETES;
      // The borrow of a subtraction that a byte's high bit did not have before: less than a blank,
      // or zero. A false alarm only costs the slow way.
      if (((word | word - BLANKS | delete - ONES) & HIGHS) != 0) {
        return false;
      }
    }
    for (; at < to; at++) {
      if (bytes[at] < ' ' || bytes[at] == 0x7f) {
        return false;
      }
    }
    return true;
  }

  /** The text of any bytes: UTF-8, and {@code ?} for control characters. */
  static String printable(byte[] bytes, int from, int to) {
    return LoggedBytes.printable(new String(bytes, from, to - from, StandardCharsets.UTF_8));
  }
}
