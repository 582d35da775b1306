package org.whosent.indexer.log.haraka;

import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.framing.SyslogFraming;

/**
 * Haraka 2.8 and 3.x in each log format that {@code log.ini} knows, written by itself with {@code
 * timestamps=true} there or through syslog. Who logged in is not among what Haraka logs: a plugin
 * of the site has to say it, in the form that {@link HarakaReader} describes. Stateless,
 * thread-safe.
 */
public final class HarakaSource implements LogSource {

  @Override
  public String name() {
    return "haraka";
  }

  @Override
  public boolean recognises(String line) {
    return HarakaLine.parse(line, SyslogFraming.outOfContext()) instanceof HarakaLine found
        && found.plugin() != null;
  }

  @Override
  public boolean sessionsNameUsers() {
    return true;
  }

  @Override
  public LogReader reader(LogSettings settings) {
    return new HarakaReader(settings);
  }
}
