/**
 * Segments: records in compressed columns and the keys that lead to them, in files that are never
 * changed; and the specification of those files.
 *
 * <p>A segment holds records of one day, numbered from 0: newest first, or, in a sealed one, by
 * user (see below). It has two files, {@code segment-NNNNNN.records} and {@code
 * segment-NNNNNN.private}; the latter has client and subject, so that masking can delete it as a
 * whole and keep the records. A third, {@code segment-NNNNNN.gone-VVVV}, lists the numbers of
 * records that are no longer current ({@link org.whosent.indexer.store.segment.GoneFile}); every
 * change of that list is a new version. Numbers are big-endian, checksums CRC-32C.
 *
 * <p>How values become columns is in {@link org.whosent.indexer.store.segment.column}, how clues
 * become keys in {@link org.whosent.indexer.store.segment.key}, what Lucene has in {@link
 * org.whosent.indexer.store.segment.text}: none of these knows a file, and each can be read by
 * itself. Here they are put together. Who writes: {@link
 * org.whosent.indexer.store.segment.SegmentWriter}, with {@code Slice} where records lie by user
 * and {@code BlockFile} for each of the files, or {@link
 * org.whosent.indexer.store.segment.SharedSegment} for several threads. Who looks up: {@link
 * org.whosent.indexer.store.segment.SegmentReader}, with {@code SegmentFile} for each of the files,
 * {@code SegmentKeys} and {@code Block}s, which {@link
 * org.whosent.indexer.store.segment.BlockCache} keeps for a view. Who reads all, or what is left of
 * it: {@link org.whosent.indexer.store.segment.SegmentScan}. Who takes a few records out: {@link
 * org.whosent.indexer.store.segment.SegmentCopy}, with {@code FileCopy} for each of the files. To
 * be read in this order.
 *
 * <h2>A file</h2>
 *
 * <pre>
 * head        16 bytes: magic (WsR1 records, WsP1 private), format, length of the dictionary,
 *             checksum of these and of the dictionary
 * dictionary  of zstd, for all blocks of the file; may be empty; in a sealed segment, from format 4
 *             on, packed by zstd itself
 * blocks      one after the other
 * directory   for every block: its offset (8); in the records file also the number of its first
 *             record (4) and the microsecond of its newest (8)
 * keys        {@link org.whosent.indexer.store.segment.key.KeyFormat}: in the records file first of
 *             all clues but client and sketch, in sealed segments from format 6 on then {@link
 *             org.whosent.indexer.store.segment.key.KeyFilters}, then of the anchors of sketches, in
 *             sealed segments then of runs of users, local users, and senders; in the private one
 *             of the client
 * clients     private file only: every client's address once, sorted, front-coded, for searches
 *             by network
 * foot        64 bytes: offset of the directory (8), blocks (4), records (4), checksum of the
 *             directory (4); offset (8) and length (4) of the keys; offset (8), length (4) and
 *             checksum (4) of the clients; format (1) from 3 on; zeros; checksum of the foot (4);
 *             WsF1
 * </pre>
 *
 * <h2>A block</h2>
 *
 * A head of 32 bytes (WsC1, number of the block, number of its first record, records, bytes packed,
 * unpacked, and raw, checksum of the head before it and of all behind it), a zstd frame, and raw
 * bytes that no compression makes smaller: digests, sketches, hashes of lines, tags of IDs. Both
 * files have the same records in the blocks of the same numbers.
 *
 * <p>Unpacked, a block is its columns, in the order that {@link
 * org.whosent.indexer.store.segment.column.RecordColumns} and {@link
 * org.whosent.indexer.store.segment.column.PrivateColumns} give: {@link
 * org.whosent.indexer.store.segment.column.IntColumn} and {@link
 * org.whosent.indexer.store.segment.column.TextColumn} say how each is written. Any row is read
 * without those before it, and any column without the others. In sealed segments (from format 4 of
 * their files on) numbers and texts that look made at random are among the raw bytes too, in as few
 * bits as they have: {@link org.whosent.indexer.store.segment.column.Numerals}.
 *
 * <h2>By user</h2>
 *
 * In a sealed segment (formats 3 to 6 of its files; 2 and 1 are sorted newest first) the newest
 * records that fit into memory together are its first slice, the next ones the second, and so on:
 * {@link org.whosent.indexer.store.segment.Slice}. Within a slice records are sorted by user, then
 * by local user, and newest first. So the newest 20 of a user are in one or two blocks, an export
 * unpacks each block once, and what a user's messages have in common packs well. A key of a user,
 * local user or sender names the first record of a run and how many follow. A sender who is the
 * user has no key, so that a search by sender asks the users' keys too. Blocks end where slices do.
 *
 * <p>Keys of a value that is in only a few blocks name the blocks; which of their records have it
 * is looked for in the column, {@link org.whosent.indexer.store.segment.InBlocks}. Keys of anchors
 * name groups of blocks, from format 5 on. After the times, under a checksum of their own, come the
 * anchors of each block, {@link org.whosent.indexer.store.segment.column.Anchors}, so that only
 * blocks with the anchor in question are unpacked.
 *
 * <p>All other questions want the newest first too, so times are not among a block's columns: they
 * begin its raw part, under a checksum of their own ({@link
 * org.whosent.indexer.store.segment.column.BlockTimes}), and {@link
 * org.whosent.indexer.store.segment.NewestFirst} orders hits by them before any block is unpacked,
 * save a user's in a slice that lie newest first already ({@code TimesByUser}). The directory has
 * the newest microsecond of a block's slice instead of the block's own.
 *
 * <h2>Without some records</h2>
 *
 * Nothing is taken out of a file. Of a segment in the newest format that lies by user a copy is
 * made, in which only blocks that lose records are packed anew, and are smaller then; all others
 * are there as they were packed, with other numbers in their heads, times and anchors. Directory,
 * keys, filters, clients and index are made of the records that stay. The dictionary was trained on
 * some of the first blocks: bytes of it that are in blocks that lose records, and in no other of
 * the first, become zeros ({@code Traces}), and a block whose packing wanted them is packed anew.
 *
 * <h2>segment-NNNNNN.index</h2>
 *
 * A sealed segment has one more file, a Lucene index of the clues that {@link
 * org.whosent.indexer.store.segment.TextClues} lists, which are not among its keys then: {@link
 * org.whosent.indexer.store.segment.text} is the specification.
 *
 * <h2>What is checked</h2>
 *
 * Every byte is under a checksum, and whatever an answer rests on, keys included, is checked when
 * it is read, so that damage is never taken for absence. Blocks have their numbers in them: if a
 * file's end is damaged, they are found by their magic.
 */
package org.whosent.indexer.store.segment;
