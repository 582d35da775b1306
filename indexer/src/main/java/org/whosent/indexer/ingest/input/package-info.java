/**
 * Where lines come from: plain, compressed, piped or rotated files, what is one document over many
 * lines, and which format the lines are of. Knows nothing of where they go.
 */
package org.whosent.indexer.ingest.input;
