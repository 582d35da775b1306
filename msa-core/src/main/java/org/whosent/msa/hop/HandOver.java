package org.whosent.msa.hop;

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
    Outcome outcome, HopReply reply, String said, String nextHop, String nextHopId) {}
