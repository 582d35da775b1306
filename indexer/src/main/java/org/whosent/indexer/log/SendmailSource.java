package org.whosent.indexer.log;

/**
 * Sendmail 8.x, MTA and mail submission program, as syslog writes it. {@link SendmailReader} says
 * what is read. Stateless, thread-safe.
 */
final class SendmailSource implements LogSource {

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
