package org.whosent.indexer.ingest;

import org.whosent.record.Printable;

/**
 * What became of one file in one run. Immutable.
 *
 * @param file its name as given
 * @param format the format's name; null when it was not recognised
 * @param bytes read now, decompressed
 * @param lines read now
 * @param records transactions whose opening was among them, but for those that are not kept
 * @param dropped pieces of records, and failed logins, that the store no longer takes (purged days,
 *     erased users)
 * @param foreign lines of other programs
 * @param notUnderstood lines of the format's own program that were not understood, and those that
 *     are too long or have no end
 * @param notLog lines that are no log lines
 * @param forgotten unfinished sessions and messages that bounded tables had to forget: what lines
 *     of theirs that came later would have been joined to is lost
 * @param unplaced lines whose facts count and whose place is not kept, since their record rests on
 *     many others
 * @param refusals refused commands and messages, counted only
 * @param loginFailures failed authentications, counted only
 * @param upToDate an earlier run had read all of it
 * @param waiting the last line has no line feed, and was not read: it may be half
 * @param undecided the last lines are read again: what they are depends on what will stand behind
 * @param turned the newest lines came first, and it was read from its end
 * @param passedOver a file of a directory that is no log of a format we know, or a log that has no
 *     line of a known format yet
 * @param note what else is to be said: that it was not named, or what was not read; or null
 * @param problem why not all of it was read, in one line; null when all was well
 */
public record FileReport(
    String file,
    String format,
    long bytes,
    long lines,
    long records,
    long dropped,
    long foreign,
    long notUnderstood,
    long notLog,
    long forgotten,
    long unplaced,
    long refusals,
    long loginFailures,
    boolean upToDate,
    boolean waiting,
    boolean undecided,
    boolean turned,
    boolean passedOver,
    String note,
    String problem) {

  /** The summary line that {@code whosent index} prints; no control characters. */
  public String summary() {
    StringBuilder out = new StringBuilder(Printable.text(file)).append(": ");
    if (passedOver) {
      return out.append("passed over, no line of a format that is known").toString();
    }
    if (upToDate && lines == 0) {
      out.append("nothing new");
    } else if (format != null) {
      out.append(format).append(", ");
      out.append(
          "%d line%s read, %d record%s made, %d not understood"
              .formatted(lines, plural(lines), records, plural(records), notUnderstood));
      count(out, notLog, "no log line" + plural(notLog));
      count(out, foreign, "of other programs");
      count(out, forgotten, "unfinished sessions and messages forgotten");
      count(out, unplaced, "lines' places not kept");
      count(out, dropped, "purged or erased before and not kept");
    }
    if (turned) {
      out.append("; its newest lines come first, so it was read from its end");
    }
    if (waiting) {
      out.append("; the last line has no line feed and waits for its rest");
    }
    if (undecided) {
      out.append("; its last lines are read again once more stands behind them");
    }
    if (note != null) {
      out.append(upToDate || format != null ? "; " : "").append(Printable.text(note));
    }
    if (problem != null) {
      out.append(upToDate || format != null || note != null ? "; " : "")
          .append(Printable.text(problem));
    }
    return out.toString();
  }

  /** True when all was well, as is a rotation, and nothing else is to be said. */
  boolean isUneventful() {
    return problem == null && (note == null || note.equals(RotatedAway.READ_TOO));
  }

  private static String plural(long count) {
    return count == 1 ? "" : "s";
  }

  private static void count(StringBuilder out, long number, String what) {
    if (number > 0) {
      out.append(", ").append(number).append(' ').append(what);
    }
  }
}
