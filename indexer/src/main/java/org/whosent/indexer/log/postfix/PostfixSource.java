package org.whosent.indexer.log.postfix;

import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.framing.SyslogFraming;
import org.whosent.indexer.log.framing.SyslogLine;

/**
 * Postfix, 2.x to 3.10, as syslog or postlogd(8) write it. {@link PostfixReader} says what is read.
 * Stateless, thread-safe.
 */
public final class PostfixSource implements LogSource {

  @Override
  public String name() {
    return "postfix";
  }

  @Override
  public boolean recognises(String line) {
    SyslogLine parsed = SyslogFraming.outOfContext().parse(line);
    return parsed != null && PostfixProgram.of(parsed) != null;
  }

  /** A before-queue filter's session logs the login, and the queue ID another one. */
  @Override
  public boolean sessionsNameUsers() {
    return true;
  }

  @Override
  public LogReader reader(LogSettings settings) {
    return new PostfixReader(settings);
  }
}
