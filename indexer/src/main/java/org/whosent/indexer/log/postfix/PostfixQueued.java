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

  private PostfixQueued() {}

  static boolean isExpired(LineBytes line, int rest) {
    return line.endsWith(EXPIRED, rest) || line.endsWith(FORCE_EXPIRED, rest);
  }

  /** The sender and the size into the facts; false when the line is none of these. */
  static boolean read(LineBytes line, int rest, Words words, SubmissionRecord.Builder facts) {
    // Nothing that the sender chose stands behind the last ">, size=".
    int start = rest + FROM.length;
    int end = line.lastIndexOf(SIZE, start);
    if (end < start) {
      return false;
    }
    int size = end + SIZE.length;
    int sizeEnd = line.digitsEnd(size, 18);
    int count = sizeEnd + COUNT.length;
    int countEnd = line.startsWith(COUNT, sizeEnd) ? line.digitsEnd(count, 9) : count;
    if (sizeEnd == size || countEnd == count || !isQueue(line, countEnd)) {
      return false;
    }
    String sender = line.text(start, end, words);
    if (sender.length() > ADDRESS) {
      return false;
    }
    facts.mailFrom = sender;
    facts.size = line.number(size, sizeEnd);
    return true;
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
