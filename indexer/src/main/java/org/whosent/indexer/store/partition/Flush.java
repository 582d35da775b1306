package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.whosent.record.SubmissionRecord;

/**
 * Records on their way into segments, on threads of their own, so that the next ones are read
 * meanwhile: days at the same time, where there are several, the largest first. The first failure
 * ends all. Belongs to the thread that started it.
 */
final class Flush {
  /** More would hold the keys and buffers of more segments in memory than they are quicker. */
  private static final int MOST_THREADS = 4;

  private final PartitionSet partitions;
  private final Set<String> ids;
  private final Set<String> continued;
  private final Queue<Home> waiting = new ConcurrentLinkedQueue<>();
  private final Map<LocalDate, List<Segment>> written = new ConcurrentSkipListMap<>();
  private final List<FutureTask<Void>> tasks = new ArrayList<>();

  private record Home(Partition partition, List<SubmissionRecord> records) {}

  /**
   * Starts to write.
   *
   * @param records by the day that they go to; emptied on the way, so that memory becomes free
   * @param ids under which any of them may be asked for; must not change any more
   * @param continued other IDs under which they go on; the same
   */
  Flush(
      PartitionSet partitions,
      Map<LocalDate, List<SubmissionRecord>> records,
      Set<String> ids,
      Set<String> continued)
      throws IOException {
    this.partitions = partitions;
    this.ids = ids;
    this.continued = continued;
    List<Home> homes = new ArrayList<>();
    for (Map.Entry<LocalDate, List<SubmissionRecord>> day : records.entrySet()) {
      homes.add(new Home(partitions.willWrite(day.getKey()), day.getValue()));
    }
    homes.sort(Comparator.comparingInt((Home home) -> home.records.size()).reversed());
    waiting.addAll(homes);
    int processors = Runtime.getRuntime().availableProcessors();
    int threads = Math.min(homes.size(), Math.min(processors, MOST_THREADS));
    for (int i = 0; i < threads; i++) {
      FutureTask<Void> task = new FutureTask<>(this::write);
      tasks.add(task);
      Thread.ofPlatform().daemon().name("store-flush").start(task);
    }
  }

  private Void write() throws IOException {
    boolean done = false;
    try {
      for (Home home = waiting.poll(); home != null; home = waiting.poll()) {
        // They came nearly in the order of time: turned round first, there is little to sort.
        List<SubmissionRecord> newestFirst = new ArrayList<>(home.records.reversed());
        home.records.clear();
        newestFirst.sort((one, two) -> two.time().compareTo(one.time()));
        written.put(home.partition.day(), partitions.write(home.partition, newestFirst));
      }
      done = true;
      return null;
    } finally {
      if (!done) {
        waiting.clear();
      }
    }
  }

  /** Whether a record may be among them that has one of these IDs. */
  boolean concerns(List<String> asked) {
    for (String id : asked) {
      if (ids.contains(id) || continued.contains(id)) {
        return true;
      }
    }
    return false;
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
        case IOException io -> throw new IOException(io.getMessage(), io);
        case RuntimeException bug -> throw bug;
        case Error error -> throw error;
        default -> throw new IOException(e.getCause());
      }
    }
    for (Map.Entry<LocalDate, List<Segment>> day : written.entrySet()) {
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
