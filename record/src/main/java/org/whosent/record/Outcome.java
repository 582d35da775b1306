package org.whosent.record;

/**
 * What became of one recipient, as far as the operator's own servers know.
 *
 * <p>The order of the constants is their finality: when two log lines of the same time disagree,
 * the later constant stands.
 */
public enum Outcome {
  /** The hand-over's reply was lost: the next hop may or may not have the message. */
  UNKNOWN,
  /** Not yet: a temporary failure, to be tried again. */
  DEFERRED,
  /** Given up on because the queue lifetime ended. */
  EXPIRED,
  /** Refused for good, and a non-delivery notification is due. */
  BOUNCED,
  /** Thrown away on purpose (an operator, a discard rule). */
  DISCARDED,
  /** Taken by the next hop or put into the mailbox. */
  DELIVERED;

  /** The word used in JSON: the name in lower case. */
  public String word() {
    return switch (this) {
      case UNKNOWN -> "unknown";
      case DEFERRED -> "deferred";
      case BOUNCED -> "bounced";
      case EXPIRED -> "expired";
      case DISCARDED -> "discarded";
      case DELIVERED -> "delivered";
    };
  }

  /**
   * The outcome that a JSON word names.
   *
   * @throws IllegalArgumentException for any other word
   */
  public static Outcome ofWord(String word) {
    for (Outcome outcome : values()) {
      if (outcome.word().equals(word)) {
        return outcome;
      }
    }
    throw new IllegalArgumentException("no outcome is called '" + word + "'");
  }
}
