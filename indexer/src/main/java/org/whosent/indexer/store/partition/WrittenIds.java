package org.whosent.indexer.store.partition;

import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.whosent.indexer.store.partition.manifest.Segment;
import org.whosent.indexer.store.segment.SegmentInfo;
import org.whosent.record.IdHash;

/**
 * What this process wrote lately and under which IDs, so that for an ID that is new the keys of all
 * those segments need not be looked at: there are as many more of them as a run is longer. Of an ID
 * it says that it was written when it was, and when it was not one time in sixty for each
 * generation that is full; of a segment only when it was. Bounded: {@value #GENERATIONS} times
 * {@value #IDS} IDs in 8 MiB each, of which the oldest are forgotten, and their segments with them;
 * those that became one are one. For whoever has the writer's lock.
 */
final class WrittenIds {
  private static final int GENERATIONS = 4;
  private static final int IDS = 1 << 22;
  private static final int LOG_WORDS = 20;

  /** Spreads a hash over 64 bits: 2^64 divided by the golden ratio. */
  private static final long SPREAD = 0x9e3779b97f4a7c15L;

  private record Place(LocalDate day, SegmentInfo segment) {}

  private static final class Generation {
    private final long[] words = new long[1 << LOG_WORDS];
    private final Set<Place> segments = new HashSet<>();
    private int ids;
  }

  /** The newest first. */
  private final Deque<Generation> generations = new ArrayDeque<>();

  /**
   * Segments whose records have these IDs will be {@link #wrote written}. What is known of others
   * may be forgotten.
   *
   * @param idHashes the IDs' hash codes: {@link IdHash}
   * @param others more of them
   */
  void willWrite(int[] idHashes, Collection<String> others) {
    int more = idHashes.length + others.size();
    Generation newest = generations.peekFirst();
    if (newest == null || newest.ids > 0 && newest.ids + more > IDS) {
      newest = new Generation();
      generations.addFirst(newest);
      if (generations.size() > GENERATIONS) {
        generations.removeLast();
      }
    }
    newest.ids += more;
    for (int idHash : idHashes) {
      add(newest, hash(idHash));
    }
    for (String id : others) {
      add(newest, hash(IdHash.of(id)));
    }
  }

  private static void add(Generation to, long hash) {
    to.words[word(hash)] |= bits(hash);
  }

  /** A segment with no other IDs than those of the last {@link #willWrite}. */
  void wrote(LocalDate day, SegmentInfo segment) {
    generations.getFirst().segments.add(new Place(day, segment));
  }

  /**
   * Segments with the records of several, of that day, take their place: they are forgotten with
   * the oldest of those IDs, and the several at once, or a follower that commits now and then would
   * come to know millions.
   */
  void merged(LocalDate day, Collection<Segment> several, Collection<Segment> into) {
    boolean known = several.stream().allMatch(s -> knows(day, s.info()));
    Set<Place> parts = new HashSet<>();
    several.forEach(s -> parts.add(new Place(day, s.info())));
    Generation oldest = null;
    for (Generation generation : generations) {
      oldest = generation.segments.removeAll(parts) ? generation : oldest;
    }
    if (known && oldest != null) {
      for (Segment segment : into) {
        oldest.segments.add(new Place(day, segment.info()));
      }
    }
  }

  /** True when every ID in this segment is known here. */
  boolean knows(LocalDate day, SegmentInfo segment) {
    Place place = new Place(day, segment);
    return generations.stream().anyMatch(g -> g.segments.contains(place));
  }

  /** False when the ID is in none of the segments that are known here. */
  boolean mayHave(String id) {
    long hash = hash(IdHash.of(id));
    long bits = bits(hash);
    int word = word(hash);
    for (Generation generation : generations) {
      if ((generation.words[word] & bits) == bits) {
        return true;
      }
    }
    return false;
  }

  private static long hash(int idHash) {
    return idHash * SPREAD;
  }

  private static int word(long hash) {
    return (int) (hash >>> Long.SIZE - LOG_WORDS);
  }

  /** Two bits of the word: both lie in one line of the processor's cache. */
  private static long bits(long hash) {
    return 1L << (hash >>> 32) | 1L << (hash >>> 38);
  }
}
