package org.whosent.indexer.log.sendmail;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.reader.SessionTable;

/**
 * Puts a line together that Sendmail has written as several ({@code sm_syslog} of {@code conf.c}):
 * what has more than SYSLOG_BUFSIZE bytes (1024 on most systems), after bytes that are no printable
 * ASCII have become four, comes as {@code ID[1]: … ...}, {@code ID[2]: … ...} and so on, the last
 * without the dots, in one go. A sender or a Message-ID with such bytes is enough, so that whoever
 * logs in can have the line that tells of his message written so.
 *
 * <p>Where a next hop's answer makes the last one end in dots, its delivery stays unread. Bounded:
 * of too many lines that are not whole the one heard of longest ago is forgotten, and counted. Not
 * thread-safe.
 */
final class SendmailPieces {
  private static final Pattern PIECE =
      Pattern.compile("([A-Za-z0-9]{0,20})\\[([0-9]{1,3})]: (.*)", Pattern.DOTALL);

  private static final String MORE = " ...";
  private static final int WAITING = 1000;
  private static final int LONGEST = 1 << 16;

  private record Piece(int number, String textSoFar) {}

  private final SessionTable<String, Piece> waiting;

  SendmailPieces(Forgotten forgotten) {
    waiting = new SessionTable<>(WAITING, forgotten);
  }

  /**
   * The line to read.
   *
   * @param process that wrote it, and its host
   * @return null while more of it is to come; the piece itself where those before it are missing
   */
  String read(String process, String message) {
    Matcher matcher = PIECE.matcher(message);
    if (!matcher.matches()) {
      return message;
    }
    String id = matcher.group(1);
    String key = process + ' ' + id;
    int number = Integer.parseInt(matcher.group(2));
    Piece waited = waiting.remove(key);
    Piece before = number == 1 ? new Piece(0, "") : waited;
    if (before == null || before.number != number - 1) {
      return message;
    }
    String text = before.textSoFar + matcher.group(3);
    if (text.length() > LONGEST) {
      return message;
    }
    if (text.endsWith(MORE)) {
      waiting.put(key, new Piece(number, text.substring(0, text.length() - MORE.length())));
      return null;
    }
    return id.isEmpty() ? text : id + ": " + text;
  }
}
