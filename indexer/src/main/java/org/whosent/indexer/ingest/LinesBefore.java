package org.whosent.indexer.ingest;

import java.io.IOException;
import org.whosent.indexer.ingest.input.Hashes;
import org.whosent.indexer.ingest.input.LineInput;
import org.whosent.indexer.ingest.input.PiecesBefore;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSource;

/**
 * Shows a reader the lines of a file before a checkpoint, as {@link PiecesBefore} does with those
 * of the pieces before the file, and so finds out whether it is the log that was read. Stateless.
 */
final class LinesBefore {
  /** So many bytes before a checkpoint are read again. */
  private static final long LENGTH = 256 << 10;

  private LinesBefore() {}

  /**
   * Where that begins: so far back that the checkpoint's last line is seen whole.
   *
   * @param stands the reader stands at the checkpoint: only that line is looked at
   */
  static long from(Checkpoint checkpoint, LogSource format, boolean stands) {
    long before = from(checkpoint);
    long length = Math.max(LENGTH, PiecesBefore.length(format));
    return stands ? before : Math.max(0, Math.min(checkpoint.offset() - length, before));
  }

  /** The same where only the checkpoint's last line is looked at. */
  static long from(Checkpoint checkpoint) {
    return Math.max(0, checkpoint.lineStart() - LineInput.MOST_BEFORE);
  }

  /**
   * True when this is the log that was read up to that checkpoint.
   *
   * @param in begins at {@link #from(Checkpoint)}
   */
  static boolean reach(LineInput in, Checkpoint checkpoint, Hashes hashes) throws IOException {
    if (in.offset() > 0) {
      in.next(); // the rest of a line
    }
    while (in.offset() < checkpoint.offset() && in.next() != LineInput.Found.END) {
      if (in.lineStart() >= checkpoint.lineStart()) {
        return checkpoint.isBehind(in, hashes);
      }
    }
    return false;
  }

  /**
   * Reads on to the checkpoint and shows the reader the lines before it, unless it stands there.
   *
   * @param in begins at {@link #from}
   * @return false when this is not the log that was read
   */
  static boolean show(
      LineInput in,
      Checkpoint checkpoint,
      LogReader reader,
      boolean stands,
      Hashes hashes,
      FactSink known)
      throws IOException {
    if (in.offset() > 0) {
      in.next(); // the rest of a line
      if (!stands) {
        reader.inTheMidst();
      }
    }
    while (in.offset() < checkpoint.offset()) {
      LineInput.Found found = in.next();
      if (found == LineInput.Found.END) {
        return false;
      }
      if (in.lineStart() >= checkpoint.lineStart() && !checkpoint.isBehind(in, hashes)) {
        return false;
      }
      if (found == LineInput.Found.OVERLONG) {
        reader.inTheMidst();
      } else if (!stands && found == LineInput.Found.LINE) {
        reader.read(in.line(), in.length(), known);
      }
    }
    reader.lastTime(checkpoint.lastTime());
    return in.offset() == checkpoint.offset();
  }
}
