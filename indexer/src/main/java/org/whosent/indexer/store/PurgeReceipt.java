package org.whosent.indexer.store;

import java.time.Instant;

/**
 * What a purge or an erasure did, or would do. Immutable.
 *
 * @param time when
 * @param dryRun nothing was changed
 * @param before the end of the span that was purged; null for an erasure
 * @param days partitions dropped whole
 * @param records records forgotten
 * @param held records spared because a hold keeps them
 * @param bytes bytes freed
 */
public record PurgeReceipt(
    Instant time, boolean dryRun, Instant before, int days, long records, long held, long bytes) {}
