/**
 * What counts: the manifest, and what the data directory is brought to by it. The description of
 * the package above is the specification of its fields and of the directory.
 *
 * <p>To be read in this order: {@link org.whosent.indexer.store.partition.manifest.Manifest} with
 * its {@link org.whosent.indexer.store.partition.manifest.Partition partitions} and {@link
 * org.whosent.indexer.store.partition.manifest.Segment segments}; {@link
 * org.whosent.indexer.store.partition.manifest.ManifestFiles}, which reads and replaces it and its
 * copy, with the codecs behind it; {@link org.whosent.indexer.store.partition.manifest.Recovery},
 * which deletes what it does not name; {@link
 * org.whosent.indexer.store.partition.manifest.WriterLock}. {@link
 * org.whosent.indexer.store.partition.manifest.Tombstones} and {@link
 * org.whosent.indexer.store.partition.manifest.Receipts} keep what is left of an erasure or a
 * purge.
 *
 * <h2>What holds</h2>
 *
 * <ul>
 *   <li>What a manifest names was forced to disk before it; what it does not name any more is
 *       deleted after it. So a crash leaves the state before or after.
 *   <li>Only who holds the writer's lock writes one, and recovers first.
 *   <li>Nothing is guessed of a damaged one: the copy answers, or nobody does.
 *   <li>Manifests and what is in them never change; a {@link
 *       org.whosent.indexer.store.partition.manifest.Manifest.Draft} becomes the next one.
 * </ul>
 */
package org.whosent.indexer.store.partition.manifest;
