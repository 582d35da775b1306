package org.whosent.indexer.ingest;

import java.util.List;
import org.whosent.record.site.Site;

/**
 * What one run did. Immutable.
 *
 * @param files in the order in which they were read; while following, one row a file with its sums
 * @param site the site with the hosts learnt from {@code --host}; equal to the one given when there
 *     is nothing new. It was given to the {@link Ingest.SiteKeeper}.
 * @param interrupted the run was stopped before its end; everything reported is in the store
 * @param damaged facts were not joined with what the store could not read; it was said
 */
public record IngestReport(
    List<FileReport> files, Site site, boolean interrupted, boolean damaged) {
  public IngestReport {
    files = List.copyOf(files);
  }

  /** True when something that was asked for was not read or not joined: the exit status is 2. */
  public boolean failed() {
    return damaged || files.stream().anyMatch(file -> file.problem() != null);
  }

  /** Lines read, over all files. */
  public long lines() {
    return files.stream().mapToLong(FileReport::lines).sum();
  }

  /** Records made, over all files. */
  public long records() {
    return files.stream().mapToLong(FileReport::records).sum();
  }
}
