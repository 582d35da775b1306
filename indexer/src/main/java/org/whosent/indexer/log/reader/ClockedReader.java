package org.whosent.indexer.log.reader;

import java.time.Instant;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.framing.StampClock;

/**
 * A reader of a format whose time stamps may lack a year or a zone, which a clock knows from the
 * lines before. Belongs to one thread.
 */
public abstract class ClockedReader implements LogReader {
  private final LogSettings settings;

  /** What completes the stamps of the log's lines. */
  protected final StampClock clock;

  private String lastLogHost;
  private String lastHost;

  /** A reader of one log. */
  protected ClockedReader(LogSettings settings) {
    this.settings = settings;
    this.clock = new StampClock(settings);
  }

  /**
   * The name after {@code by} of the host that a line names. Nearly every line names that of the
   * line before, by the very same text.
   */
  protected final String host(String logHost) {
    if (logHost != lastLogHost) {
      lastHost = settings.hosts().apply(logHost);
      lastLogHost = logHost;
    }
    return lastHost;
  }

  @Override
  public final Instant lastTime() {
    return clock.last();
  }

  @Override
  public final void lastTime(Instant time) {
    clock.last(time);
  }

  @Override
  public final void fileTime(Instant time) {
    clock.fileTime(time);
  }
}
