package org.whosent.indexer.log.exim;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.framing.StampClock;
import org.whosent.record.site.Site;

/**
 * Exim's main log, 4.8x to 4.100, in its own files or through syslog; the reject log is read along
 * with it and gives no records. {@link EximReader} says what is read. Immutable.
 *
 * @param loginsHaveNoColon no account's name holds a colon, as the site says: what stands behind
 *     the first one is MAIL AUTH
 */
public record EximSource(boolean loginsHaveNoColon) implements LogSource {
  /** Where nothing is said of logins. */
  public EximSource() {
    this(false);
  }

  @Override
  public String name() {
    return "exim";
  }

  @Override
  public boolean recognises(String line) {
    EximFraming framing =
        new EximFraming(new StampClock(ZoneOffset.UTC, null, Instant.EPOCH.plusSeconds(1L << 32)));
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return framing.frame(bytes, bytes.length)
        && framing.isExim()
        && (!framing.host().isEmpty() || EximUnused.isSurelyExim(framing));
  }

  /** Not Exim's own: those of a Dovecot in front of it, in the same file of syslog's. */
  @Override
  public boolean sessionsNameUsers() {
    return true;
  }

  @Override
  public LogSource at(Site site) {
    return new EximSource(site.loginsHaveNoColon());
  }

  @Override
  public LogReader reader(LogSettings settings) {
    return new EximReader(settings, loginsHaveNoColon);
  }
}
