package org.whosent.indexer.ingest;

import java.time.ZoneId;
import java.util.Map;
import java.util.Objects;
import org.whosent.indexer.log.LogSource;

/**
 * How files are to be read. Immutable.
 *
 * @param format the one format, or null to recognise it by content, file by file
 * @param host the name after {@code by} of the server that wrote the logs; null: as the site or the
 *     lines say
 * @param zone of time stamps that name none, of hosts of which nothing else is said
 * @param zones the same of single hosts, by the name in their lines or the one after {@code by}, in
 *     lower case
 * @param year of each log's first line where stamps name none (the pieces of a rotated log go on
 *     from each other); null: from the modification time
 */
public record IngestOptions(
    LogSource format, String host, ZoneId zone, Map<String, ZoneId> zones, Integer year) {
  /** Recognise everything; stamps without a zone are in this machine's, as its syslog's are. */
  public static final IngestOptions AUTO =
      new IngestOptions(null, null, ZoneId.systemDefault(), null);

  public IngestOptions {
    Objects.requireNonNull(zone, "zone");
    zones = Map.copyOf(zones);
  }

  /** All hosts are in one zone, unless the site says otherwise. */
  public IngestOptions(LogSource format, String host, ZoneId zone, Integer year) {
    this(format, host, zone, Map.of(), year);
  }
}
