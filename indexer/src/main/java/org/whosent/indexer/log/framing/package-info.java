/**
 * What stands before the text of a log line: syslog's headers in all their forms, and stamps, which
 * may lack a year or a zone. What it gives is host, program, process, time and message.
 */
package org.whosent.indexer.log.framing;
