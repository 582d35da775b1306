package org.whosent.indexer.log;

import java.time.Instant;

/**
 * A log line without what stands before Exim's own words.
 *
 * @param host as syslog names it; empty in Exim's own files, which name none
 * @param isExim false for another program's line in a file of syslog's
 * @param isPiece part of a longer line that was cut for syslog
 * @param id the queue ID, or null
 * @param text the rest
 */
record EximLine(
    Instant time, String host, boolean isExim, boolean isPiece, String id, String text) {}
