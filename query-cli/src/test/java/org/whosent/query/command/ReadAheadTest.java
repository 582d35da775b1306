package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** All elements in order, what goes wrong in its place, and no more than a few read ahead. */
class ReadAheadTest {
  /** Numbers up to a last one, counted as they are taken; then perhaps something is thrown. */
  private static final class Numbers implements Iterator<Integer> {
    private final AtomicInteger taken = new AtomicInteger();
    private final int count;
    private final Throwable failure;

    Numbers(int count, Throwable failure) {
      this.count = count;
      this.failure = failure;
    }

    @Override
    public boolean hasNext() {
      return taken.get() < count || failure != null;
    }

    @Override
    public Integer next() {
      if (taken.get() < count) {
        return taken.getAndIncrement();
      }
      if (failure instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failure;
    }
  }

  @Test
  void everythingComesInOrder() {
    for (int count : new int[] {0, 1, 127, 128, 129, 256, 1000}) {
      List<Integer> all = new ArrayList<>();
      try (ReadAhead<Integer> ahead = new ReadAhead<>(new Numbers(count, null))) {
        ahead.forEachRemaining(all::add);
        assertFalse(ahead.hasNext());
        assertThrows(NoSuchElementException.class, ahead::next);
      }
      assertEquals(IntStream.range(0, count).boxed().toList(), all);
    }
  }

  @Test
  void whatIsThrownComesAfterWhatWasBeforeIt() {
    for (Throwable failure : List.of(new IllegalStateException("x"), new AssertionError("y"))) {
      for (int count : new int[] {0, 1, 128, 300}) {
        try (ReadAhead<Integer> ahead = new ReadAhead<>(new Numbers(count, failure))) {
          for (int i = 0; i < count; i++) {
            assertEquals(i, ahead.next());
          }
          assertSame(failure, assertThrows(Throwable.class, ahead::hasNext));
          assertSame(failure, assertThrows(Throwable.class, ahead::next));
        }
      }
    }
  }

  @Test
  void onlyAFewAreReadAhead() {
    Numbers numbers = new Numbers(Integer.MAX_VALUE, null);
    try (ReadAhead<Integer> ahead = new ReadAhead<>(numbers)) {
      for (int i = 0; i < 5000; i++) {
        assertEquals(i, ahead.next());
        // The lot in hand, two that wait, and one that is being read.
        assertTrue(numbers.taken.get() <= i + 4 * 128, "taken " + numbers.taken + " at " + i);
      }
    }
    int taken = numbers.taken.get();
    assertTrue(taken <= 5000 + 5 * 128, "taken " + taken);
  }
}
