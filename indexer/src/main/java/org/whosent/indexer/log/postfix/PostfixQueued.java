package org.whosent.indexer.log.postfix;

import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.Words;
import org.whosent.record.SubmissionRecord;

/**
 * What qmgr(8) says of a message in the queue: {@code from=<…>, size=…, nrcpt=… (queue active)}
 * when it comes in, {@code from=<…>, status=expired, returned to sender} when it was there for too
 * long. The sender is a stranger's text between them. Stateless.
 */
final class PostfixQueued {
  static final byte[] FROM = LineBytes.word("from=<");
  private static final byte[] SIZE = LineBytes.word(">, size=");
  private static final byte[] COUNT = LineBytes.word(", nrcpt=");
  private static final byte[] QUEUE = LineBytes.word(" (queue ");

  /** qmgr's last word; a sender's {@code >} before it is quoted, and the line ends here. */
  private static final byte[] EXPIRED = LineBytes.word(">, status=expired, returned to sender");

  private static final byte[] FORCE_EXPIRED =
      LineBytes.word(">, status=force-expired, returned to sender");

  private static final int ADDRESS = 1000;

  /** Postfix cuts its lines at 2000 bytes, so that of a long sender the beginning is left. */
  private static final int CUT = 1900;

  private PostfixQueued() {}

  static boolean isExpired(LineBytes line, int rest) {
    return line.endsWith(EXPIRED, rest) || line.endsWith(FORCE_EXPIRED, rest);
  }

  /**
   * The sender, who is put into the facts with the size if he is not too long for them; null when
   * the line is none of these.
   */
  static String read(LineBytes line, int rest, Words words, SubmissionRecord.Builder facts) {
    // Nothing that the sender chose stands behind the last ">, size=".
    int start = rest + FROM.length;
    int end = line.lastIndexOf(SIZE, start);
    if (end < start) {
      return cut(line, start);
    }
    int size = end + SIZE.length;
    int sizeEnd = line.digitsEnd(size, 18);
    int count = sizeEnd + COUNT.length;
    int countEnd = line.startsWith(COUNT, sizeEnd) ? line.digitsEnd(count, 9) : count;
    if (sizeEnd == size || countEnd == count || !isQueue(line, countEnd)) {
      return cut(line, start);
    }
    String sender = line.text(start, end, words);
    facts.mailFrom = sender.length() > ADDRESS ? null : sender;
    facts.size = line.number(size, sizeEnd);
    return sender;
  }

  private static String cut(LineBytes line, int start) {
    return line.end() - start > CUT ? line.text(start, line.end()) : null;
  }

  /** {@code " (queue active)"} and nothing more. */
  private static boolean isQueue(LineBytes line, int from) {
    int word = from + QUEUE.length;
    if (!line.startsWith(QUEUE, from)) {
      return false;
    }
    int at = word;
    while (line.at(at) >= 'a' && line.at(at) <= 'z') {
      at++;
    }
    return at > word && at == line.end() - 1 && line.at(at) == ')';
  }
}
