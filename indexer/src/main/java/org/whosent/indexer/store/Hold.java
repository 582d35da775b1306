package org.whosent.indexer.store;

import java.time.Instant;

/**
 * A court's order to keep. Immutable.
 *
 * @param name by which it is released
 * @param query what it keeps
 * @param since when it was put in force
 */
public record Hold(String name, RecordQuery query, Instant since) {}
