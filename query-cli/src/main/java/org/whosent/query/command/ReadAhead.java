package org.whosent.query.command;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Reads what an iterator gives on a second thread, a few hundred elements ahead: while one thread
 * unpacks records, the other writes them. What the iterator throws is thrown here, after all that
 * came before it. For one thread, which does not touch what the iterator rests on until this is
 * closed.
 */
public final class ReadAhead<T> implements Iterator<T>, AutoCloseable {
  private static final int LOT = 128;
  private static final int LOTS = 2;

  /** Elements, and whether they are the last ones, and what ended them. */
  private record Lot<T>(List<T> elements, boolean last, Throwable failure) {}

  private final BlockingQueue<Lot<T>> lots = new ArrayBlockingQueue<>(LOTS);
  private final Thread reader;
  private volatile boolean closed;
  private Lot<T> lot = new Lot<>(List.of(), false, null);
  private int at;

  /** Starts to read; to be closed. */
  public ReadAhead(Iterator<T> from) {
    reader = Thread.ofPlatform().daemon().name("whosent-read").start(() -> read(from));
  }

  private void read(Iterator<T> from) {
    boolean last = false;
    while (!last && !closed) {
      List<T> elements = new ArrayList<>(LOT);
      Throwable failure = null;
      try {
        while (elements.size() < LOT && from.hasNext()) {
          elements.add(from.next());
        }
        last = elements.size() < LOT;
      } catch (RuntimeException | Error e) {
        failure = e;
        last = true;
      }
      try {
        lots.put(new Lot<>(elements, last, failure));
      } catch (InterruptedException _) {
        return; // nobody but the end of the process interrupts this thread
      }
    }
  }

  @Override
  public boolean hasNext() {
    while (at == lot.elements.size()) {
      switch (lot.failure) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new IllegalStateException(lot.failure);
      }
      if (lot.last) {
        return false;
      }
      try {
        lot = lots.take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while reading", e);
      }
      at = 0;
    }
    return true;
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return lot.elements.get(at++);
  }

  /** Ends the reading, and waits until it has ended. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    while (reader.isAlive()) {
      lots.clear(); // whoever waits for room goes on, and sees that it is over
      try {
        reader.join(10);
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
