package org.whosent.indexer.store.partition.manifest;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * One partition as a manifest names it. Immutable. Public for all who read or write partitions.
 *
 * @param day its UTC day, or {@link #HELD}
 * @param segments in the order in which they were written
 * @param nextSegment the number that the next one takes; none is used twice
 * @param moved copies, no longer current, of records that moved to another partition or were
 *     dropped: a purge scrubs them
 * @param sealed merged and packed as small as can be, and nothing was added since
 * @param lostBlocks blocks that the last rebuild could not read and left out
 */
public record Partition(
    LocalDate day,
    List<Segment> segments,
    int nextSegment,
    long moved,
    boolean sealed,
    int lostBlocks) {

  /** The partition of records under hold whose day was purged: older than every day. */
  public static final LocalDate HELD = LocalDate.MIN;

  public Partition {
    segments = List.copyOf(segments);
  }

  /** A partition that nothing was written to. */
  public static Partition empty(LocalDate day) {
    return new Partition(day, List.of(), 1, 0, false, 0);
  }

  /** How many records are current. */
  public long records() {
    return segments.stream().mapToLong(Segment::current).sum();
  }

  /** How many copies are not. */
  public long stale() {
    return segments.stream().mapToLong(Segment::gone).sum();
  }

  /** With one more segment. */
  public Partition with(Segment segment) {
    List<Segment> more = new ArrayList<>(segments);
    more.add(segment);
    return new Partition(
        day, more, Math.max(nextSegment, segment.info().number() + 1), moved, false, lostBlocks);
  }

  /** With its next number given out to a segment in the making: the one after that gets another. */
  public Partition givenOut() {
    return new Partition(day, segments, nextSegment + 1, moved, sealed, lostBlocks);
  }

  /** With another state of a segment, of which so many more copies have left. */
  public Partition with(Segment before, Segment after, long left) {
    List<Segment> changed = new ArrayList<>(segments);
    changed.set(changed.indexOf(before), after);
    return new Partition(day, changed, nextSegment, moved + left, sealed, lostBlocks);
  }

  /** With other states of its segments. */
  public Partition with(List<Segment> changed) {
    return new Partition(day, changed, nextSegment, moved, sealed, lostBlocks);
  }

  /** With others, fewer, in the place of several. */
  public Partition with(List<Segment> merged, List<Segment> into) {
    List<Segment> changed = new ArrayList<>(segments);
    changed.addAll(changed.indexOf(merged.getFirst()), into);
    changed.removeAll(merged);
    int next = nextSegment;
    for (Segment segment : into) {
      next = Math.max(next, segment.info().number() + 1);
    }
    return new Partition(day, changed, next, moved, sealed, lostBlocks);
  }

  /** Where a record belongs. */
  public static LocalDate of(Instant time, Instant horizon) {
    return horizon != null && time.isBefore(horizon) ? HELD : day(time);
  }

  public static LocalDate day(Instant time) {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  /** The end of the last UTC day that ended by then. */
  public static Instant horizon(Instant before) {
    return before.truncatedTo(ChronoUnit.DAYS);
  }

  /** For people: a date, or "held". */
  public static String name(LocalDate day) {
    return day.equals(HELD) ? "held" : day.toString();
  }

  public static Path directory(Path data, LocalDate day) {
    return day.equals(HELD) ? data.resolve("held") : data.resolve("days").resolve(day.toString());
  }

  public Path directory(Path data) {
    return directory(data, day);
  }

  /** Bytes of all files that it names. */
  public long bytes() {
    return segments.stream()
        .mapToLong(
            s ->
                s.info().recordsBytes()
                    + Math.max(0, s.info().privateBytes())
                    + s.info().indexBytes())
        .sum();
  }

  /** What to do about damage. */
  public String remedy() {
    return day.equals(HELD)
        ? "rebuild it with: whosent rebuild"
        : "rebuild it with: whosent rebuild --day " + day;
  }

  /**
   * That records are missing which a rebuild could not read, as a line for the operator; null when
   * it could.
   */
  public String loss() {
    return lostBlocks == 0
        ? null
        : "%s: records may be missing: a rebuild left out %d damaged %s; read that day's logs again, and when that is done %s once more"
            .formatted(name(day), lostBlocks, lostBlocks == 1 ? "stretch" : "stretches", remedy());
  }
}
