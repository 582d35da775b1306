package org.whosent.indexer.log;

/**
 * Dovecot's submission service, in a syslog file, with or without the Postfix behind it, or in
 * Dovecot's own log file ({@code log_path}). Stateless, thread-safe.
 */
final class DovecotSource implements LogSource {

  @Override
  public String name() {
    return "dovecot";
  }

  @Override
  public boolean recognises(String line) {
    if (DovecotReader.ownFile(line) != null) {
      return true;
    }
    SyslogLine parsed = SyslogFraming.outOfContext().parse(line);
    return parsed != null && DovecotSubmission.isOwn(parsed);
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
