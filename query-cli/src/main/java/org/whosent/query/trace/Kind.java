package org.whosent.query.trace;

/** What an input is; of a message with a report or a forward around it, the outer shape. */
public enum Kind {
  TRANSACTION_ID("transaction-id"),
  QUEUE_ID("queue-id"),
  MESSAGE_ID("message-id"),
  RECEIVED("received"),
  HEADERS("headers"),
  MESSAGE("message"),
  ARF("arf"),
  DSN("dsn");

  private final String word;

  Kind(String word) {
    this.word = word;
  }

  /** The word in output. */
  public String word() {
    return word;
  }
}
