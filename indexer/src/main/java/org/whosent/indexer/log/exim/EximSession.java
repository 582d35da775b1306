package org.whosent.indexer.log.exim;

import org.whosent.indexer.log.text.LineBytes;

/**
 * What an arrival's line says of its session between the protocol and the login, and no record
 * keeps: each is a word of Exim's own, or a value without a blank. Stateless.
 */
final class EximSession {
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

  /** Takes one of them; false where none stands. */
  static boolean skip(EximCursor cursor) {
    return switch (cursor.first()) {
      case 'C' -> cursor.skip(VERIFIED);
      case 'D' -> cursor.flag(DMARC) || cursor.skip(DMARC_RESULT); // since 4.100
      case 'L' -> pipelining(cursor);
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
