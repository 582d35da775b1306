package org.whosent.indexer.ingest;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSource;

/**
 * Readers that stand somewhere: at an offset of a log, which spares looking back when a file is
 * read every moment, and at the end of the file read last, from where the next may go on.
 *
 * <p>A reader that reads on stands nowhere until it is put somewhere again: what it then knows of
 * sessions is of the lines that it has read since. Bounded. Not thread-safe.
 */
final class StandingReaders {
  private static final int REMEMBERED = 256;

  /**
   * A reader that stands at an offset.
   *
   * @param host whose line was shown to it last, or null
   * @param time when that was written, or null
   * @param lasting of the log's lines before
   */
  record Standing(LogReader reader, long offset, String host, Instant time, LastingLines lasting) {}

  private final Map<String, Standing> byLog =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Standing> eldest) {
          return size() > REMEMBERED;
        }
      };

  private LogReader last;
  private LogSource lastFormat;
  private boolean goesOn;
  private LogReader before;

  /** The next file goes on where the last one ended: so do its sessions and its years. */
  void goesOn(boolean directly) {
    goesOn = directly;
  }

  /** The next file begins. */
  void begin() {
    before = goesOn ? last : null;
    last = null;
  }

  /** The reader that goes on in the file that has begun, if that is of this format; or null. */
  LogReader before(LogSource format) {
    return format.equals(lastFormat) ? before : null;
  }

  /**
   * The reader that stands at that offset, or null.
   *
   * @param log as checkpoints identify it
   */
  Standing at(String log, long offset) {
    Standing standing = byLog.get(log);
    return standing != null && standing.offset == offset ? standing : null;
  }

  /** The reader reads on, in the file that has begun. */
  void reads(LogReader reader, LogSource format) {
    byLog.values().removeIf(standing -> standing.reader == reader);
    last = reader;
    lastFormat = format;
  }

  /** The reader that reads on did not reach the file's end: it does not go on in the next. */
  void standsBefore() {
    last = null;
  }

  /** A reader stands there now. */
  void put(String log, Standing standing) {
    byLog.put(log, standing);
  }
}
