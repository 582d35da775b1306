package org.whosent.record.message;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 over a body in DKIM's relaxed form, cut to 128 bits, fed piece by piece.
 *
 * <p>RFC 6376 section 3.4.4: "Ignore all whitespace at the end of lines. [...] Reduce all sequences
 * of WSP within a line to a single SP character. Ignore all empty lines at the end of the message
 * body." A bare LF counts as CRLF and a CR before a line's end as white space, so that a file keeps
 * its digest whichever line endings it was saved with. Not thread-safe.
 */
final class BodyDigest {
  private final MessageDigest sha256;
  private final byte[] out = new byte[4096];
  private int used;
  private long pendingLines;
  private int pendingCr;
  private boolean pendingSpace;
  private boolean anything;

  BodyDigest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  void update(byte[] buffer, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = buffer[i];
      switch (b) {
        case '\n' -> {
          pendingCr = 0;
          pendingSpace = false;
          pendingLines++;
        }
        case '\r' -> pendingCr++;
        case ' ', '\t' -> {
          flushCr();
          pendingSpace = true;
        }
        default -> {
          flushCr();
          text();
          if (pendingSpace) {
            put((byte) ' ');
            pendingSpace = false;
          }
          put(b);
        }
      }
    }
  }

  /** A CR that turned out to stand within a line is text. */
  private void flushCr() {
    while (pendingCr > 0) {
      pendingCr--;
      text();
      put((byte) '\r');
    }
  }

  private void text() {
    for (; pendingLines > 0; pendingLines--) {
      crlf();
    }
    anything = true;
  }

  private void crlf() {
    put((byte) '\r');
    put((byte) '\n');
  }

  private void put(byte b) {
    if (used == out.length) {
      sha256.update(out, 0, used);
      used = 0;
    }
    out[used++] = b;
  }

  /**
   * 32 hex digits; null for a body in which nothing stands, which tells no message from another.
   */
  String finish() {
    if (!anything) {
      return null;
    }
    crlf();
    sha256.update(out, 0, used);
    return HexFormat.of().formatHex(sha256.digest(), 0, 16);
  }
}
