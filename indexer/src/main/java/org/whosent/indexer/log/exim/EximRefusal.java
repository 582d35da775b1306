package org.whosent.indexer.log.exim;

import org.whosent.indexer.log.text.LineBytes;

/** Lines about what was refused; they are counted only. Stateless. */
final class EximRefusal {
  private static final byte[] REJECTED = LineBytes.word("rejected ");

  /** Also where it says {@code temporarily} before. */
  private static final byte[] REJECTED_OF_CLIENT = LineBytes.word(" rejected ");

  /** What +dnssec writes before the client. */
  private static final byte[] SECURE_HOST = LineBytes.word(" DSH=");

  private EximRefusal() {}

  /**
   * {@code H=… rejected RCPT <…>: …}; counted, so that a stranger's words in it do no harm.
   *
   * @param from behind the time stamp and the message's ID
   */
  static boolean is(LineBytes line, int from) {
    int start = line.startsWith(SECURE_HOST, from) ? from + SECURE_HOST.length - 2 : from;
    byte first = line.at(start);
    boolean ofClient = (first == 'H' || first == 'U' || first == 'F') && line.at(start + 1) == '=';
    return ofClient
        ? line.indexOf(REJECTED_OF_CLIENT, start) >= 0
        : line.startsWith(REJECTED, start);
  }
}
