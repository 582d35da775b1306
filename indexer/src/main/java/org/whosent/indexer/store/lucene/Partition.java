package org.whosent.indexer.store.lucene;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * One partition as a manifest names it. Immutable.
 *
 * @param day its UTC day, or {@link #HELD}
 * @param generation the number in its files' names; every rewrite takes the next
 * @param recordsLength bytes of the records file that count
 * @param commit the Lucene commit's {@code segments_N} file
 * @param records how many it holds
 * @param stale copies in the records file that are no longer current
 * @param moved of those, how many moved to another partition or were dropped: a purge scrubs them
 * @param lostBlocks blocks that the last rebuild could not read and left out
 */
record Partition(
    LocalDate day,
    int generation,
    long recordsLength,
    String commit,
    long records,
    long stale,
    long moved,
    int lostBlocks) {

  /** The partition of records under hold whose day was purged: older than every day. */
  static final LocalDate HELD = LocalDate.MIN;

  /** A partition that nothing was written to. */
  static Partition empty(LocalDate day, int generation) {
    return new Partition(day, generation, 0, null, 0, 0, 0, 0);
  }

  /** Where a record belongs. */
  static LocalDate of(Instant time, Instant horizon) {
    return horizon != null && time.isBefore(horizon) ? HELD : day(time);
  }

  static LocalDate day(Instant time) {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  /** For people: a date, or "held". */
  static String name(LocalDate day) {
    return day.equals(HELD) ? "held" : day.toString();
  }

  static Path directory(Path data, LocalDate day) {
    return day.equals(HELD) ? data.resolve("held") : data.resolve("days").resolve(day.toString());
  }

  Path directory(Path data) {
    return directory(data, day);
  }

  Path recordsFile(Path data) {
    return directory(data).resolve("records-%04d.blocks".formatted(generation));
  }

  Path luceneDirectory(Path data) {
    return directory(data).resolve("lucene-%04d".formatted(generation));
  }

  /** What to do about damage. */
  String remedy() {
    return day.equals(HELD)
        ? "rebuild it with: whosent rebuild"
        : "rebuild it with: whosent rebuild --day " + day;
  }
}
