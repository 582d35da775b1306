package org.whosent.indexer.log.exim;

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
    if (!hasColon(line, start)) {
      return new EximArrivalLine(arrival, false);
    }
    LineBytes begun = LineBytes.of(line.text(start, line.end()) + END);
    EximArrivalGrammar part = new EximArrivalGrammar(begun, 0, words);
    EximArrival cut = part.read();
    if (!part.mayHoldMailAuth()) {
      return new EximArrivalLine(arrival, whole.mayHoldMailAuth());
    }
    if (cut == null || cut.isLocal()) {
      return new EximArrivalLine(null, true);
    }
    if (arrival == null) {
      return new EximArrivalLine(cut.login() == null ? cut.head() : null, true);
    }
    return new EximArrivalLine(arrival.isOfSame(cut) ? arrival : arrival.agreed(cut.head()), true);
  }

  /** Whatever stands before MAIL AUTH is Exim's own, or has no line feed. */
  static boolean hasColon(LineBytes line, int start) {
    int at = line.indexOf(AUTHENTICATOR, start);
    while (at >= 0) {
      int name = at + AUTHENTICATOR.length;
      int end = name;
      while (EximText.isName(line.at(end))) {
        end++;
      }
      if (end > name && line.at(end) == ':' && hasColonInLogin(line, end + 1)) {
        return true;
      }
      at = line.indexOf(AUTHENTICATOR, name);
    }
    return false;
  }

  /** Before the first thing like a size. */
  private static boolean hasColonInLogin(LineBytes line, int from) {
    int colon = line.indexOf(':', from);
    int size = line.indexOf(EximArrivalGrammar.SIZE, from);
    while (size >= 0 && size < colon) {
      byte digit = line.at(size + EximArrivalGrammar.SIZE.length);
      if (digit >= '0' && digit <= '9') {
        return false;
      }
      size = line.indexOf(EximArrivalGrammar.SIZE, size + 1);
    }
    return colon >= 0;
  }
}
