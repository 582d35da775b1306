package org.whosent.indexer.log.rspamd;

import java.util.regex.Pattern;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;

/**
 * What Rspamd says of the mail it scanned, and of its sender as the mail server told it: rows of
 * its history and rows of its elastic module as JSON lines, and the summary lines of its own log,
 * as text or JSON, also through syslog. Stateless, thread-safe.
 */
public final class RspamdSource implements LogSource {

  /** Any line of its own log: it writes hundreds before the first message. */
  private static final Pattern OWN =
      Pattern.compile(
          RspamdReader.OWN_STAMP.pattern() + "(?:<[^<> ]{1,40}>; [a-z_]{1,16}; )?[a-z_]");

  private static final Pattern LOGGED =
      Pattern.compile(
          "\\{\"ts\": [0-9.]{1,24}, \"pid\": [0-9]{1,10}, \"severity\": \"[a-z]{1,16}\","
              + " \"worker_type\": ");

  @Override
  public String name() {
    return "rspamd";
  }

  @Override
  public boolean recognises(String line) {
    if (line.startsWith("{")) {
      return LOGGED.matcher(line).lookingAt()
          || line.contains("\"rspamd_meta\":")
          || line.contains("\"required_score\":")
              && line.contains("\"symbols\":")
              && line.contains("\"action\":");
    }
    return OWN.matcher(line).lookingAt() || RspamdLine.TASK.matcher(line).find();
  }

  /** Half an object is none, and of a text line the result comes behind all that names anybody. */
  @Override
  public boolean showsItsEnd() {
    return true;
  }

  @Override
  public LogReader reader(LogSettings settings) {
    return new RspamdReader(settings);
  }
}
