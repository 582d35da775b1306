package org.whosent.indexer.store.partition.renewal;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.whosent.indexer.store.bytes.StoreFiles;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.segment.SegmentCopy;
import org.whosent.indexer.store.segment.SegmentFormat;
import org.whosent.indexer.store.segment.SegmentInfo;
import org.whosent.indexer.store.segment.key.SipHash;

/**
 * Writes the segments of a job: where it is known which few records go, each by itself, of which
 * most blocks are copied ({@link SegmentCopy}); all others together, by {@link Rewriter}. Either
 * way no copy that is not current comes along. One use; for one thread.
 */
final class Thinning {
  private final Path data;
  private final Path home;
  private final SipHash hash;
  private final Renewal.Job job;
  private final Map<Renewal.Place, int[]> gone;

  /**
   * For a directory that nothing is in.
   *
   * @param home the directory that segments go to
   * @param gone what of each segment is not current; null for a list that is lost
   */
  Thinning(Path data, Path home, SipHash hash, Renewal.Job job, Map<Renewal.Place, int[]> gone) {
    this.data = data;
    this.home = home;
    this.hash = hash;
    this.job = job;
    this.gone = gone;
  }

  /** New segments, and how many damaged stretches were left out. */
  record Written(List<Segment> segments, int lost) {}

  /** Writes what stays of these, which are as the lists of what is not current say. */
  Written write(List<Partition> sources) throws IOException {
    StoreFiles.createDirectories(home);
    // Where a list is lost copies of one record may meet, in whatever segments they are.
    boolean apart = !gone.containsValue(null);
    List<Segment> segments = new ArrayList<>();
    List<Partition> rest = new ArrayList<>();
    for (Partition source : sources) {
      List<Segment> others = new ArrayList<>();
      for (Segment segment : source.segments()) {
        int number = segments.size() + 1;
        SegmentInfo copy = apart ? copy(source, segment, number) : null;
        if (copy == null) {
          SegmentFormat.delete(home, number); // what was begun: the next one gets its number
          others.add(segment);
        } else {
          segments.add(new Segment(copy));
        }
      }
      rest.add(source.with(others));
    }
    int next = segments.size() + 1;
    Rewriter.Result result =
        Rewriter.rewrite(data, home, hash, next, rest, gone, job.keep(), job.compression());
    segments.addAll(result.segments());
    return new Written(segments, result.lost());
  }

  /** Null where it is to be written anew as a whole. */
  private SegmentInfo copy(Partition source, Segment segment, int number) throws IOException {
    Renewal.Place place = Renewal.Place.of(source, segment);
    BitSet leaving = job.leaving().get(place);
    if (leaving == null) {
      return null;
    }
    BitSet without = (BitSet) leaving.clone();
    for (int n : gone.get(place)) {
      without.set(n);
    }
    try {
      Path from = source.directory(data);
      return SegmentCopy.write(from, segment.info(), without, hash, home, number);
    } catch (NoSuchFileException _) {
      return null; // as of damage
    } catch (FileSystemException | ClosedChannelException e) {
      throw e;
    } catch (IOException _) {
      return null; // damaged: who writes it anew says what is lost
    }
  }
}
