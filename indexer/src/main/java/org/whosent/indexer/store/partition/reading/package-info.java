/**
 * Looks records up, as of one commit, while others write.
 *
 * <p>To be read in this order: {@link org.whosent.indexer.store.partition.reading.PartitionedView}
 * asks day by day; {@link org.whosent.indexer.store.partition.reading.Hits} merges the segments of
 * one, newest first, and reads of each no more than is wanted ({@code Ahead}); {@link
 * org.whosent.indexer.store.partition.reading.PartitionReader} has these open, {@code
 * OpenPartitions} the days, and reads the manifest again where files went meanwhile. {@link
 * org.whosent.indexer.store.partition.reading.PartitionScan} reads whole segments without their
 * keys, for those who write days anew. {@code Inspection} is {@code status} and {@code verify}.
 *
 * <h2>What holds</h2>
 *
 * <ul>
 *   <li>Every hit is compared with what was asked: keys are hashes.
 *   <li>What is damaged is passed over and told, never taken for an absence; what only went because
 *       a purge or a rewrite was faster is no damage: the look-up begins again.
 *   <li>Nothing here writes, and no lock is taken.
 * </ul>
 */
package org.whosent.indexer.store.partition.reading;
