package org.whosent.indexer.log.exim;

import java.util.BitSet;

/**
 * The ways in which an arrival's line reads, and the places from which it reads in none: strangers
 * write some of its texts, and may make a maze of them. For one line; not thread-safe.
 */
final class EximReadings {
  private final Kind whole = new Kind();

  /** Those that end where the next line begins; what a message holds may look like that. */
  private final Kind torn = new Kind();

  private final int start;
  private int ends;
  private boolean leftOut;
  private boolean haveColon;
  private BitSet dead;

  /**
   * For one line.
   *
   * @param start no place is before it
   */
  EximReadings(int start) {
    this.start = start;
  }

  /** A reading that says whose mail it is. */
  void add(boolean isTorn, EximArrival reading) {
    Kind kind = isTorn ? torn : whole;
    EximArrival found = kind.found == null ? reading : kind.found.agreed(reading);
    kind.unclear |= found == null;
    kind.found = found;
  }

  /**
   * One that does not say whose mail it is. It is not just passed over: it may be the true one, and
   * what a stranger made up the only one left.
   */
  void addUnclear(boolean isTorn) {
    (isTorn ? torn : whole).unclear = true;
  }

  /**
   * The one reading, or what several have in common; null when there is none, or one that is not
   * clear, or when they do not agree in more than who logged in.
   */
  EximArrival only() {
    Kind kind = whole.found == null && !whole.unclear ? torn : whole;
    boolean imitated = leftOut && kind.found != null && kind.found.hasFieldForRecipient();
    return kind.unclear || imitated ? null : kind.found;
  }

  /**
   * A reading that only begins behind the first place where a HELO name may end, and in which a
   * quote may be the end of what a sender wrote: by default it is a Message-ID in which somebody
   * writes such. Where helo_accept_junk_hosts is set it may be the true one, of whoever signs as
   * {@code x"@y.example}; then the other one has fields for recipients.
   */
  void leaveOut() {
    leftOut = true;
  }

  /**
   * A reading went on to the line's end.
   *
   * @param withColon the login in it has one
   */
  void end(boolean withColon) {
    ends++;
    haveColon |= withColon;
  }

  /** True where one of them has a login with a colon. */
  boolean haveColon() {
    return haveColon;
  }

  /** How many have. */
  int ends() {
    return ends;
  }

  /**
   * All readings have been tried in which this stands at this place.
   *
   * @param before what {@link #ends} was then: when it still is, none of them goes on to the line's
   *     end, whatever stands before the place
   */
  void ended(Part part, int at, int before) {
    if (ends == before) {
      dead = dead == null ? new BitSet() : dead;
      dead.set(bit(part, at));
    }
  }

  boolean isDead(Part part, int at) {
    return dead != null && dead.get(bit(part, at));
  }

  private int bit(Part part, int at) {
    return (at - start) * Part.COUNT + part.ordinal();
  }

  /** Of a line, from where on many readings are tried. */
  enum Part {
    PROTOCOL,
    SESSION;

    private static final int COUNT = values().length;
  }

  private static final class Kind {
    private EximArrival found;
    private boolean unclear;
  }
}
