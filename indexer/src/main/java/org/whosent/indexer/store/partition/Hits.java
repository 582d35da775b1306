package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.whosent.indexer.store.Detail;
import org.whosent.indexer.store.segment.Damage;
import org.whosent.indexer.store.segment.Micros;
import org.whosent.indexer.store.segment.Ordinals;
import org.whosent.record.ClueType;
import org.whosent.record.Network;
import org.whosent.record.SubmissionRecord;

/**
 * The candidates of one partition, newest first, as one goes: segments are asked in the order of
 * time, so this merges them and holds few records of each. A candidate is a hit when the query says
 * so: keys are hashes. What is damaged is told and passed over. Not thread-safe.
 */
final class Hits {
  private final PriorityQueue<Cursor> cursors =
      new PriorityQueue<>((a, b) -> Long.compare(b.micros, a.micros));
  private final PartitionReader reader;
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
  Hits(
      PartitionReader reader,
      Map<ClueType, String> clues,
      Network network,
      long since,
      long until,
      Detail detail,
      Damage damaged)
      throws IOException {
    this.reader = reader;
    this.since = since;
    this.until = until;
    this.detail = detail;
    this.damaged = damaged;
    for (PartitionReader.Part part : reader.parts()) {
      if (part.segment().info().newest() < since || part.segment().info().oldest() >= until) {
        continue;
      }
      try {
        Cursor cursor = cursor(part, clues, network);
        if (cursor != null && cursor.advance()) {
          cursors.add(cursor);
        }
      } catch (ClosedChannelException e) {
        throw e;
      } catch (IOException e) {
        damaged.tell(DamageException.segment(reader.partition(), part.segment(), e));
      }
    }
  }

  private Cursor cursor(PartitionReader.Part part, Map<ClueType, String> clues, Network network)
      throws IOException {
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
    return new Cursor(part, new Ahead(part, newestFirst, detail, passed));
  }

  /** The next candidate, or null when there is none. */
  SubmissionRecord next() throws IOException {
    Cursor cursor = cursors.poll();
    if (cursor == null) {
      return null;
    }
    SubmissionRecord record = cursor.record;
    try {
      if (cursor.advance()) {
        cursors.add(cursor);
      }
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      damaged.tell(DamageException.segment(reader.partition(), cursor.part.segment(), e));
    }
    return record;
  }

  /** One segment's candidates. */
  private final class Cursor {
    private final PartitionReader.Part part;
    private final Ahead records;
    SubmissionRecord record;
    long micros;

    Cursor(PartitionReader.Part part, Ahead records) {
      this.part = part;
      this.records = records;
    }

    boolean advance() throws IOException {
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
