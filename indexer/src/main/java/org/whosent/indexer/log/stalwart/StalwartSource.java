package org.whosent.indexer.log.stalwart;

import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;

/**
 * Stalwart's events: its text log ({@code TIME LEVEL Description (event.type) key = value, …}), and
 * the same events as JSON lines, as its webhooks and tracing export give them. Stateless,
 * thread-safe.
 */
public final class StalwartSource implements LogSource {

  @Override
  public String name() {
    return "stalwart";
  }

  @Override
  public boolean recognises(String line) {
    if (line.startsWith("{")) {
      return line.contains("\"createdAt\":")
          && line.contains("\"type\":")
          && line.contains("\"data\":");
    }
    return StalwartEvent.ofText(line) != null;
  }

  @Override
  public boolean sessionsNameUsers() {
    return true;
  }

  @Override
  public LogReader reader(LogSettings settings) {
    return new StalwartReader(settings);
  }
}
