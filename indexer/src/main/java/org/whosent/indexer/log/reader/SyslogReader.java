package org.whosent.indexer.log.reader;

import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.framing.SyslogFraming;
import org.whosent.indexer.log.framing.SyslogLine;

/**
 * What every reader of a text format behind syslog headers does with a line before the format's own
 * grammar comes to it. Belongs to one thread.
 */
public abstract class SyslogReader extends ClockedReader {
  private final SyslogFraming framing;

  /** What a submission service of Dovecot says, whose relay this server is. */
  private final DovecotSubmission dovecot;

  /** A reader of one log. */
  protected SyslogReader(LogSettings settings) {
    super(settings);
    this.framing = new SyslogFraming(clock);
    this.dovecot = DovecotSubmission.before(settings);
  }

  /** True when the format's own server writes under that tag. */
  protected abstract boolean isOwn(SyslogLine line);

  /**
   * Reads a line of the format's own server.
   *
   * @param host the name after {@code by}
   */
  protected abstract LineKind read(SyslogLine line, String host, FactSink sink);

  @Override
  public final LineKind read(byte[] bytes, int length, FactSink sink) {
    SyslogLine line = framing.parse(bytes, length);
    if (line == null) {
      return LineKind.NOT_A_LOG;
    }
    String host = seen(line.host(), line.time(), sink);
    if (isOwn(line)) {
      own(line.time());
      return read(line, host, sink);
    }
    return DovecotSubmission.isOwn(line)
        ? dovecot.read(line.time(), host, line.message(), sink)
        : foreign(line.program(), line.message(), line.time(), sink);
  }
}
