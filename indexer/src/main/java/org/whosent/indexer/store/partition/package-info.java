/**
 * The embedded store, and the specification of its files.
 *
 * <p>Here are the store itself and the batch that adds to it: {@link
 * org.whosent.indexer.store.partition.PartitionedRecordStore}, then {@code PartitionedBatch},
 * {@code PendingRecords}, {@code PartitionSet} and {@code Flush}. Facts wait, find what they go on
 * with, become segments, and count when a manifest names these. What it stands on, to be read in
 * this order: {@link org.whosent.indexer.store.partition.manifest}, what counts; {@link
 * org.whosent.indexer.store.partition.login}, failed logins; {@link
 * org.whosent.indexer.store.partition.reading}, who looks up; {@link
 * org.whosent.indexer.store.partition.renewal}, who writes days anew; {@link
 * org.whosent.indexer.store.partition.forgetting}, who purges, erases and masks. Each knows at most
 * those before it, and none knows this one.
 *
 * <h2>The data directory</h2>
 *
 * <pre>
 * MANIFEST                         which files count
 * MANIFEST.copy                    the same bytes
 * lock                             locked while somebody writes
 * keys/erasure.key                 makes the tombstones of erased users; has a checksum
 * keys/erasure.key.copy            the same bytes
 * receipts.jsonl                   one line for every purge and erasure, with who did it
 * days/2026-11-23/                 one partition for every UTC day of {@code time}
 *     segment-000001.records       records, and the keys that lead to them
 *     segment-000001.private       their clients and subjects, which masking deletes earlier
 *     segment-000001.index         sealed segments only: Lucene's index of recipients' domains
 *     segment-000001.gone-0001     which of them are no longer current; absent when all are
 * logins/2026-11-23.blocks         failed logins of that day: see LoginFile
 * logins/2026-11-23.lost           empty: a rebuild left out some of them that were damaged
 * sealing/                         files in the making while others write: see Renewal
 * sealing.lock                     locked while somebody seals, mends or forgets
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
 * directory forced; and only after everything it names was forced. {@code MANIFEST.copy} is put in
 * place before it in the same way and has the same bytes; it is read only while MANIFEST is lost or
 * damaged, and {@code status} says so; the next writer makes MANIFEST anew from it ({@link
 * org.whosent.indexer.store.partition.manifest.ManifestFiles}). Its fields:
 *
 * <ul>
 *   <li>{@code format}: 8. A reader also takes 2 to 7, and refuses others. Format 3 moved
 *       recipients and anchors within segments; 4 sorts sealed segments by user; 5 keeps what looks
 *       random in them in as few bits as it has; 6 puts their keys into ranges of hashes; 7 adds
 *       filters to large ones; 8 leaves segments as they are, and adds the copy and the time of
 *       erasures. Each file states its own format.
 *   <li>{@code sequence}: grows by one with each manifest.
 *   <li>{@code partitions}: {@code day} (a date, or {@code held}), {@code segments}, {@code
 *       nextSegment} (the number that the next takes; none is used twice), {@code moved} (copies,
 *       not current, of records that left the partition), {@code sealed}, {@code lostBlocks}
 *       (damaged stretches that the last rebuild left out). A segment: {@code number}, {@code
 *       records}, {@code newest} and {@code oldest} (microseconds), {@code recordsBytes}, {@code
 *       privateBytes} (-1 when dropped), {@code indexBytes} (0 without one), {@code gone} and
 *       {@code goneVersion}.
 *   <li>{@code states}: {@code name} and {@code value}, as batches left them: the sources'
 *       checkpoints.
 *   <li>{@code coverage}: {@code host}, {@code from}, {@code until}.
 *   <li>{@code horizon}: nothing older is kept or taken again.
 *   <li>{@code holds}: {@code name}, {@code since}, and the query: {@code clues} (code and folded
 *       value), {@code client}, {@code from}, {@code until}.
 *   <li>{@code erased}: {@code user}, HMAC-SHA-256 of an erased user's folded name, and {@code
 *       before}: nothing of theirs is taken that is older. Until format 7 it was {@code
 *       tombstones}, of the names alone, and nothing of theirs is ever taken.
 *   <li>{@code hashKey}: of the hashes in the keys; 32 hex digits, made at random.
 *   <li>{@code maskedBefore}: clients and subjects of older records are not kept.
 *   <li>{@code lastCommit}; {@code receipt}: the last line of {@code receipts.jsonl}.
 * </ul>
 *
 * Readers open exactly what it names. Files are never changed: a writer makes new ones, and once
 * the manifest names those, it deletes the ones that are no longer named. Before every change it
 * also deletes files with names like ours that no manifest names. A reader that comes too late for
 * a file reads the manifest again.
 *
 * <h2>Segments</h2>
 *
 * {@link org.whosent.indexer.store.segment} is their specification. Every commit adds one segment
 * to each day that it has records of; a record that grows is written again, and its earlier copy is
 * listed as gone. Eight small segments of one size are merged into one. Compaction merges the
 * larger segments of an open day, and all of a day that is over, into one sorted by user ({@link
 * org.whosent.indexer.store.partition.renewal.Compaction}). Sealing makes one segment of a whole
 * day (several of a very large day), sorted by user, packed as small as can be, with a Lucene index
 * of recipients' domains; what comes later is added to it as to any other day.
 *
 * <h2>What is known to be weak</h2>
 *
 * <ul>
 *   <li>If MANIFEST and its copy are both lost, they are not put together again from the files:
 *       that would undo purges.
 *   <li>If a list of copies that are not current is damaged, a rebuild takes them for current, and
 *       joins those of one transaction ID.
 *   <li>If others keep changing what is being rewritten, or a day's keys are damaged, the last
 *       attempt to forget is made under the writer's lock: a batch waits for it.
 *   <li>Facts that came before their user was known, and were dropped when that user turned out to
 *       be erased, stay as a stale copy until the next purge removes it.
 *   <li>Deleted bytes are gone from the directory, not from the disk: that is the file system's and
 *       the operator's matter, as are backups.
 * </ul>
 */
package org.whosent.indexer.store.partition;
