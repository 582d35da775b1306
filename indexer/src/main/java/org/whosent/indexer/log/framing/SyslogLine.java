package org.whosent.indexer.log.framing;

import java.time.Instant;

/**
 * A log line without its syslog header.
 *
 * @param host as the line names it
 * @param program the tag or APP-NAME; empty when there is none
 * @param structured an RFC 5424 line, where rsyslog cuts the program off at its first {@code /}
 * @param process the process ID, or empty
 * @param message the rest; control characters are shown as {@code ?}
 */
public record SyslogLine(
    Instant time, String host, String program, boolean structured, String process, String message) {
  /** The same with another message. */
  public SyslogLine withMessage(String other) {
    return new SyslogLine(time, host, program, structured, process, other);
  }
}
