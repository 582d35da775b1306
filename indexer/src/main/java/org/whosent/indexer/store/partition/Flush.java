package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.segment.SegmentInfo;
import org.whosent.indexer.store.segment.SharedSegment;
import org.whosent.indexer.store.segment.Weighed;
import org.whosent.record.IoReason;

/**
 * Records on their way into segments, one a day, on threads of their own, so that the next ones are
 * read meanwhile: all threads write the largest day together, then the next one. The first failure
 * ends all. Belongs to the thread that started it.
 */
final class Flush {
  /** More would hold the keys and buffers of more segments in memory than they are quicker. */
  private static final int MOST_THREADS = 4;

  /** For fewer a thread is not worth its start. */
  private static final int ROWS_A_THREAD = 4096;

  private final PartitionSet partitions;
  private final PendingRecords records;

  /** What the threads write together, one after the other, the largest first. */
  private final List<Home> homes = new ArrayList<>();

  private final Map<LocalDate, Segment> written = new ConcurrentSkipListMap<>();
  private final List<FutureTask<Void>> tasks = new ArrayList<>();
  private final AtomicInteger busy = new AtomicInteger();
  private volatile boolean failed;

  private record Home(LocalDate day, SharedSegment segment, int rows) {}

  /**
   * Starts to write.
   *
   * @param records as many as there are; nothing but their IDs are left in it, and must not change
   */
  Flush(PartitionSet partitions, PendingRecords records, Manifest manifest) throws IOException {
    this.partitions = partitions;
    this.records = records;
    int rows = 0;
    for (Map.Entry<LocalDate, List<Weighed>> day : records.takeByDay(manifest).entrySet()) {
      int here = day.getValue().size();
      homes.add(new Home(day.getKey(), partitions.write(day.getKey(), day.getValue()), here));
      rows += here;
    }
    homes.sort(Comparator.comparingInt(Home::rows).reversed());
    int processors = Runtime.getRuntime().availableProcessors();
    int worthwhile = Math.max(homes.size(), 1 + rows / ROWS_A_THREAD);
    int threads = Math.min(worthwhile, Math.min(processors, MOST_THREADS));
    busy.set(threads);
    for (int i = 0; i < threads; i++) {
      FutureTask<Void> task = new FutureTask<>(this::write);
      tasks.add(task);
      Thread.ofPlatform().daemon().name("store-flush").start(task);
    }
  }

  private Void write() throws IOException {
    boolean done = false;
    try {
      for (Home home : homes) {
        SegmentInfo info = failed ? null : home.segment.write();
        if (info != null) {
          written.put(home.day, new Segment(info));
          home.segment.close();
        }
      }
      done = true;
      return null;
    } finally {
      failed |= !done;
      if (busy.decrementAndGet() == 0 && failed) {
        for (Home home : homes) {
          home.segment.close();
        }
      }
    }
  }

  /** Whether a record may be among them that has one of these IDs, or goes on under one. */
  boolean concerns(List<String> asked) {
    return records.concern(asked);
  }

  /**
   * Waits until all is written; what was written then counts.
   *
   * @throws IOException when something could not be written: nothing counts then
   */
  void finish() throws IOException {
    try {
      for (FutureTask<Void> task : tasks) {
        task.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while records were written");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw new IOException(IoReason.withFile(io), io);
        case RuntimeException bug -> throw bug;
        case Error error -> throw error;
        default -> throw new IOException(e.getCause());
      }
    }
    for (Map.Entry<LocalDate, Segment> day : written.entrySet()) {
      partitions.wrote(day.getKey(), day.getValue());
    }
  }

  /** Waits until nothing is written any more, whatever came of it. */
  void quiesce() {
    boolean interrupted = false;
    for (FutureTask<Void> task : tasks) {
      while (!task.isDone()) {
        try {
          task.get();
        } catch (InterruptedException _) {
          interrupted = true;
        } catch (ExecutionException _) {
          break; // whoever asked for the records was told
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
