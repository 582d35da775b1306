package org.whosent.indexer.ingest;

import static org.whosent.indexer.ingest.input.Unreadable.reading;

import java.time.Instant;
import org.whosent.indexer.ingest.input.SourceFile;
import org.whosent.indexer.ingest.input.Unreadable;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;

/** Makes readers of logs, as the options and the site say. Not thread-safe. */
final class NewReaders {
  private final IngestOptions options;
  private final HostNames hosts;
  private final HostZones zones;
  private Integer year;

  NewReaders(IngestOptions options, HostNames hosts) {
    this.options = options;
    this.hosts = hosts;
    this.zones = HostZones.of(options, hosts.site());
    this.year = options.year();
  }

  /** A log that begins from now on begins in the year of its file's time, not in {@code --year}. */
  void follow() {
    year = null;
  }

  /** One for that file. */
  LogReader of(LogSource format, SourceFile file, Forgotten forgotten) throws Unreadable {
    Instant modified = reading(file::modified);
    return format.reader(new LogSettings(options.zone(), year, modified, hosts, forgotten, zones));
  }
}
