package org.whosent.indexer.store.partition.reading;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.whosent.indexer.store.partition.manifest.DamageException;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.segment.BlockCache;
import org.whosent.indexer.store.segment.Damage;
import org.whosent.indexer.store.segment.GoneFile;
import org.whosent.indexer.store.segment.SegmentReader;
import org.whosent.indexer.store.segment.key.Ordinals;
import org.whosent.indexer.store.segment.key.SipHash;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/**
 * One partition as of one commit. Whatever is wrong with its files comes out as a {@link
 * DamageException}, save that files which are not there any more come out as such: a purge may have
 * been faster. Not thread-safe. Public for batches, which look for what they go on with, and for
 * who renews or forgets.
 */
public final class PartitionReader implements Closeable {
  private final Partition partition;
  private final List<Part> parts = new ArrayList<>();

  private PartitionReader(Partition partition) {
    this.partition = partition;
  }

  /** An open segment and the numbers of its records that are not current, ascending. */
  public record Part(Segment segment, SegmentReader reader, int[] gone) {
    public boolean current(int ordinal) {
      return gone.length == 0 || Arrays.binarySearch(gone, ordinal) < 0;
    }
  }

  /** A stored copy of a record and where it lies. */
  public record Copy(SubmissionRecord record, int segment, int ordinal) {}

  /**
   * Opens what the manifest names.
   *
   * @throws NoSuchFileException when files are gone
   * @throws DamageException when they are damaged
   */
  public static PartitionReader open(Path data, Partition partition, SipHash hash, BlockCache cache)
      throws IOException {
    PartitionReader reader = new PartitionReader(partition);
    try {
      for (Segment segment : partition.segments()) {
        reader.parts.add(part(data, partition, segment, hash, cache));
      }
      return reader;
    } catch (IOException e) {
      reader.close();
      throw e;
    }
  }

  private static Part part(
      Path data, Partition partition, Segment segment, SipHash hash, BlockCache cache)
      throws IOException {
    Path home = partition.directory(data);
    try {
      int[] gone =
          segment.gone() == 0
              ? new int[0]
              : GoneFile.read(home, segment.info().number(), segment.goneVersion());
      return new Part(segment, new SegmentReader(home, segment.info(), hash, cache), gone);
    } catch (ClosedChannelException | NoSuchFileException e) {
      throw e; // an interrupt closes channels; that is no damage
    } catch (IOException e) {
      throw DamageException.segment(partition, segment, e);
    }
  }

  Partition partition() {
    return partition;
  }

  public List<Part> parts() {
    return parts;
  }

  /** From now on records come without what may be dropped, where that is damaged. */
  void passOverPrivates(Damage damaged) {
    for (Part part : parts) {
      part.reader.passOverPrivates(
          e -> damaged.tell(DamageException.segment(partition, part.segment, e)));
    }
  }

  /**
   * Every current copy whose own transaction ID is this, or that goes on under it, in segments that
   * reach into a span.
   *
   * @param among segments of the partition, to look into
   * @param hash of the folded ID
   * @param from microseconds, included
   * @param to microseconds, included
   * @param damaged is told of a copy that cannot be read, or of a segment's keys; it is none then
   */
  public List<Copy> copies(
      List<Segment> among, String transactionId, long hash, long from, long to, Damage damaged)
      throws IOException {
    List<Copy> copies = List.of();
    String folded = null;
    boolean all = among.size() == parts.size();
    for (Part part : parts) {
      if (!part.segment.overlaps(from, to) || !all && !among.contains(part.segment)) {
        continue;
      }
      folded = folded == null ? ClueType.TRANSACTION_ID.fold(transactionId) : folded;
      try {
        Ordinals found = part.reader.find(ClueType.TRANSACTION_ID, folded, hash);
        if (found == null) {
          continue;
        }
        for (int n = found.next(); n != Ordinals.END; n = found.next()) {
          if (!part.current(n)) {
            continue;
          }
          SubmissionRecord record = record(part, n, damaged);
          if (record != null
              && (record.transactionId().equals(transactionId)
                  || record.continuationIds().contains(transactionId))) {
            copies = copies.isEmpty() ? new ArrayList<>() : copies;
            copies.add(new Copy(record, part.segment.info().number(), n));
          }
        }
      } catch (DamageException e) {
        throw e;
      } catch (IOException e) {
        damaged.tell(DamageException.segment(partition, part.segment, e));
      }
    }
    return copies;
  }

  private SubmissionRecord record(Part part, int ordinal, Damage damaged) throws IOException {
    try {
      return part.reader.record(ordinal);
    } catch (IOException e) {
      damaged.tell(DamageException.segment(partition, part.segment, e));
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    for (Part part : parts) {
      part.reader.close();
    }
    parts.clear();
  }
}
