/**
 * Where lines come from: plain, compressed, piped or rotated files, and documents that span many
 * lines; and which format the lines have. Knows nothing of where they go.
 */
package org.whosent.indexer.ingest.input;
