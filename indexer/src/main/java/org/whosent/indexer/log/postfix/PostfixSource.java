package org.whosent.indexer.log.postfix;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.framing.SyslogFraming;
import org.whosent.indexer.log.framing.SyslogLine;
import org.whosent.record.site.Site;

/**
 * Postfix, 2.x to 3.11, as syslog or postlogd(8) write it. {@link PostfixReader} says what is read.
 * Immutable.
 *
 * @param syslogNames what is Postfix's wherever it stands alone in place of a program: its {@code
 *     syslog_name}, where a log cuts the daemon's name off. Nothing in such a line shows who wrote
 *     it, so that a site has to say it; {@code postfix} and {@code postfix-NAME} are known where
 *     the log is one that cuts
 */
public record PostfixSource(Set<String> syslogNames) implements LogSource {
  /** Where nothing is said of names. */
  public PostfixSource() {
    this(Set.of());
  }

  /** Takes a copy. */
  public PostfixSource {
    syslogNames = Set.copyOf(syslogNames);
  }

  @Override
  public String name() {
    return "postfix";
  }

  @Override
  public boolean recognises(String line) {
    SyslogLine parsed = SyslogFraming.outOfContext().parse(line);
    return parsed != null
        && PostfixProgram.of(parsed.program(), parsed.structured(), syslogNames) != null;
  }

  @Override
  public Optional<String> unreadable(List<String> firstLines) {
    return CutTag.of(firstLines)
        .map(
            name ->
                "its lines look like Postfix's without its daemons' names; if "
                    + name
                    + " is its syslog_name, say syslogNames: ["
                    + name
                    + "] in site.yaml");
  }

  /** A before-queue filter's session logs the login, and the queue ID another one. */
  @Override
  public boolean sessionsNameUsers() {
    return true;
  }

  @Override
  public LogSource at(Site site) {
    return site.syslogNames().isEmpty() ? this : new PostfixSource(Set.copyOf(site.syslogNames()));
  }

  @Override
  public LogReader reader(LogSettings settings) {
    return new PostfixReader(settings, syslogNames);
  }
}
