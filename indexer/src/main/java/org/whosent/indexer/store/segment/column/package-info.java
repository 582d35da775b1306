/**
 * The columns of a block of records, and how each kind of value is written.
 *
 * <p>To be read in this order: {@link org.whosent.indexer.store.segment.column.RecordColumns} and
 * {@link org.whosent.indexer.store.segment.column.PrivateColumns} say which columns there are, in
 * the order in which they stand, and put a record together out of them; {@code IntColumn} and
 * {@code TextColumn} say how numbers and texts are written; all other columns are made of these
 * two. {@link org.whosent.indexer.store.segment.column.Asked} is a clue that is compared with what
 * is packed, without making texts of it.
 *
 * <h2>A block</h2>
 *
 * Columns fill two places: what zstd packs, and the raw part, of bytes that no compression makes
 * smaller: digests, sketches, hashes of lines, tags of IDs. In segments that lie by user, from
 * format 4 of their files on, numbers and texts that look made at random are there too, in as few
 * bits as they have ({@code Numerals}). In those the raw part begins with the times of the block's
 * records ({@link org.whosent.indexer.store.segment.column.BlockTimes}), and from format 5 on the
 * anchors of their sketches ({@link org.whosent.indexer.store.segment.column.Anchors}): each under
 * a checksum of its own, so that both are read without unpacking the block.
 *
 * <h2>What holds</h2>
 *
 * <ul>
 *   <li>Any row is read without those before it, and any column without the others.
 *   <li>What is read is what was written, to the letter: a text that packing would change is kept
 *       as it is.
 *   <li>A block that is not as it was written is an {@link java.io.IOException} or a {@link
 *       RuntimeException}, which the segment makes one of: its checksum was right then, and some
 *       other program wrote it.
 *   <li>New columns come last, and are absent in older blocks.
 * </ul>
 *
 * <p>Nothing here knows files, nor where in one a block lies.
 */
package org.whosent.indexer.store.segment.column;
