package org.whosent.indexer.log.sendmail;

import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.framing.SyslogFraming;
import org.whosent.indexer.log.framing.SyslogLine;

/**
 * Sendmail 8.x, MTA and mail submission program, as syslog writes it. {@link SendmailReader} says
 * what is read. Stateless, thread-safe.
 */
public final class SendmailSource implements LogSource {

  @Override
  public String name() {
    return "sendmail";
  }

  @Override
  public boolean recognises(String line) {
    SyslogLine parsed = SyslogFraming.outOfContext().parse(line);
    return parsed != null && SendmailReader.isSendmail(parsed.program());
  }

  @Override
  public boolean sessionsNameUsers() {
    return true;
  }

  @Override
  public LogReader reader(LogSettings settings) {
    return new SendmailReader(settings);
  }
}
