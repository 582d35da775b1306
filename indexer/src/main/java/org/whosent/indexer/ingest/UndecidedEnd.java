package org.whosent.indexer.ingest;

import static org.whosent.indexer.ingest.input.Unreadable.reading;

import java.io.IOException;
import org.whosent.indexer.ingest.input.LineInput;
import org.whosent.indexer.ingest.input.SourceFile;
import org.whosent.indexer.ingest.input.Unreadable;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LookAhead;

/**
 * The last lines of a log from an undecided one on ({@link LineKind#UNDECIDED}): the checkpoint
 * stays before them, and each reading of the log begins there again until that line is decided. So
 * what is read of a log while it grows does not depend on when that is. What these lines say in any
 * case is taken at once, and is the same again when they are read. Stateless.
 */
final class UndecidedEnd {
  private UndecidedEnd() {}

  /** What a reader is shown of what stands behind a line; nothing where lines are read once. */
  static LookAhead ahead(SourceFile file, LineInput in, Tally tally) {
    boolean over = file.isOver();
    return file.isStream() || tally.turned ? LookAhead.NONE : most -> in.behind(most, over);
  }

  /**
   * Reads to the end, whole lines only.
   *
   * @param in at the undecided line, which was put back
   * @param reader which stands before it
   */
  static void read(LineInput in, LogReader reader, FactSink sink) throws IOException, Unreadable {
    LogReader meanwhile = reader.meanwhile();
    LineInput.Found found = LineInput.Found.LINE;
    while (found == LineInput.Found.LINE) {
      meanwhile.read(in.line(), in.length(), sink);
      found = reading(in::next);
    }
  }
}
