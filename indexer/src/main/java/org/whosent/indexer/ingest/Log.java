package org.whosent.indexer.ingest;

import org.whosent.indexer.ingest.input.SourceFile;
import org.whosent.indexer.log.LogSource;

/**
 * A file whose format is known.
 *
 * @param first identifies the log, as checkpoints do
 */
record Log(SourceFile file, LogSource format, String first, Tally tally) {}
