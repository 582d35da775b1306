package org.whosent.msa.hop;

import org.whosent.msa.client.SmtpReply;

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

  /**
   * What the client may hear of a hop's reply. What the hop has against us or against the
   * connection is temporary for the client: 421 would end a session that is not the hop's, 530
   * would make it ask for a password that is ours, and 500 to 504 speak of commands that it never
   * sent.
   */
  static HopReply forClient(SmtpReply reply) {
    int code = reply.code();
    if (code == 421) {
      return LOST;
    }
    if (code >= 300 && code < 400
        || code >= 500 && code <= 504 && code != 501
        || code == 530
        || code == 534
        || code == 535
        || code == 538
        || code == 454) {
      return NOT_FOR_CLIENTS;
    }
    if (code < 300) {
      return new HopReply(250, reply.status() == null ? "2.0.0" : reply.status(), "OK");
    }
    String status = reply.status() == null ? code / 100 + ".0.0" : reply.status();
    String text = reply.text().isEmpty() ? "refused" : reply.text();
    return new HopReply(code, status, "next hop: " + text);
  }
}
