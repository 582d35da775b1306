package org.whosent.indexer.log;

import java.time.Instant;
import java.time.ZoneId;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What a line does not say itself.
 *
 * @param zone of stamps that name none
 * @param year of the file's first line where stamps name none; null: taken from {@code fileTime}
 * @param fileTime when the file was last written; no stamp without a year is read as later
 * @param hosts gives the name after {@code by} for a log line's host, or for the empty text where
 *     the log names none
 * @param forgotten counts what the reader forgets
 * @param zones gives the zone of a log line's host (of the empty text where the log names none), in
 *     place of {@code zone}; null: all are in that one
 */
public record LogSettings(
    ZoneId zone,
    Integer year,
    Instant fileTime,
    UnaryOperator<String> hosts,
    Forgotten forgotten,
    Function<String, ZoneId> zones) {
  /** Settings for hosts in one zone, with a count of their own. */
  public LogSettings(ZoneId zone, Integer year, Instant fileTime, UnaryOperator<String> hosts) {
    this(zone, year, fileTime, hosts, new Forgotten(), null);
  }
}
