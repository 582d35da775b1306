package org.whosent.indexer.log.opensmtpd;

import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.framing.SyslogFraming;
import org.whosent.indexer.log.framing.SyslogLine;

/**
 * OpenSMTPD 5.3 to 7.x, as syslog writes it. {@link OpenSmtpdReader} says what is read. Stateless,
 * thread-safe.
 */
public final class OpenSmtpdSource implements LogSource {

  @Override
  public String name() {
    return "opensmtpd";
  }

  @Override
  public boolean recognises(String line) {
    SyslogLine parsed = SyslogFraming.outOfContext().parse(line);
    return parsed != null && OpenSmtpdReader.isOpenSmtpd(parsed);
  }

  @Override
  public boolean sessionsNameUsers() {
    return true;
  }

  @Override
  public LogReader reader(LogSettings settings) {
    return new OpenSmtpdReader(settings);
  }
}
