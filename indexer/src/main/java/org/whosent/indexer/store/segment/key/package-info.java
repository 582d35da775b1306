/**
 * The keys of a segment: from a clue's hash to the numbers of the records that may have it. {@link
 * org.whosent.indexer.store.segment.key.KeyFormat} is their specification.
 *
 * <p>To be read in this order: {@link org.whosent.indexer.store.segment.key.KeyHashes} makes a clue
 * a hash, by {@link org.whosent.indexer.store.segment.key.SipHash} and the store's own key; {@link
 * org.whosent.indexer.store.segment.key.KeyWriter} collects and sorts them, and one of two forms of
 * pages writes them; {@link org.whosent.indexer.store.segment.key.KeyReader} looks one up, in
 * {@link org.whosent.indexer.store.segment.key.KeyBytes} of the file, and gives {@link
 * org.whosent.indexer.store.segment.key.Ordinals}. {@link
 * org.whosent.indexer.store.segment.key.KeyFilters}, Bloom filters, stand before the keys of what
 * is asked of every day.
 *
 * <h2>What holds</h2>
 *
 * <ul>
 *   <li>A key may tell a record too many, since hashes are cut: the record decides. It never tells
 *       one too few.
 *   <li>Whatever a page says, an absence too, was compared with its checksum, each time that it was
 *       read. Damage is an {@link java.io.IOException}; a damaged filter is as if there were none.
 *   <li>Numbers of records, of runs and of blocks are given ascending, each once.
 * </ul>
 *
 * <p>Where keys lie in a file, and which clue is in which of them, the segment says: nothing here
 * knows a file's layout or a record's columns.
 */
package org.whosent.indexer.store.segment.key;
