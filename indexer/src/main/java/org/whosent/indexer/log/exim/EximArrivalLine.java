package org.whosent.indexer.log.exim;

import java.util.ArrayList;
import java.util.List;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.Words;

/**
 * An arrival's line that may hold MAIL AUTH, and so end within it, at a line feed of the client's.
 * Immutable.
 *
 * @param arrival what it says; null when it does not read, or in two ways
 * @param goesOn the next lines may be the client's
 */
record EximArrivalLine(EximArrival arrival, boolean goesOn) {
  private static final byte[] AUTHENTICATOR = LineBytes.word(" A=");
  private static final int MOST = 50;
  private static final String END = " S=0";

  /**
   * Reads the line.
   *
   * @param line a line whose end is the arrival's
   * @param start behind {@code "<= "}
   * @param words for what every other line repeats
   */
  static EximArrivalLine parse(LineBytes line, int start, Words words) {
    EximArrivalGrammar whole = new EximArrivalGrammar(line, start, words);
    EximArrival arrival = whole.read();
    List<Integer> colons = colons(line, start);
    if (colons.isEmpty()) {
      return new EximArrivalLine(arrival, false);
    }
    if (colons.size() == MOST) {
      return new EximArrivalLine(null, true); // a maze
    }
    EximArrival head = null;
    boolean goesOn = whole.mayHoldMailAuth();
    for (int colon : colons) {
      LineBytes begun = LineBytes.of(line.text(start, colon + 1) + END);
      EximArrivalGrammar part = new EximArrivalGrammar(begun, 0, words);
      EximArrival cut = part.read();
      if (part.mayHoldMailAuth()) {
        goesOn = true;
        cut = cut == null || cut.isLocal() ? null : cut.head();
        head = head == null || cut == null ? cut : head.agreed(cut);
        if (head == null) {
          return new EximArrivalLine(null, true);
        }
      }
    }
    if (head == null) {
      return new EximArrivalLine(arrival, goesOn);
    }
    boolean same = arrival == null || arrival.isOfSame(head);
    return new EximArrivalLine(
        arrival == null ? head : same ? arrival : arrival.agreed(head), true);
  }

  /** True where MAIL AUTH may stand in the line. */
  static boolean hasColon(LineBytes line, int start) {
    return !colons(line, start).isEmpty();
  }

  /**
   * Where a login may end before MAIL AUTH; the first {@value #MOST} of them. Whatever stands
   * before that is Exim's own, or has no line feed.
   */
  private static List<Integer> colons(LineBytes line, int start) {
    List<Integer> colons = List.of();
    int at = line.indexOf(AUTHENTICATOR, start);
    while (at >= 0 && colons.size() < MOST) {
      int name = at + AUTHENTICATOR.length;
      int end = name;
      while (EximText.isName(line.at(end))) {
        end++;
      }
      int colon = end > name && line.at(end) == ':' ? colonInLogin(line, end + 1) : -1;
      if (colon >= 0) {
        colons = colons.isEmpty() ? new ArrayList<>() : colons;
        colons.add(colon);
      }
      at = line.indexOf(AUTHENTICATOR, name);
    }
    return colons;
  }

  /** Before the first thing like a size or a proxy's address; or -1. */
  private static int colonInLogin(LineBytes line, int from) {
    int colon = line.indexOf(':', from);
    int proxy = line.indexOf(EximArrivalGrammar.PROXY, from);
    if (proxy >= 0 && proxy < colon) {
      return -1;
    }
    int size = line.indexOf(EximArrivalGrammar.SIZE, from);
    while (size >= 0 && size < colon) {
      byte digit = line.at(size + EximArrivalGrammar.SIZE.length);
      if (digit >= '0' && digit <= '9') {
        return -1;
      }
      size = line.indexOf(EximArrivalGrammar.SIZE, size + 1);
    }
    return colon;
  }
}
