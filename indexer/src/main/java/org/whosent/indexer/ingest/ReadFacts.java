package org.whosent.indexer.ingest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.whosent.indexer.ingest.input.Hashes;
import org.whosent.indexer.ingest.input.LineInput;
import org.whosent.record.JournalEntry;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.WellFormed;

/**
 * What some lines of one file said, on its way from the thread that reads to the thread that stores
 * ({@link Joining}), with the bytes of these lines: to hash them costs as much as to read them.
 * Bounded by {@link #isFull}, which is to be asked before each line.
 *
 * <p>Belongs to one thread at a time. The builders in it are given away with it.
 */
final class ReadFacts {
  /**
   * Lines with something to say, at most: what is handed over less often waits longer, and what is
   * handed over more often wakes the other thread for little.
   */
  private static final int LINES = 512;

  /** So many bytes of lines and no further one: a line may have a megabyte. */
  private static final int BYTES = 256 << 10;

  /** A line that is begun within these bytes ends within so many more, nearly always. */
  private static final int SHORT = 16 << 10;

  /** Recipients, which take more memory than they take bytes of a line. */
  private static final int RECIPIENTS = 8 * LINES;

  /**
   * What a line said of one transaction, or of a login that failed: one of both is null.
   *
   * <p>A line that says several things stands in several of these, one behind the other.
   */
  static final class Said {
    /** Of the line's first byte in the file. */
    private final long offset;

    private final int length;

    /** Of its first byte in the bytes of all lines. */
    private int from;

    private boolean hashed;
    private long hash;

    private SubmissionRecord.Builder facts;
    private JournalEntry.LoginFailure failure;
    private LogCounts.Count count;

    private Said(long offset, int length) {
      this.offset = offset;
      this.length = length;
    }

    /** True when both are said in one line; false for null. */
    boolean isOfLine(Said other) {
      return other != null && offset == other.offset;
    }

    SubmissionRecord.Builder facts() {
      return facts;
    }

    JournalEntry.LoginFailure failure() {
      return failure;
    }

    /** Takes what becomes of it; null for a failed login, and for what is read again. */
    LogCounts.Count count() {
      return count;
    }
  }

  private final String file;
  private final Tally tally;
  private final List<Said> said = new ArrayList<>(2 * LINES);
  private byte[] bytes;
  private int length;
  private int lines;
  private int recipients;
  private Said last;

  /**
   * Nothing yet.
   *
   * @param file as the records are to name it
   * @param tally of that file
   * @param bytes for the lines, from {@link #room} or of one that was joined
   */
  ReadFacts(String file, Tally tally, byte[] bytes) {
    this.bytes = bytes;
    this.file = WellFormed.text(file);
    this.tally = tally;
  }

  /** For the lines of one after the other: it is large, and to clear it anew costs something. */
  static byte[] room() {
    return new byte[BYTES + SHORT];
  }

  /** The room for lines, for the next one; null when a long line has made it too large to keep. */
  byte[] roomAgain() {
    return bytes.length > BYTES + SHORT ? null : bytes;
  }

  /**
   * Adds facts of the line that stands in the input; the builder is this object's from now on. Its
   * texts become well-formed here, where they were made a moment ago: for the thread that stores,
   * each would be one more way to the memory.
   */
  void add(SubmissionRecord.Builder facts, LineInput in, LogCounts.Count count) {
    WellFormed.mend(facts);
    recipients += facts.recipients.size();
    Said next = next(in);
    next.facts = facts;
    next.count = count;
  }

  /** Adds the failed login that the line in the input tells of. */
  void add(JournalEntry.LoginFailure failure, LineInput in) {
    next(in).failure = failure;
  }

  /** The bytes are the input's only until it reads on; a line may say several things. */
  private Said next(LineInput in) {
    Said next = new Said(in.lineStart(), in.length());
    Said before = last;
    last = next;
    said.add(next);
    if (next.isOfLine(before)) {
      next.from = before.from;
      return next;
    }
    if (bytes.length - length < in.length()) {
      bytes = Arrays.copyOf(bytes, length + in.length());
    }
    System.arraycopy(in.line(), 0, bytes, length, in.length());
    next.from = length;
    length += in.length();
    lines++;
    return next;
  }

  /** True when it is to be handed over. */
  boolean isFull() {
    return lines >= LINES || length >= BYTES || recipients >= RECIPIENTS;
  }

  /** Hashes all lines: for the thread that reads, when it is ahead of the one that stores. */
  void hash(Hashes hashes) {
    Said before = null;
    for (int i = 0; i < said.size(); i++) {
      Said each = said.get(i);
      if (!each.isOfLine(before)) {
        each.hash = hashOf(each, hashes);
        each.hashed = true;
      }
      before = each;
    }
  }

  /** Where the line stands, of what is said first of it; hashes it where that was not done yet. */
  SourceLine source(Said first, Hashes hashes) {
    return SourceLine.of(file, first.offset, first.hashed ? first.hash : hashOf(first, hashes));
  }

  private long hashOf(Said each, Hashes hashes) {
    return hashes.lineBits(bytes, each.from, each.length);
  }

  Tally tally() {
    return tally;
  }

  /** In the order of the lines. */
  List<Said> said() {
    return said;
  }
}
