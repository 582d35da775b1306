package org.whosent.record;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;

/**
 * One envelope recipient and what became of it. Immutable. Without an outcome there was no attempt,
 * and nothing is kept of one.
 *
 * @param address the forward-path as the client gave it in RCPT TO, without angle brackets
 * @param finalAddress where an alias led, or null when it is the address itself
 * @param local true when the operator's own servers hold the mailbox, false when relayed, null when
 *     not known
 * @param outcome null until something is known
 * @param status RFC 3463 enhanced status code of the last attempt, or null
 * @param reply the last text that the next hop or the delivery agent said, or null
 * @param nextHop who was handed the message, as the log writes it ({@code name[address]:port}), or
 *     null
 * @param nextHopId the queue ID that the next hop gave in its reply, or null
 * @param time when the outcome was known, or null
 */
public record Recipient(
    String address,
    String finalAddress,
    Boolean local,
    Outcome outcome,
    String status,
    String reply,
    String nextHop,
    String nextHopId,
    Instant time) {

  public Recipient {
    Objects.requireNonNull(address, "address");
    if (outcome == null) {
      status = null;
      reply = null;
      nextHop = null;
      nextHopId = null;
      time = null;
    }
  }

  /** A recipient of whom nothing is known but the address. */
  public static Recipient of(String address) {
    return new Recipient(address, null, null, null, null, null, null, null, null);
  }

  /**
   * What two lines say together of this recipient. The last attempt stands as one piece (outcome,
   * status, reply, next hop, its ID and the time belong together); the rest is joined field by
   * field. Commutative, associative, idempotent.
   */
  Recipient merge(Recipient other) {
    if (saysLessThan(other)) {
      return other;
    }
    if (other.saysLessThan(this)) {
      return this;
    }
    Recipient last = Order.LAST_ATTEMPT.compare(this, other) >= 0 ? this : other;
    return new Recipient(
        address,
        Order.BY_TEXT.compare(finalAddress, other.finalAddress) >= 0
            ? finalAddress
            : other.finalAddress,
        joinLocal(local, other.local),
        last.outcome,
        last.status,
        last.reply,
        last.nextHop,
        last.nextHopId,
        last.time);
  }

  /** Most lists are joined with one that has the addresses alone. */
  private boolean saysLessThan(Recipient other) {
    return outcome == null
        && finalAddress == null
        && (local == null || local.equals(other.local))
        && address.equals(other.address);
  }

  static Boolean joinLocal(Boolean one, Boolean two) {
    return one == two || Order.BY_FLAG.compare(one, two) >= 0 ? one : two;
  }

  /** The server gave up what was deferred until then. */
  Recipient expiredBy(Instant until) {
    boolean givenUp = outcome == Outcome.DEFERRED && (time == null || !time.isAfter(until));
    return givenUp
        ? new Recipient(
            address, finalAddress, local, Outcome.EXPIRED, status, reply, nextHop, nextHopId, time)
        : this;
  }

  Recipient withLocal(Boolean known) {
    return Objects.equals(known, local)
        ? this
        : new Recipient(
            address, finalAddress, known, outcome, status, reply, nextHop, nextHopId, time);
  }

  /**
   * That it was given up afterwards makes of an attempt no other one: the order must not change.
   */
  private Outcome attempt() {
    return outcome == Outcome.EXPIRED ? Outcome.DEFERRED : outcome;
  }

  /** A class of its own: whoever only reads records does not wait for it. */
  private static final class Order {
    static final Comparator<String> BY_TEXT = Comparator.nullsFirst(Comparator.naturalOrder());
    static final Comparator<Boolean> BY_FLAG = Comparator.nullsFirst(Comparator.naturalOrder());

    /** An attempt beats none, then by time, finality and text, so that the order is total. */
    static final Comparator<Recipient> LAST_ATTEMPT =
        Comparator.comparing((Recipient r) -> r.outcome != null)
            .thenComparing(Recipient::time, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(
                Recipient::attempt, Comparator.nullsFirst(Comparator.<Outcome>naturalOrder()))
            .thenComparing(Recipient::nextHopId, BY_TEXT)
            .thenComparing(Recipient::reply, BY_TEXT)
            .thenComparing(Recipient::status, BY_TEXT)
            .thenComparing(Recipient::nextHop, BY_TEXT)
            .thenComparing(
                Recipient::outcome, Comparator.nullsFirst(Comparator.<Outcome>naturalOrder()));
  }
}
