/** Log formats: how a line becomes facts. One file a format, one row in {@link LogSources}. */
package org.whosent.indexer.log;
