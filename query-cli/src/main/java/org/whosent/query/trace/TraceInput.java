package org.whosent.query.trace;

/** One thing to trace. */
public sealed interface TraceInput {
  /** As the user named it: a path, {@code -}, or the text itself. */
  String name();

  /**
   * A message, a report, a header block or prose, as bytes.
   *
   * @param name where it was read
   * @param content not to be changed any more
   */
  record Content(String name, byte[] content) implements TraceInput {}

  /**
   * An identifier or a Received field that was asked for.
   *
   * @param name the argument
   * @param kind TRANSACTION_ID, QUEUE_ID, MESSAGE_ID or RECEIVED
   * @param text the identifier or the field
   */
  record Asked(String name, Kind kind, String text) implements TraceInput {}
}
