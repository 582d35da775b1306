/**
 * Writes days anew while others add records to them, and takes segments together.
 *
 * <p>To be read in this order: {@link org.whosent.indexer.store.partition.renewal.Renewal}, the one
 * course that all of it takes; {@link org.whosent.indexer.store.partition.renewal.RenewalPlan},
 * what differs; the plans of this package, {@link
 * org.whosent.indexer.store.partition.renewal.Repacking} (sealing a day, or mending it) and {@link
 * org.whosent.indexer.store.partition.renewal.Compaction} (the larger segments of a day that
 * grows). {@link org.whosent.indexer.store.partition.renewal.Rewriter} writes the segments, {@code
 * Thinning} copies most blocks of those that lose few records, {@link
 * org.whosent.indexer.store.partition.renewal.BesideWriters} reads what others may merge or drop
 * meanwhile, {@code RenewalPlacing} gives what was made its place, {@code Pins} asks batches to
 * leave alone what is being read. {@link org.whosent.indexer.store.partition.renewal.SmallSegments}
 * are those that a batch itself makes one of.
 *
 * <h2>What holds</h2>
 *
 * <ul>
 *   <li>What is read never changes; what came meanwhile is done in the next round, the last one
 *       under the writer's lock, and one manifest names all of it.
 *   <li>A hold that is added meanwhile wins.
 *   <li>While somebody seals, mends or forgets nobody else does: the lock of sealing.
 *   <li>No record is lost because it cannot be read: who seals or compacts stops there, and only
 *       who mends leaves something out, and counts it.
 * </ul>
 */
package org.whosent.indexer.store.partition.renewal;
