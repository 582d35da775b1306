package org.whosent.indexer.ingest;

import java.time.ZoneId;
import java.util.Objects;
import org.whosent.indexer.log.LogSource;

/**
 * How files are to be read. Immutable.
 *
 * @param format the one format, or null to recognise it by content, file by file
 * @param host the name after {@code by} of the server that wrote the logs; null: as the site or the
 *     lines say
 * @param zone of time stamps that name none
 * @param year of each log's first line where stamps name none (the pieces of a rotated log go on
 *     from each other); null: from the modification time
 */
public record IngestOptions(LogSource format, String host, ZoneId zone, Integer year) {
  /** Recognise everything; stamps without a zone are in this machine's, as its syslog's are. */
  public static final IngestOptions AUTO =
      new IngestOptions(null, null, ZoneId.systemDefault(), null);

  public IngestOptions {
    Objects.requireNonNull(zone, "zone");
  }
}
