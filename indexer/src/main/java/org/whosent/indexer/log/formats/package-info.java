/**
 * The list of all formats, and which of them some lines are of. The only package that knows those
 * of all servers; no server's knows this one.
 */
package org.whosent.indexer.log.formats;
