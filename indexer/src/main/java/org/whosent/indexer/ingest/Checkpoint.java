package org.whosent.indexer.ingest;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.whosent.indexer.ingest.input.Hashes;
import org.whosent.indexer.ingest.input.LineInput;
import org.whosent.indexer.store.Batch;
import org.whosent.record.Times;

/**
 * How far a log was read. It lies in the store beside the records and is committed with them. Holds
 * hashes, numbers and a time, and nothing of what the log says. Immutable.
 *
 * <p>A log is known by its first line, and that it was read up to an offset by the line before that
 * offset. So a log that was renamed, compressed or copied goes on at its checkpoint, one that has
 * grown too, and one that was truncated and written anew is a new one. Several logs may share a
 * first line.
 *
 * <p>The checkpoints lie in 256 state values by the first digits of the hash, each with at most
 * {@link #MOST_OF_A_SHARD}; an older one that falls out costs reading that log again, which changes
 * nothing.
 *
 * @param first identifies the log: hash of its first line, its format and its host
 * @param offset of the first byte that was not read
 * @param lineStart of the last line that was read
 * @param lineHash of that line
 * @param lastTime of the last log line, or null
 * @param lasting where lines before it begin that are to be shown again, in ascending order
 */
record Checkpoint(
    String first,
    long offset,
    long lineStart,
    String lineHash,
    Instant lastTime,
    List<Long> lasting) {
  static final int MOST_OF_A_SHARD = 64;

  private static final String WHOLE = "whole";
  private static final String BROKEN = "broken";
  private static final String SHARD = "source.";
  private static final int SHARDS = 256;

  /** How often all was to be read again. */
  private static final String AGAIN = SHARD + "again";

  /** The checkpoints of logs with one of these identities, furthest first. */
  static List<Checkpoint> of(Batch batch, Set<String> logs) {
    return logs.stream()
        .flatMap(log -> lines(batch, log).stream().filter(line -> line.startsWith(log + ' ')))
        .map(Checkpoint::parse)
        .filter(Objects::nonNull)
        .sorted(Comparator.comparingLong(Checkpoint::offset).reversed())
        .map(each -> each.with(LastingPlaces.of(batch, each)))
        .toList();
  }

  /** Behind the last whole line that was read. */
  static Checkpoint behind(
      String first, LineInput in, Hashes hashes, Instant lastTime, List<Long> lasting) {
    String hash = hashes.line(in.wholeLine(), in.wholeLength());
    return new Checkpoint(first, in.wholeEnd(), in.wholeStart(), hash, lastTime, lasting);
  }

  /** True when the line that was just read is the last one before this. */
  boolean isBehind(LineInput in, Hashes hashes) {
    return in.offset() == offset
        && in.lineStart() == lineStart
        && hashes.line(in.line(), in.length()).equals(lineHash);
  }

  /** Puts this in the place of the one it goes on from (null: of none). */
  void put(Batch batch, Checkpoint before) {
    String text = format();
    List<String> lines = lines(batch, first);
    lines.remove(text);
    if (before != null) {
      lines.remove(before.format());
    }
    store(batch, first, lines, text);
    LastingPlaces.put(batch, this, before);
  }

  private Checkpoint with(List<Long> places) {
    return new Checkpoint(first, offset, lineStart, lineHash, lastTime, places);
  }

  /** True when a compressed file with this fingerprint was read to its end. */
  static boolean isWhole(Batch batch, String fingerprint) {
    return lines(batch, fingerprint).contains(fingerprint + " " + WHOLE);
  }

  static void putWhole(Batch batch, String fingerprint) {
    put(batch, fingerprint, WHOLE);
  }

  /** True when a compressed file with this fingerprint could not be read to its end. */
  static boolean isBroken(Batch batch, String fingerprint) {
    return lines(batch, fingerprint).contains(fingerprint + " " + BROKEN);
  }

  static void putBroken(Batch batch, String fingerprint) {
    put(batch, fingerprint, BROKEN);
  }

  private static void put(Batch batch, String fingerprint, String state) {
    String text = fingerprint + " " + state;
    List<String> lines = lines(batch, fingerprint);
    lines.remove(text);
    store(batch, fingerprint, lines, text);
  }

  private static void store(Batch batch, String key, List<String> lines, String newest) {
    lines.add(newest);
    int from = Math.max(0, lines.size() - MOST_OF_A_SHARD);
    batch.state(shard(key), String.join("\n", lines.subList(from, lines.size())));
  }

  private static List<String> lines(Batch batch, String key) {
    String value = batch.state(shard(key));
    return value == null || value.isEmpty()
        ? new ArrayList<>()
        : new ArrayList<>(List.of(value.split("\n")));
  }

  /** All logs are read from their first line again, also those that are being read just now. */
  static void forgetAll(Batch batch) {
    batch.state(AGAIN, Integer.toString(forgotten(batch) + 1));
    for (int i = 0; i < SHARDS; i++) {
      batch.state(SHARD + HexFormat.of().toHexDigits((byte) i), null);
    }
    LastingPlaces.forgetAll(batch);
  }

  /** How often all was forgotten. */
  static int forgotten(Batch batch) {
    String times = batch.state(AGAIN);
    return times == null ? 0 : Integer.parseInt(times);
  }

  private static String shard(String key) {
    return SHARD + key.substring(0, 2);
  }

  private String format() {
    return "%s %d %d %s %s"
        .formatted(
            first, offset, lineStart, lineHash, lastTime == null ? "-" : Times.format(lastTime));
  }

  private static Checkpoint parse(String text) {
    String[] parts = text.split(" ");
    if (parts.length != 5) {
      return null;
    }
    try {
      return new Checkpoint(
          parts[0],
          Long.parseLong(parts[1]),
          Long.parseLong(parts[2]),
          parts[3],
          parts[4].equals("-") ? null : Times.parse(parts[4]),
          List.of());
    } catch (NumberFormatException | DateTimeException e) {
      return null; // another version's; the log is read again
    }
  }
}
