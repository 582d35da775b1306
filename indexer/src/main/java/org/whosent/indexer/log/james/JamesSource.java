package org.whosent.indexer.log.james;

import java.util.regex.Pattern;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;

/**
 * Apache James's log and audit trail (logger {@code org.apache.james.util.AuditTrail}), written as
 * JSON lines by Logback's JSON layout or the Logstash encoder. James's plain text layouts leave out
 * the fields that name the user, so they are not read. Stateless, thread-safe.
 */
public final class JamesSource implements LogSource {
  /** Any logger of James: the first lines of a log are those of its start. */
  private static final Pattern LOGGER =
      Pattern.compile("\"logger(?:_name|Name)?\" ?: ?\"org\\.apache\\.james\\.");

  @Override
  public String name() {
    return "james";
  }

  @Override
  public boolean recognises(String line) {
    return line.startsWith("{") && LOGGER.matcher(line).find();
  }

  /** Half a JSON object is none. */
  @Override
  public boolean showsItsEnd() {
    return true;
  }

  @Override
  public LogReader reader(LogSettings settings) {
    return new JamesReader(settings);
  }
}
