package org.whosent.indexer.ingest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.View;
import org.whosent.record.BadLineException;
import org.whosent.record.JsonIn;
import org.whosent.record.JsonOut;

/**
 * What was read of one host's lines in one log, over all runs and all pieces of its rotation. It is
 * counted in the commit that makes the records durable, so a line that is read again after an
 * interruption counts once. Immutable.
 *
 * @param source the live file's path, or {@code -}
 * @param format the format's name
 * @param host the name after {@code by}
 * @param first the earliest line's time
 * @param last the latest line's time
 * @param lines log lines of that host
 * @param records transactions whose opening was among them, but for those that are not kept
 * @param unknown lines of the format's own program that were not understood
 * @param forgotten unfinished sessions and messages that a bounded table had to forget
 * @param unplaced lines that count in a record and whose place it does not keep
 * @param read when last a line of it was read
 */
public record LogStatus(
    String source,
    String format,
    String host,
    Instant first,
    Instant last,
    long lines,
    long records,
    long unknown,
    long forgotten,
    long unplaced,
    Instant read) {
  private static final String STATE = "logs";

  /** Characters of one of the store's values ({@link org.whosent.record.JsonIn#MAX_TEXT}). */
  static final int LONGEST_VALUE = 60_000;

  private static final int MOST_VALUES = 20;

  /** So many are kept, the ones read last. */
  static final int MOST = 500;

  /** All that the store knows of, by source and host. */
  public static List<LogStatus> of(View view) throws IOException {
    List<LogStatus> known = new ArrayList<>();
    for (int i = 0; i < MOST_VALUES; i++) {
      known.addAll(parse(view.state(name(i))));
    }
    return sum(known, OpenCounts.of(view));
  }

  /** Adds what was read since the last commit. */
  static void add(Batch batch, List<LogStatus> news) {
    List<LogStatus> known = new ArrayList<>();
    for (int i = 0; i < MOST_VALUES; i++) {
      known.addAll(parse(batch.state(name(i))));
    }
    int value = 0;
    StringBuilder text = new StringBuilder();
    for (LogStatus each : sum(known, news)) {
      String json = each.json() + '\n';
      if (text.length() + json.length() > LONGEST_VALUE && value < MOST_VALUES - 1) {
        batch.state(name(value++), text.toString());
        text.setLength(0);
      }
      text.append(text.length() + json.length() > LONGEST_VALUE ? "" : json);
    }
    batch.state(name(value++), text.toString());
    while (value < MOST_VALUES) {
      batch.state(name(value++), null);
    }
  }

  /** When last a line of that log was read, of any host; null where none was. */
  static Instant lastRead(Batch batch, String source) {
    Instant last = null;
    for (int i = 0; i < MOST_VALUES; i++) {
      for (LogStatus each : parse(batch.state(name(i)))) {
        boolean later = last == null || each.read.isAfter(last);
        last = each.source.equals(source) && later ? each.read : last;
      }
    }
    return last;
  }

  private static String name(int value) {
    return value == 0 ? STATE : STATE + '.' + value;
  }

  private static List<LogStatus> sum(List<LogStatus> known, List<LogStatus> news) {
    List<LogStatus> all = new ArrayList<>(known);
    for (LogStatus each : news) {
      LogStatus before = null;
      for (LogStatus other : all) {
        before = other.isSameAs(each) ? other : before;
      }
      all.remove(before);
      all.add(before == null ? each : before.with(each));
    }
    all.sort(Comparator.comparing(LogStatus::read).reversed());
    List<LogStatus> kept = new ArrayList<>(all.subList(0, Math.min(MOST, all.size())));
    kept.sort(Comparator.comparing(LogStatus::source).thenComparing(LogStatus::host));
    return kept;
  }

  private boolean isSameAs(LogStatus other) {
    return source.equals(other.source) && format.equals(other.format) && host.equals(other.host);
  }

  private LogStatus with(LogStatus more) {
    return new LogStatus(
        source,
        format,
        host,
        first.isBefore(more.first) ? first : more.first,
        last.isAfter(more.last) ? last : more.last,
        lines + more.lines,
        records + more.records,
        unknown + more.unknown,
        forgotten + more.forgotten,
        unplaced + more.unplaced,
        read.isAfter(more.read) ? read : more.read);
  }

  String json() {
    return JsonOut.object(false, this::fields);
  }

  /** Its fields, under the names of the components. */
  public void fields(JsonOut out) throws IOException {
    out.text("source", source);
    out.text("format", format);
    out.text("host", host);
    out.time("first", first);
    out.time("last", last);
    out.number("lines", lines);
    out.number("records", records);
    out.number("unknown", unknown);
    out.number("forgotten", forgotten);
    out.number("unplaced", unplaced);
    out.time("read", read);
  }

  private static List<LogStatus> parse(String state) {
    List<LogStatus> all = new ArrayList<>();
    if (state == null) {
      return all;
    }
    for (String line : state.split("\n")) {
      LogStatus read = parseLine(line.getBytes(StandardCharsets.UTF_8));
      if (read != null) {
        all.add(read);
      }
    }
    return all;
  }

  /** What {@link #json} wrote; null for what another version wrote: it counts anew. */
  static LogStatus parseLine(byte[] line) {
    String[] texts = new String[3];
    Instant[] times = new Instant[3];
    long[] counts = new long[5];
    try {
      JsonIn.object(
          line,
          0,
          line.length,
          (name, in) -> {
            switch (name) {
              case "source" -> texts[0] = in.text();
              case "format" -> texts[1] = in.text();
              case "host" -> texts[2] = in.text();
              case "first" -> times[0] = in.time();
              case "last" -> times[1] = in.time();
              case "read" -> times[2] = in.time();
              case "lines" -> counts[0] = in.number();
              case "records" -> counts[1] = in.number();
              case "unknown" -> counts[2] = in.number();
              case "forgotten" -> counts[3] = in.number();
              case "unplaced" -> counts[4] = in.number();
              default -> in.skip();
            }
          });
    } catch (BadLineException e) {
      return null;
    }
    for (int i = 0; i < 3; i++) {
      if (texts[i] == null || times[i] == null) {
        return null;
      }
    }
    return new LogStatus(
        texts[0], texts[1], texts[2], times[0], times[1], counts[0], counts[1], counts[2],
        counts[3], counts[4], times[2]);
  }
}
