package org.whosent.indexer.ingest.input;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which files are pieces of one log, by their names as logrotate, newsyslog and savelog give them:
 * {@code mail.log}, {@code mail.log.1}, {@code mail.log.2.gz}, {@code mail.log-20261123.xz}, {@code
 * mail.log-2026-11-23}. Names are used for the order of reading, and for which files beside a log
 * may be pieces of it; what was read already is known by content. Immutable.
 *
 * @param family directory and name of the live file
 * @param number which rotation, of which the newest is 1 (logrotate) or 0 (newsyslog, savelog);
 *     {@link #LIVE}, or {@link #DATED}
 * @param date the date suffix, or empty
 */
public record Rotation(String family, int number, String date) {
  private static final int LIVE = -1;
  private static final int DATED = -2;

  private static final Pattern NAME =
      Pattern.compile(
          "(.*?)(?:\\.([0-9]{1,4})|[.-]([0-9]{4}-?[0-9]{2}-?[0-9]{2}(?:[-T_.]?[0-9]{1,10})?))?"
              + "(?:\\.(?:gz|bz2|xz|zst|zstd|Z|lzma))?",
          Pattern.DOTALL);

  /** Oldest first within a family. */
  public static final Comparator<Rotation> OLDEST_FIRST =
      Comparator.comparing(Rotation::family)
          .thenComparing(Rotation::isLive)
          .thenComparing(Rotation::date)
          .thenComparing(Rotation::number, Comparator.reverseOrder());

  /** What a file's name says. */
  public static Rotation of(Path file) {
    String name = file.getFileName() == null ? file.toString() : file.getFileName().toString();
    Path directory = file.toAbsolutePath().getParent();
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches() || matcher.group(1).isEmpty()) {
      return new Rotation(directory + "/" + name, LIVE, "");
    }
    String family = directory + "/" + matcher.group(1);
    if (matcher.group(2) != null) {
      return new Rotation(family, Integer.parseInt(matcher.group(2)), "");
    }
    return matcher.group(3) != null
        ? new Rotation(family, DATED, matcher.group(3))
        : new Rotation(family, LIVE, "");
  }

  /** True for the file that is being written; compressed ones of no number and date are, too. */
  public boolean isLive() {
    return number == LIVE;
  }

  /** True for a piece that was rotated away, of which the name says how many times. */
  public boolean isNumbered() {
    return number >= 0;
  }

  /** True for a piece with a date; Exim's %D gives the live file one, too. */
  public boolean isDated() {
    return number == DATED;
  }

  /** True when this piece was written directly after that one: no piece between them is missing. */
  public boolean follows(Rotation before) {
    return family.equals(before.family)
        && before.isNumbered()
        && (isLive() ? before.number <= 1 : number == before.number - 1);
  }

  /**
   * True when it may have been: a date does not say whether logs are rotated every day or week, so
   * that the lines' times must tell whether a piece is missing between the two.
   */
  public boolean mayFollow(Rotation before) {
    return family.equals(before.family) && before.isDated() && !isNumbered();
  }
}
