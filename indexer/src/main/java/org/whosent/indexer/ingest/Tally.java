package org.whosent.indexer.ingest;

/** Counts for one file, over one or several readings. Not thread-safe. */
final class Tally {
  final String file;
  String format;
  long bytes;
  long lines;
  long records;
  long dropped;
  long foreign;
  long notUnderstood;
  long notLog;
  long forgotten;
  long unplaced;
  long refusals;
  long loginFailures;
  boolean upToDate;
  boolean passedOver;
  String problem;

  Tally(String file) {
    this.file = file;
  }

  FileReport report() {
    return new FileReport(
        file,
        format,
        bytes,
        lines,
        records,
        dropped,
        foreign,
        notUnderstood,
        notLog,
        forgotten,
        unplaced,
        refusals,
        loginFailures,
        upToDate,
        passedOver,
        problem);
  }
}
