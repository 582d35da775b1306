/**
 * The embedded store, and the specification of its files.
 *
 * <h2>The data directory</h2>
 *
 * <pre>
 * MANIFEST                         what counts
 * lock                             locked while somebody writes
 * keys/erasure.key                 makes the tombstones of erased users
 * receipts.jsonl                   one line for every purge and erasure
 * days/2026-11-23/                 one partition for every UTC day of {@code time}
 *     records-0001.blocks          the records: the truth
 *     lucene-0001/                 keys that point to them: can be made anew
 *     writing                      stands here while uncommitted changes may be in these files
 * held/                            the same, for records under hold whose day was purged
 * </pre>
 *
 * Directories are made with mode 0700, files with 0600. {@code site.yaml}, {@code keys/} of the
 * transaction IDs and journals may lie in the same directory; nothing here touches them.
 *
 * <h2>MANIFEST</h2>
 *
 * Two lines: a JSON object and {@code crc32c:} with eight hex digits over the object's bytes.
 * Always replaced as a whole: written beside as {@code MANIFEST.new}, forced to disk, renamed,
 * directory forced; and only after everything it names was forced. Its fields:
 *
 * <ul>
 *   <li>{@code format}: 1. A reader refuses others.
 *   <li>{@code sequence}: grows by one with each.
 *   <li>{@code partitions}: {@code day} (a date, or {@code held}), {@code generation} (the number
 *       in the file names; a rewrite takes the next), {@code recordsLength} (bytes that count),
 *       {@code commit} (Lucene's {@code segments_N}), {@code records}, {@code stale} (copies that
 *       are not current), {@code moved} (of those, the ones that left the partition), {@code
 *       lostBlocks} (damaged stretches that the last rebuild left out).
 *   <li>{@code states}: {@code name} and {@code value}, as batches left them: the sources'
 *       checkpoints.
 *   <li>{@code coverage}: {@code host}, {@code from}, {@code until}.
 *   <li>{@code horizon}: nothing older is kept, or comes back.
 *   <li>{@code holds}: {@code name}, {@code since}, and the query: {@code clues} (code and folded
 *       value), {@code client}, {@code from}, {@code until}.
 *   <li>{@code tombstones}: HMAC-SHA-256 of erased users' folded names.
 *   <li>{@code lastCommit}; {@code receipt}: the last line of {@code receipts.jsonl}.
 * </ul>
 *
 * Readers open exactly what it names. A writer first brings the directory back to it: what lies
 * beyond a length is cut off, Lucene commits that it does not name are deleted, and so are files
 * that bear our names and stand in no manifest. The commit before the named one stays until the
 * next, for readers that are about to open it.
 *
 * <h2>records-NNNN.blocks</h2>
 *
 * Blocks one after the other, each a head of 16 bytes and a zstd frame. The head, big-endian:
 * {@code WsB1}, unpacked length, packed length, CRC-32C of those twelve bytes and the frame.
 * Unpacked, a block is lines that end in LF: a record as {@link
 * org.whosent.record.JournalCodec#encodeRecord} writes it, or {@code -} and a location: the copy
 * there is not current any more. A location is the block's offset times 2^20 plus the number of the
 * line in it. Only ever appended to; a rewrite makes a new file. Blocks are closed at 32 KiB, at
 * every commit, and hold one record more than fits.
 *
 * <h2>lucene-NNNN</h2>
 *
 * One document for every current record: each {@link org.whosent.record.ClueType} as a field named
 * by its code, indexed with document numbers only ({@link
 * org.whosent.indexer.store.lucene.IndexTerms} says how values become terms), and two numbers,
 * {@code #time} in microseconds, by which segments are sorted newest first, and {@code #at}, the
 * location. A term is a candidate; the record decides.
 *
 * <h2>What is known to be weak</h2>
 *
 * <ul>
 *   <li>Small commits make small blocks, which compress badly; nothing recompresses a finished day
 *       yet.
 *   <li>A lost MANIFEST is not put together again from the files: purges would be undone.
 *   <li>Damage that Lucene does not notice on opening is found by {@code verify}, and by a look-up
 *       that finds nothing; one that finds something may miss more.
 *   <li>Facts that came before their user was known, and were let go when an erased user turned out
 *       to be theirs, stay as a stale copy until the next purge scrubs it.
 *   <li>Deleted bytes are gone from the directory, not from the disk: that is the file system's and
 *       the operator's matter, as are backups.
 * </ul>
 */
package org.whosent.indexer.store.lucene;
