package org.whosent.indexer.log.exim;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.reader.SessionTable;
import org.whosent.indexer.log.reader.SetBackClock;

/**
 * Puts together what Exim cut for syslog: {@code [1/3] …}, {@code [2/3] …}, {@code [3/3] …} of one
 * process, in this order, at one time: the process's ID comes again, and the end of another one's
 * line may name another login. A piece that is missing or double loses the line, and so does a log
 * without process IDs, in which two lines' pieces may alternate; it is counted. Lines cut at a line
 * feed ({@code [1\3]}: a rejected message's header) are not wanted.
 *
 * <p>Bounded: of too many processes the one heard of longest ago is forgotten, and counted. Not
 * thread-safe.
 */
final class EximPieces {
  private static final Pattern PIECE =
      Pattern.compile("\\[([1-9][0-9]?)([/\\\\])([1-9][0-9]?)] (.*)", Pattern.DOTALL);

  /** Exim's log buffer has 8192 bytes ({@code macros.h}). */
  private static final int MOST_PIECES = 20;

  private static final int PROCESSES = 1000;

  private record Begun(int pieces, int of, String text, Instant time) {
    boolean isJustBefore(Instant next) {
      return Duration.between(time, next).abs().compareTo(SetBackClock.DISORDER) <= 0;
    }
  }

  private final SessionTable<String, Begun> byProcess;
  private final Forgotten forgotten;

  EximPieces(Forgotten forgotten) {
    this.forgotten = forgotten;
    this.byProcess = new SessionTable<>(PROCESSES, forgotten);
  }

  /** True for a piece of a line. */
  static boolean isPiece(String message) {
    return message.startsWith("[") && PIECE.matcher(message).matches();
  }

  /**
   * Takes a piece; the whole line when it was the last one, else null.
   *
   * @param process empty where the line does not name it
   */
  String add(String host, String process, Instant time, String message) {
    Matcher matcher = PIECE.matcher(message);
    String key = host + ' ' + process;
    Begun before = byProcess.remove(key);
    boolean wanted = matcher.matches() && matcher.group(2).equals("/");
    int number = wanted ? Integer.parseInt(matcher.group(1)) : 0;
    int of = wanted ? Integer.parseInt(matcher.group(3)) : 0;
    boolean goesOn =
        before != null
            && before.of == of
            && before.pieces + 1 == number
            && before.isJustBefore(time);
    if (before != null && !goesOn) {
      forgotten.unfinished();
    }
    if (!goesOn && number != 1 || number > of || of > MOST_PIECES) {
      return null;
    }
    String text = number == 1 ? matcher.group(4) : before.text + matcher.group(4);
    if (number == of) {
      return text;
    }
    if (process.isEmpty()) {
      forgotten.unfinished();
    } else {
      byProcess.put(key, new Begun(number, of, text, time));
    }
    return null;
  }
}
