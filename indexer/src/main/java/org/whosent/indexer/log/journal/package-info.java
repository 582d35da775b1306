/** The journal of our own MSA: not a log, but read like one. */
package org.whosent.indexer.log.journal;
