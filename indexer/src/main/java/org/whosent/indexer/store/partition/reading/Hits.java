package org.whosent.indexer.store.partition.reading;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.whosent.indexer.store.Detail;
import org.whosent.indexer.store.bytes.Micros;
import org.whosent.indexer.store.partition.manifest.DamageException;
import org.whosent.indexer.store.segment.Damage;
import org.whosent.indexer.store.segment.SegmentInfo;
import org.whosent.indexer.store.segment.key.Ordinals;
import org.whosent.record.ClueType;
import org.whosent.record.Network;
import org.whosent.record.SubmissionRecord;

/**
 * The candidates of one partition, newest first, as one goes: segments are asked in the order of
 * time, so this merges them and holds few records of each. None is asked, and no record read,
 * before what is newer was wanted: who wants the newest few reads little else. A candidate is a hit
 * when the query says so: keys are hashes. What is damaged is told and passed over. Not
 * thread-safe. Public for {@code UnderHold}.
 */
public final class Hits {
  private final PriorityQueue<Cursor> cursors =
      new PriorityQueue<>((a, b) -> Long.compare(b.micros, a.micros));
  private final PartitionReader reader;
  private final Map<ClueType, String> clues;
  private final Network network;
  private final long since;
  private final long until;
  private final Detail detail;
  private final Damage damaged;

  /**
   * Starts a search.
   *
   * @param clues folded; all of them must be there; none means every record
   * @param network the client must lie in it, or null
   * @param since microseconds, not before
   * @param until microseconds, before
   * @param detail how much of each candidate is wanted
   * @param damaged gets a {@link DamageException}, also of a file that is not there (any more)
   */
  public Hits(
      PartitionReader reader,
      Map<ClueType, String> clues,
      Network network,
      long since,
      long until,
      Detail detail,
      Damage damaged)
      throws IOException {
    this.reader = reader;
    this.clues = clues;
    this.network = network;
    this.since = since;
    this.until = until;
    this.detail = detail;
    this.damaged = damaged;
    for (PartitionReader.Part part : reader.parts()) {
      SegmentInfo segment = part.segment().info();
      if (segment.newest() < since || segment.oldest() >= until) {
        continue;
      }
      if (prepare(part)) {
        cursors.add(new Cursor(part, Math.min(segment.newest(), until)));
      }
    }
  }

  /** Opens what will be needed: later it may be gone. False when it is damaged. */
  private boolean prepare(PartitionReader.Part part) throws IOException {
    return sound(
        part,
        () -> {
          for (ClueType clue : clues.keySet()) {
            part.reader().prepare(clue);
          }
          return true;
        });
  }

  private interface Step {
    boolean run() throws IOException;
  }

  /** What comes of it; false, and told, where the segment is damaged. */
  private boolean sound(PartitionReader.Part part, Step step) throws IOException {
    try {
      return step.run();
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      damaged.tell(DamageException.segment(reader.partition(), part.segment(), e));
      return false;
    }
  }

  /** The records of one segment; null when there are none. */
  private Ahead records(PartitionReader.Part part) throws IOException {
    List<Ordinals> all = new ArrayList<>(1);
    for (Map.Entry<ClueType, String> clue : clues.entrySet()) {
      Ordinals found = part.reader().find(clue.getKey(), clue.getValue());
      if (found == null) {
        return null; // nobody has all of them, whoever has the others
      }
      all.add(found);
    }
    if (network != null) {
      Ordinals found = part.reader().clients(network);
      if (found == null) {
        return null;
      }
      all.add(found);
    }
    int from = part.reader().firstBefore(until);
    if (all.isEmpty()) {
      all.add(Ordinals.range(from, part.segment().info().rows()));
    }
    all.sort((a, b) -> Integer.compare(a.most(), b.most()));
    Damage passed =
        e -> damaged.tell(DamageException.segment(reader.partition(), part.segment(), e));
    Ordinals ascending = Ordinals.from(Ordinals.all(all), from);
    Ordinals newestFirst = part.reader().newestFirst(ascending, since, until, passed);
    return new Ahead(part, newestFirst, detail, passed);
  }

  /** The next candidate, or null when there is none. */
  public SubmissionRecord next() throws IOException {
    for (Cursor cursor = cursors.poll(); cursor != null; cursor = cursors.poll()) {
      SubmissionRecord record = cursor.take();
      if (record != null || sound(cursor.part, cursor::advance)) {
        cursors.add(cursor); // the next of this segment is not newer
      }
      if (record != null) {
        return record;
      }
    }
    return null;
  }

  /** One segment's candidates. */
  private final class Cursor {
    private final PartitionReader.Part part;

    /** Null until it was asked for. */
    private Ahead records;

    /** The next one; null when that was not read yet. */
    private SubmissionRecord record;

    /** Its time; of one that was not read, no later than that. */
    private long micros;

    Cursor(PartitionReader.Part part, long newest) {
      this.part = part;
      micros = newest;
    }

    SubmissionRecord take() {
      SubmissionRecord taken = record;
      record = null;
      return taken;
    }

    /** Reads the next one; false when there is none. */
    boolean advance() throws IOException {
      if (records == null) {
        records = records(part);
        if (records == null) {
          return false;
        }
      }
      for (SubmissionRecord found = records.next(); found != null; found = records.next()) {
        long time = Micros.of(found.time());
        if (time < since) {
          return false; // what follows is older still
        }
        if (time < until) {
          record = found;
          micros = time;
          return true;
        }
      }
      return false;
    }
  }
}
