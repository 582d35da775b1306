package org.whosent.indexer.log.exim;

import org.whosent.indexer.log.text.LineBytes;

/**
 * What an arrival's line says of its host, and of its session between the protocol and the login,
 * and no record keeps: each is a word of Exim's own, or a value without a blank. Stateless.
 */
final class EximSession {
  private static final byte[] DNSSEC = LineBytes.word(" DS");
  private static final byte[] FAST_OPEN = LineBytes.word(" TFO");
  private static final byte[] FAST_OPEN_DATA = LineBytes.word(" TFO*");
  private static final byte[] CONNECTION_ID = LineBytes.word(" Ci=");
  private static final byte[] VERIFIED = LineBytes.word(" CV=");
  private static final byte[] SERVER_NAME = LineBytes.word(" SNI=");
  private static final byte[] SPF = LineBytes.word(" SPF");
  private static final byte[] SPF_RESULT = LineBytes.word(" SPF=");
  private static final byte[] DMARC = LineBytes.word(" DMARC");
  private static final byte[] DMARC_RESULT = LineBytes.word(" DMARC=");
  private static final byte[][] PIPELINING = {
    LineBytes.word(" L"),
    LineBytes.word(" L-"),
    LineBytes.word(" L*"),
    LineBytes.word(" L."),
    LineBytes.word(" L*-"),
    LineBytes.word(" L.-")
  };

  private EximSession() {}

  /** Takes all that stand beside the host. */
  static void skipOfHost(EximCursor cursor) {
    boolean more = true;
    while (more) {
      more =
          switch (cursor.first()) {
            case 'D' -> cursor.flag(DNSSEC);
            case 'T' -> cursor.flag(FAST_OPEN) || cursor.flag(FAST_OPEN_DATA);
            case 'C' -> cursor.digits(CONNECTION_ID);
            default -> false;
          };
    }
  }

  /**
   * Where an ident ends: before the {@code " Ci=123"} of +connection_id, which 4.98 writes behind
   * it.
   */
  static int identEnd(LineBytes text, int from, int end) {
    int at = end;
    while (at > from && text.at(at - 1) >= '0' && text.at(at - 1) <= '9') {
      at--;
    }
    int id = at - CONNECTION_ID.length;
    return at < end && id > from && text.startsWith(CONNECTION_ID, id) ? id : end;
  }

  /** Takes one of the session's; false where none stands. */
  static boolean skip(EximCursor cursor) {
    return switch (cursor.first()) {
      case 'C' -> cursor.skip(VERIFIED);
      case 'D' -> cursor.flag(DMARC) || cursor.skip(DMARC_RESULT); // since 4.100
      case 'L' -> pipelining(cursor);
      case 'P' -> cursor.skip(EximArrivalGrammar.PROXY); // since 4.100, behind the login before
      case 'S' -> cursor.skip(SERVER_NAME) || cursor.flag(SPF) || cursor.skip(SPF_RESULT);
      default -> false;
    };
  }

  private static boolean pipelining(EximCursor cursor) {
    for (byte[] flag : PIPELINING) {
      if (cursor.flag(flag)) {
        return true;
      }
    }
    return false;
  }
}
