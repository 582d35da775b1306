package org.whosent.indexer.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.whosent.indexer.store.Batch;

/**
 * Keeps the places of {@link LastingLines} in the store, beside the checkpoints: a value for each
 * log that has some, with a line for each of its checkpoints, and one that names those logs. They
 * are committed with the checkpoint, and nearly no log has any. Bounded: of too many, those of the
 * log are dropped that has not been read for longest. Stateless.
 */
final class LastingPlaces {
  private static final String LOGS = "lasting";

  /** As long as the names of so many logs are. */
  private static final int MOST_LOGS = 1000;

  /** Characters of all values: what is written with each commit. */
  private static final int MOST = 1 << 20;

  private static final int LONGEST_VALUE = LogStatus.LONGEST_VALUE;

  private LastingPlaces() {}

  /** Those before a checkpoint, in ascending order. */
  static List<Long> of(Batch batch, Checkpoint checkpoint) {
    String start = start(checkpoint);
    for (String line : lines(batch.state(name(checkpoint.first())))) {
      if (line.startsWith(start)) {
        return parse(line.substring(start.length()));
      }
    }
    return List.of();
  }

  /** Puts those of a checkpoint in the place of those of the one it goes on from (null: none). */
  static void put(Batch batch, Checkpoint reached, Checkpoint before) {
    String log = reached.first();
    List<String> known = lines(batch.state(name(log)));
    if (known.isEmpty() && reached.lasting().isEmpty()) {
      return;
    }
    List<String> lines = new ArrayList<>(known);
    lines.removeIf(
        line ->
            line.startsWith(start(reached)) || before != null && line.startsWith(start(before)));
    if (!reached.lasting().isEmpty()) {
      lines.add(start(reached) + format(reached.lasting(), LONGEST_VALUE / 2));
    }
    while (length(lines) > LONGEST_VALUE) {
      lines.removeFirst();
    }
    store(batch, log, lines);
  }

  private static void store(Batch batch, String log, List<String> lines) {
    List<String> logs = new ArrayList<>(lines(batch.state(LOGS)));
    logs.remove(log);
    batch.state(name(log), lines.isEmpty() ? null : String.join("\n", lines));
    if (!lines.isEmpty()) {
      logs.add(log);
    }
    int length = 0;
    for (int i = logs.size() - 1; i >= 0; i--) {
      String value = batch.state(name(logs.get(i)));
      length += value == null ? 0 : value.length();
      if (length > MOST || logs.size() - i > MOST_LOGS) {
        batch.state(name(logs.remove(i)), null);
      }
    }
    batch.state(LOGS, logs.isEmpty() ? null : String.join("\n", logs));
  }

  /** All logs are read from their first line again. */
  static void forgetAll(Batch batch) {
    lines(batch.state(LOGS)).forEach(log -> batch.state(name(log), null));
    batch.state(LOGS, null);
  }

  private static String name(String log) {
    return LOGS + '.' + log;
  }

  private static String start(Checkpoint checkpoint) {
    return Long.toString(checkpoint.offset()) + ' ' + checkpoint.lineHash() + ' ';
  }

  private static List<String> lines(String value) {
    return value == null || value.isEmpty() ? List.of() : List.of(value.split("\n"));
  }

  private static int length(List<String> lines) {
    return lines.stream().mapToInt(line -> line.length() + 1).sum();
  }

  /**
   * Each by how far it is behind the one before.
   *
   * @param most characters; the last ones that fit
   */
  static String format(List<Long> places, int most) {
    String text = format(places);
    int from = 0;
    while (text.length() > most) {
      from += 1 + (places.size() - from) / 8;
      text = format(places.subList(from, places.size()));
    }
    return text;
  }

  private static String format(List<Long> places) {
    StringJoiner text = new StringJoiner(",");
    long last = 0;
    for (long place : places) {
      text.add(Long.toString(place - last, Character.MAX_RADIX));
      last = place;
    }
    return text.toString();
  }

  /** Reads what {@link #format} wrote; nothing where it is none of that. */
  static List<Long> parse(String text) {
    List<Long> places = new ArrayList<>();
    long last = 0;
    try {
      for (String each : text.split(",")) {
        last += Long.parseLong(each, Character.MAX_RADIX);
        places.add(last);
      }
    } catch (NumberFormatException e) {
      return List.of();
    }
    return places;
  }
}
