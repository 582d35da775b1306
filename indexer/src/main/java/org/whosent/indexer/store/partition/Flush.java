package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.whosent.record.SubmissionRecord;

/**
 * Records on their way into segments, on a thread of their own, so that the next ones are read
 * meanwhile. Belongs to the thread that started it.
 */
final class Flush {
  private final PartitionSet partitions;
  private final Set<String> ids;
  private final Set<String> continued;
  private final FutureTask<Map<LocalDate, List<Segment>>> task;

  /**
   * Starts to write.
   *
   * @param records by the day that they go to
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
    Map<Partition, List<SubmissionRecord>> homes = new HashMap<>();
    for (Map.Entry<LocalDate, List<SubmissionRecord>> day : records.entrySet()) {
      homes.put(partitions.willWrite(day.getKey()), day.getValue());
    }
    task = new FutureTask<>(() -> write(homes));
    Thread.ofPlatform().daemon().name("store-flush").start(task);
  }

  private Map<LocalDate, List<Segment>> write(Map<Partition, List<SubmissionRecord>> homes)
      throws IOException {
    Map<LocalDate, List<Segment>> written = new HashMap<>();
    for (Map.Entry<Partition, List<SubmissionRecord>> home : homes.entrySet()) {
      // They came nearly in the order of time: turned round first, there is little to sort.
      List<SubmissionRecord> newestFirst = new ArrayList<>(home.getValue().reversed());
      newestFirst.sort((one, two) -> two.time().compareTo(one.time()));
      written.put(home.getKey().day(), partitions.write(home.getKey(), newestFirst));
    }
    return written;
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

  /** Waits until all is written; what was written then counts. */
  void finish() throws IOException {
    try {
      for (Map.Entry<LocalDate, List<Segment>> day : task.get().entrySet()) {
        partitions.wrote(day.getKey(), day.getValue());
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
  }

  /** Waits until nothing is written any more, whatever came of it. */
  void quiesce() {
    boolean interrupted = false;
    while (!task.isDone()) {
      try {
        task.get();
      } catch (InterruptedException _) {
        interrupted = true;
      } catch (ExecutionException _) {
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
