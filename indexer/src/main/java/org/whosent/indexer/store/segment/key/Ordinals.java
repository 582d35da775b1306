package org.whosent.indexer.store.segment.key;

import java.io.IOException;

/**
 * Numbers of records within one segment. Ascending, which is newest first where records lie by
 * time; else {@code SegmentReader.newestFirst} puts them in that order. Not thread-safe.
 */
public interface Ordinals {
  /** What {@link #next} gives when there is no more. */
  int END = Integer.MAX_VALUE;

  /** The next number, or {@link #END}, then as often as one asks. */
  int next() throws IOException;

  /** At most so many are to come. */
  int most();

  /** All numbers from one up to another. */
  static Ordinals range(int from, int to) {
    return new Ordinals() {
      private int at = from;

      @Override
      public int next() {
        return at < to ? at++ : END;
      }

      @Override
      public int most() {
        return Math.max(0, to - at);
      }
    };
  }

  /** Those that are not below a number. */
  static Ordinals from(Ordinals ascending, int from) {
    if (from == 0) {
      return ascending;
    }
    return new Ordinals() {
      @Override
      public int next() throws IOException {
        int n = ascending.next();
        while (n < from) {
          n = ascending.next();
        }
        return n;
      }

      @Override
      public int most() {
        return ascending.most();
      }
    };
  }

  /** These numbers, ascending. */
  static Ordinals of(int[] sorted, int count) {
    return new Ordinals() {
      private int at;

      @Override
      public int next() {
        return at < count ? sorted[at++] : END;
      }

      @Override
      public int most() {
        return count - at;
      }
    };
  }

  /** The numbers that are in one or the other. */
  static Ordinals any(Ordinals one, Ordinals other) {
    return new Ordinals() {
      private int next = -1;
      private int nextOther = -1;

      @Override
      public int next() throws IOException {
        int given = Math.min(next, nextOther);
        if (next == given) {
          next = one.next();
        }
        if (nextOther == given) {
          nextOther = other.next();
        }
        return Math.min(next, nextOther);
      }

      @Override
      public int most() {
        return (int) Math.min(Integer.MAX_VALUE, 2L + one.most() + other.most());
      }
    };
  }

  /** The numbers that are in all of them. */
  static Ordinals all(java.util.List<Ordinals> all) {
    if (all.size() == 1) {
      return all.getFirst();
    }
    return new Ordinals() {
      private final int[] heads = new int[all.size()];

      {
        java.util.Arrays.fill(heads, -1);
      }

      @Override
      public int next() throws IOException {
        int target = heads[0] = all.getFirst().next();
        for (int i = 1; i < heads.length && target != END; ) {
          while (heads[i] < target) {
            heads[i] = all.get(i).next();
          }
          if (heads[i] == target) {
            i++;
          } else {
            target = heads[i];
            while (heads[0] < target) {
              heads[0] = all.getFirst().next();
            }
            target = heads[0];
            i = 1;
          }
        }
        return target;
      }

      @Override
      public int most() {
        return all.stream().mapToInt(Ordinals::most).min().orElse(0);
      }
    };
  }
}
