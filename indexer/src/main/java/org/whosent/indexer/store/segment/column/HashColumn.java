package org.whosent.indexer.store.segment.column;

import java.util.Arrays;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.record.SourceLine;

/**
 * Hashes of lines, written as a {@link TextColumn} of their texts is: nearly always they are 64
 * bits each, and differ, so that they go into the block's raw part as they are, without a text
 * being made of any. Not thread-safe.
 */
final class HashColumn implements Column {
  /** So many differ, and nearly all do. */
  private static final int FEW = 8;

  private long[] bits = new long[128];
  private int count;

  /** All texts, as soon as one is something else. */
  private final TextColumn texts = new TextColumn();

  private boolean odd;

  void add(SourceLine line) {
    if (!odd && !line.hasBits()) {
      asTexts();
    }
    if (odd) {
      texts.add(line.hash());
      return;
    }
    if (count == bits.length) {
      bits = Arrays.copyOf(bits, count * 2);
    }
    bits[count++] = line.hashBits();
  }

  private void asTexts() {
    odd = true;
    for (int i = 0; i < count; i++) {
      texts.add(SourceLine.of("", 0, bits[i]).hash());
    }
    count = 0;
  }

  @Override
  public void drainTo(Bytes out, Bytes raw, boolean small) {
    if (!odd && !firstDiffer()) {
      asTexts(); // there may be few different ones: those are listed
    }
    if (odd) {
      texts.drainTo(out, raw, small);
      odd = false;
      return;
    }
    out.put(TextColumn.EACH).varint((long) count * Long.BYTES).varint(0);
    IntColumn.constant(Packing.HEX.ordinal(), out);
    IntColumn.constant(Long.BYTES, out);
    for (int i = 0; i < count; i++) {
      raw.number(bits[i], Long.BYTES);
    }
    count = 0;
  }

  private boolean firstDiffer() {
    if (count < FEW) {
      return false;
    }
    for (int i = 1; i < FEW; i++) {
      for (int k = 0; k < i; k++) {
        if (bits[i] == bits[k]) {
          return false;
        }
      }
    }
    return true;
  }
}
