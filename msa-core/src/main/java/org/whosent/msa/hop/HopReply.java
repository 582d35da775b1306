package org.whosent.msa.hop;

/**
 * What the next hop said, in the form in which the client may hear it. Immutable.
 *
 * @param code 250, or 4xx or 5xx
 * @param status RFC 3463
 * @param text printable ASCII
 */
public record HopReply(int code, String status, String text) {
  static final HopReply LOST =
      new HopReply(451, "4.4.2", "connection to the next hop lost; try again later");
  static final HopReply UNREACHABLE =
      new HopReply(451, "4.4.1", "no next hop can be reached; try again later");
  static final HopReply BUSY =
      new HopReply(451, "4.3.2", "too many messages are on their way; try again later");
  static final HopReply NOT_FOR_CLIENTS =
      new HopReply(451, "4.4.0", "the next hop refuses us; the operator has been told");

  public boolean isPositive() {
    return code < 400;
  }

  public boolean isPermanent() {
    return code >= 500;
  }
}
