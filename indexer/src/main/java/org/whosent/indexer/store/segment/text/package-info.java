/**
 * The Lucene index of a sealed segment, {@code segment-NNNNNN.index}: the only package that knows
 * Lucene. A look-up of an ID does not load it.
 *
 * <p>What machines made (IDs, Message-IDs, digests) is found by hashes, in keys that are written at
 * the speed of ingest. Domains of recipients are few words that come again and again: a term
 * dictionary and postings, which is Lucene. Sealing has time for it; a day that still grows has
 * not.
 *
 * <p>It is one Lucene segment, document N being record N. Every clue that {@link
 * org.whosent.indexer.store.segment.text.TextIndexWriter} is told to take is a field named by its
 * code, its folded values are the terms, cut to {@value
 * org.whosent.indexer.store.segment.text.Terms#MAX_BYTES} bytes; document numbers only, no norms,
 * no stored fields, no doc values. {@link org.whosent.indexer.store.segment.text.TextIndexReader}
 * gives the numbers. {@link org.whosent.indexer.store.segment.text.PackedFile} says how Lucene's
 * files become one: every page of it is checked whenever it is read, so that damage is an {@link
 * java.io.IOException} and never an absence; Lucene by itself checks a whole file or nothing. It
 * can be made anew from the records.
 */
package org.whosent.indexer.store.segment.text;
