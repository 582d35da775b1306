package org.whosent.indexer.log.dovecot;

import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.framing.SyslogFraming;
import org.whosent.indexer.log.framing.SyslogLine;
import org.whosent.indexer.log.reader.DovecotSubmission;

/**
 * Dovecot's submission service, in a syslog file, with or without the Postfix behind it, or in
 * Dovecot's own log file ({@code log_path}). Stateless, thread-safe.
 */
public final class DovecotSource implements LogSource {

  @Override
  public String name() {
    return "dovecot";
  }

  @Override
  public boolean recognises(String line) {
    if (DovecotReader.isServices(line)) {
      return true;
    }
    SyslogLine parsed = SyslogFraming.outOfContext().parse(line);
    return parsed != null && DovecotSubmission.isServices(parsed);
  }

  @Override
  public boolean sessionsNameUsers() {
    return true;
  }

  @Override
  public LogReader reader(LogSettings settings) {
    return new DovecotReader(settings);
  }
}
