/**
 * A line's bytes as text: found and compared without copies, made printable, and decoded where a
 * log or a header encodes them. Knows no format and nothing of syslog.
 */
package org.whosent.indexer.log.text;
