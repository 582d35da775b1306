package org.whosent.record.message;

import java.util.List;

/**
 * One message of the input, its outermost shell looked at. Immutable.
 *
 * @param shape what the shell is
 * @param outer the shell itself; of an input that is no message but text, that text as a body
 * @param inside the messages that the shell carries, as they stand in it; not unwrapped further
 * @param fields what the report's machine-readable part says: RFC 5965 section 3, RFC 3464 section
 *     2, all its groups one after the other
 * @param text the text of an input that is no message; empty otherwise
 */
public record Report(
    Shape shape, OpenedMessage outer, List<ReportedMessage> inside, Headers fields, String text) {
  /** The most messages that are taken from one shell. */
  public static final int MOST = 500;

  /** What a shell is. */
  public enum Shape {
    /**
     * A message. It may have others attached or quoted, in {@link Report#inside}: whether it is a
     * forward or itself the message that is asked about, its form does not tell.
     */
    MESSAGE,
    /** The header of a message. */
    HEADERS,
    /** An abuse report (RFC 5965, XARF). What is asked about is inside. */
    ARF,
    /**
     * A delivery status notification (RFC 3464), or a bounce of an older form. What is asked about
     * is the returned original.
     */
    DSN,
    /** Text in which IDs may stand. */
    TEXT
  }

  public Report {
    inside = List.copyOf(inside);
  }

  /** The shell as a reader sees it: the content of an S/MIME signature in the signature's place. */
  public OpenedMessage shown() {
    return SignedContent.shown(outer);
  }

  /**
   * True for a report that returns one message (RFC 5965 section 2, RFC 6522 section 3); XARF has
   * as many as it has samples.
   */
  public boolean isOfOneMessage() {
    return shape == Shape.DSN
        || shape == Shape.ARF
            && shown().parts().stream().anyMatch(part -> part.is("message/feedback-report"));
  }

  /** True when the shell has more parts, deeper ones or more messages than are taken out of it. */
  public boolean mayHoldMore() {
    return outer.hasUnopenedParts() || shown().hasUnopenedParts() || inside.size() >= MOST;
  }
}
