package org.whosent.indexer.store.segment;

/**
 * What a finished segment is. Immutable.
 *
 * @param number names its files
 * @param rows records in it
 * @param newest microseconds of its newest record
 * @param oldest microseconds of its oldest record
 * @param recordsBytes length of the records file
 * @param privateBytes length of the private file; -1 when it was dropped
 * @param indexBytes length of the file with the Lucene index; 0 when it has none
 */
public record SegmentInfo(
    int number,
    int rows,
    long newest,
    long oldest,
    long recordsBytes,
    long privateBytes,
    long indexBytes) {}
