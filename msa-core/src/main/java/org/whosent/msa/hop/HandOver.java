package org.whosent.msa.hop;

import org.whosent.msa.client.SmtpReply;
import org.whosent.record.Outcome;

/**
 * How the hand-over of a message ended. Immutable.
 *
 * @param outcome DELIVERED when the hop has it, BOUNCED or DEFERRED when it refused, UNKNOWN when
 *     its reply was lost after the final dot
 * @param reply for the client
 * @param said what the hop said, on one line; null when nothing came
 * @param nextHop who
 * @param nextHopId the ID that it gave, or null
 */
public record HandOver(
    Outcome outcome, HopReply reply, String said, String nextHop, String nextHopId) {

  /** The hop has it, as it said to the final dot. */
  static HandOver taken(SmtpReply reply, String nextHop) {
    HopReply ok = new HopReply(250, "2.0.0", "OK");
    return new HandOver(Outcome.DELIVERED, ok, reply.toString(), nextHop, reply.queueId());
  }

  /** The hop has not got it, as it said to DATA or to the final dot. */
  static HandOver refused(SmtpReply reply, String nextHop) {
    HopReply answer = HopReply.forClient(reply);
    // A yes to DATA that is no 354: the hop has nothing, and the client must not hear that it has.
    HopReply forClient = answer.isPositive() ? HopReply.NOT_FOR_CLIENTS : answer;
    return new HandOver(
        forClient.isPermanent() ? Outcome.BOUNCED : Outcome.DEFERRED,
        forClient,
        reply.toString(),
        nextHop,
        null);
  }

  /**
   * The connection was lost; DEFERRED before the end of the message may have left, else UNKNOWN.
   *
   * @param tooEarly what the hop said before that end; null for nothing
   */
  static HandOver lost(Outcome outcome, String nextHop, SmtpReply tooEarly) {
    String said = tooEarly == null ? null : tooEarly.toString();
    return new HandOver(outcome, HopReply.LOST, said, nextHop, null);
  }
}
