package org.whosent.indexer.log.exim;

import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.Words;
import org.whosent.record.Addresses;

/**
 * The login behind {@code A=authenticator:}, which is not quoted: everything up to the first thing
 * like a size ({@code " S=123"}), but for the flags and the {@code PRX=} that stand between the
 * two.
 *
 * <p>Known weak: a login that ends in {@code " K"} or {@code " PRDR"} is read without that, but
 * where another blank is in it, it names nobody; nor does one that holds a colon, which is not told
 * from login and MAIL AUTH (+smtp_mailauth), which the client chooses: only the operator can say
 * that no login holds one. What stands around it is the same in either case.
 *
 * @param user null where it may have been another
 * @param userBeforeColon where no login holds a colon: what stands before the first, and one word
 *     behind it; null for anything else
 * @param isClear false where it is none at all
 * @param end where the next field begins
 * @param next where another size may begin, when this one may stand in MAIL AUTH; else -1
 */
record EximLogin(String user, String userBeforeColon, boolean isClear, int end, int next) {
  /** Where nobody logged in. */
  static final EximLogin NONE = new EximLogin(null, null, true, -1, -1);

  private static final int LONGEST = 1024;
  private static final byte[][] FLAGS = {
    EximArrivalGrammar.CHUNKING, EximArrivalGrammar.PER_RECIPIENT
  };

  /**
   * Reads the login that begins there.
   *
   * @param behind where the size behind it may begin first
   * @param cursor is moved
   * @return null when no size stands there
   */
  static EximLogin read(LineBytes line, int from, int behind, EximCursor cursor, Words words) {
    int size = sizeFrom(line, behind, cursor);
    if (size < 0) {
      return null;
    }
    int to = size;
    boolean shortened = false;
    int blank = line.indexOf(' ', from); // what may have to go begins with one
    for (int before = -1; before != to && blank < to; ) {
      before = to;
      for (byte[] flag : FLAGS) {
        if (to - flag.length > from && line.startsWith(flag, to - flag.length)) {
          to -= flag.length;
          shortened = true;
        }
      }
      to = beforeProxy(line, from, to);
    }
    String logged = line.text(from, to, words);
    boolean clear = !logged.isEmpty() && logged.length() <= LONGEST;
    int colon = logged.indexOf(':');
    boolean withFlag = shortened && logged.indexOf(' ') >= 0;
    String user = colon >= 0 || withFlag ? null : EximText.login(logged);
    String before = colon > 0 && isMailAuth(logged, colon) ? logged.substring(0, colon) : null;
    before = before == null ? null : EximText.login(before);
    return new EximLogin(user, before, clear, to, colon < 0 ? -1 : size + 1);
  }

  /** MAIL AUTH may stand in it. */
  boolean hasColon() {
    return next >= 0;
  }

  /** Or the rest of a line that a client's HELO, ident or certificate began to imitate. */
  private static boolean isMailAuth(String logged, int colon) {
    return logged.indexOf(" P=", colon) < 0 && logged.indexOf("\" ", colon) < 0;
  }

  /** Where the first {@code " S=123"} begins, or -1. */
  private static int sizeFrom(LineBytes line, int from, EximCursor cursor) {
    int at = line.indexOf(EximArrivalGrammar.SIZE, from);
    while (at >= 0) {
      cursor.at = at;
      if (cursor.digits(EximArrivalGrammar.SIZE)) {
        return at;
      }
      at = line.indexOf(EximArrivalGrammar.SIZE, at + 1);
    }
    return -1;
  }

  /**
   * Where {@code " PRX=address"} begins, when it is the last word before that place; else there.
   */
  private static int beforeProxy(LineBytes line, int from, int to) {
    int word = to - 1;
    while (word > from && line.at(word) != ' ') {
      word--;
    }
    int address = word + EximArrivalGrammar.PROXY.length;
    boolean proxy =
        word > from
            && address <= to
            && line.startsWith(EximArrivalGrammar.PROXY, word)
            && Addresses.parse(line.text(address, to)).isPresent();
    return proxy ? word : to;
  }
}
