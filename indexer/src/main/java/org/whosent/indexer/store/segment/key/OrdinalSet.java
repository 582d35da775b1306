package org.whosent.indexer.store.segment.key;

import java.io.IOException;
import java.util.Arrays;

/**
 * Numbers of records that come in any order, and more than once. Not thread-safe. Public for {@code
 * SegmentReader}.
 */
public final class OrdinalSet {
  private int[] numbers = new int[64];
  private int count;

  /** Takes all that are left, which may be null for none. */
  public void addAll(Ordinals ordinals) throws IOException {
    int n = ordinals == null ? Ordinals.END : ordinals.next();
    while (n != Ordinals.END) {
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, count * 2);
      }
      numbers[count++] = n;
      n = ordinals.next();
    }
  }

  /** Each of them once, or null for none; nothing can be added afterwards. */
  public Ordinals ascending() {
    Arrays.sort(numbers, 0, count);
    int once = 0;
    for (int i = 0; i < count; i++) {
      if (once == 0 || numbers[once - 1] != numbers[i]) {
        numbers[once++] = numbers[i];
      }
    }
    return once == 0 ? null : Ordinals.of(numbers, once);
  }
}
