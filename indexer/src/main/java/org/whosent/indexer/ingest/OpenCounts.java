package org.whosent.indexer.ingest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.View;

/**
 * What last lines without their line feed count for {@link LogStatus}. A checkpoint never stands
 * behind such a line: once the log has grown the line is read again, whole, and is to count as if
 * it had never been read before. So its counts are kept by the place where it begins, and taken
 * back when a line is read from there. Bounded; the oldest that does not fit counts for good.
 * Stateless.
 */
final class OpenCounts {
  private static final String STATE = "logs-open";

  /** Hosts of open lines; nearly every line is of one. */
  private static final int MOST = 300;

  private OpenCounts() {}

  /**
   * Names a line.
   *
   * @param log as checkpoints identify it
   * @param offset of the first byte behind the last whole line
   */
  static String place(String log, long offset) {
    return log + '@' + offset;
  }

  /** The line at that place counts so much. */
  static void put(Batch batch, String place, List<LogStatus> counts) {
    List<String> lines = others(batch, place);
    counts.forEach(each -> lines.add(place + ' ' + each.json()));
    int from = lines.size();
    for (int length = 0; from > 0 && lines.size() - from < MOST; from--) {
      length += lines.get(from - 1).length() + 1;
      if (length > LogStatus.LONGEST_VALUE) {
        break;
      }
    }
    LogStatus.add(batch, parse(lines.subList(0, from)));
    store(batch, lines.subList(from, lines.size()));
  }

  /** A line at that place is read anew. */
  static void drop(Batch batch, String place) {
    if (batch.state(STATE) != null) {
      store(batch, others(batch, place));
    }
  }

  /** All of them. */
  static List<LogStatus> of(View view) throws IOException {
    return parse(lines(view.state(STATE)));
  }

  private static List<String> others(Batch batch, String place) {
    List<String> lines = new ArrayList<>(lines(batch.state(STATE)));
    lines.removeIf(line -> line.startsWith(place + ' '));
    return lines;
  }

  private static void store(Batch batch, List<String> lines) {
    batch.state(STATE, lines.isEmpty() ? null : String.join("\n", lines));
  }

  private static List<String> lines(String state) {
    return state == null ? List.of() : List.of(state.split("\n"));
  }

  private static List<LogStatus> parse(List<String> lines) {
    List<LogStatus> all = new ArrayList<>();
    for (String line : lines) {
      String json = line.substring(line.indexOf(' ') + 1);
      LogStatus read = LogStatus.parseLine(json.getBytes(StandardCharsets.UTF_8));
      if (read != null) {
        all.add(read);
      }
    }
    return all;
  }
}
