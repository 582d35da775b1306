package org.whosent.indexer.log;

/**
 * Apache James's audit trail (logger {@code org.apache.james.util.AuditTrail}), written as JSON
 * lines by Logback's JSON layout or the Logstash encoder. James's plain text layouts leave out the
 * fields that name user and client, so they are not read. Stateless, thread-safe.
 */
final class JamesSource implements LogSource {

  @Override
  public String name() {
    return "james";
  }

  @Override
  public boolean recognises(String line) {
    return line.startsWith("{") && line.contains('"' + JamesReader.LOGGER + '"');
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
