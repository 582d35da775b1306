/**
 * The list of all formats, and the recognition of the one that lines have. This is the only package
 * that depends on those of all servers; none of them depends on it.
 */
package org.whosent.indexer.log.formats;
