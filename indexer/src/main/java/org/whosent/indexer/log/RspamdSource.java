package org.whosent.indexer.log;

/**
 * What Rspamd says of the mail it scanned, and of its sender as the mail server told it: rows of
 * its history and rows of its elastic module as JSON lines, and the summary lines of its own log,
 * also through syslog. Stateless, thread-safe.
 */
final class RspamdSource implements LogSource {

  @Override
  public String name() {
    return "rspamd";
  }

  @Override
  public boolean recognises(String line) {
    if (line.startsWith("{")) {
      return line.contains("\"rspamd_meta\":")
          || line.contains("\"required_score\":")
              && line.contains("\"symbols\":")
              && line.contains("\"action\":");
    }
    return RspamdLine.TASK.matcher(line).find();
  }

  @Override
  public LogReader reader(LogSettings settings) {
    return new RspamdReader(settings);
  }
}
