package org.whosent.indexer.log.exim;

import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.Words;
import org.whosent.record.Addresses;

/**
 * A host that a delivery spoke to.
 *
 * @param text all of the field's value, with the blank that its end is known by; null where it has
 *     none
 * @param shown the name, and address and port as logged
 * @param address without its brackets, or null
 * @param local whether this machine keeps the mailbox; null where it may be either, as behind a
 *     loopback address, or where there is no address
 */
record EximHop(byte[] text, String shown, String address, Boolean local) {
  private static final byte[] HOST = LineBytes.word(" H=");
  private static final byte[] ADDRESS_LITERAL = LineBytes.word(" [");

  /** Reads the field; remembers the last, since messages go to few hosts. Not thread-safe. */
  static final class Reader {
    private final Words words;
    private EximHop last; // null before the first

    Reader(Words words) {
      this.words = words;
    }

    /** {@code " H=name [address]:port"}, or just a name. */
    EximHop read(EximCursor cursor, LineBytes line) {
      if (cursor.first() != 'H') {
        return null;
      }
      if (last != null && cursor.take(last.text)) {
        cursor.at--; // the blank that ended it
        return last;
      }
      int start = cursor.at;
      EximHop hop = other(cursor, line);
      if (hop != null && hop.address != null && cursor.first() != 0) {
        byte[] text = line.copy(start, cursor.at + 1);
        last = new EximHop(text, hop.shown, hop.address, hop.local);
      }
      return hop;
    }

    private EximHop other(EximCursor cursor, LineBytes line) {
      int from = cursor.at + HOST.length;
      if (!cursor.skipWord(HOST)) {
        return null;
      }
      String name = line.text(from, cursor.at, words);
      int before = cursor.at;
      if (!cursor.skip(ADDRESS_LITERAL)) {
        return new EximHop(null, name, null, null);
      }
      int start = before + ADDRESS_LITERAL.length;
      int close = line.indexOf(']', start);
      int literalEnd = cursor.at;
      cursor.at = before;
      if (close < 0 || close >= literalEnd) {
        return null;
      }
      // "[address]:port*", and of a failure "[address]:port: text"
      int end = close + 1;
      if (line.at(end) == ':') {
        int digits = line.digitsEnd(end + 1, literalEnd - end - 1);
        end = digits > end + 1 ? digits : end;
      }
      cursor.at = end < literalEnd && line.at(end) == '*' ? end + 1 : end;
      String address = line.text(start, close, words);
      return new EximHop(
          null,
          name + "[" + line.text(start, end, words),
          address,
          Addresses.isLoopback(address) ? null : Boolean.FALSE);
    }
  }
}
