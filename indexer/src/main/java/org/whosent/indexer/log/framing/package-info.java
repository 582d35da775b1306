/**
 * What precedes the text of a log line: syslog's headers in all their forms, and time stamps, which
 * may lack a year or a zone. It yields host, program, process, time and message.
 */
package org.whosent.indexer.log.framing;
