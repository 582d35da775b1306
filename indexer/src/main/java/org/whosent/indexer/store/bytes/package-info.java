/**
 * Bytes and files, as everything that the embedded store writes is made of them: no format, no
 * record and no clue is known here.
 *
 * <p>In memory: {@link org.whosent.indexer.store.bytes.Bytes} are written, {@link
 * org.whosent.indexer.store.bytes.Cursor} reads them within bounds, {@link
 * org.whosent.indexer.store.bytes.BitWriter} and {@link org.whosent.indexer.store.bytes.BitReader}
 * do the same by bits (Rice and Elias codes). On disk: {@link
 * org.whosent.indexer.store.bytes.StoreFiles} makes, forces, replaces and deletes files, {@link
 * org.whosent.indexer.store.bytes.SegmentBytes} reads one that never changes, within the {@link
 * org.whosent.indexer.store.bytes.Quota} of its view. To be read in this order.
 *
 * <h2>What holds everywhere</h2>
 *
 * <ul>
 *   <li>Numbers are big-endian, checksums CRC-32C, times microseconds since the epoch ({@link
 *       org.whosent.indexer.store.bytes.Micros}).
 *   <li>Who reads beyond an end, or a count that cannot be, gets an {@link java.io.IOException} and
 *       never another exception: bytes may be damaged.
 *   <li>Files are their owner's alone; what is said to be on disk was forced, and so was its name.
 * </ul>
 */
package org.whosent.indexer.store.bytes;
