package org.whosent.indexer.log.formats;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.dovecot.DovecotSource;
import org.whosent.indexer.log.exchange.ExchangeSource;
import org.whosent.indexer.log.exim.EximSource;
import org.whosent.indexer.log.framing.StampClock;
import org.whosent.indexer.log.framing.SyslogFraming;
import org.whosent.indexer.log.haraka.HarakaSource;
import org.whosent.indexer.log.james.JamesSource;
import org.whosent.indexer.log.journal.JournalSource;
import org.whosent.indexer.log.kumomta.KumoMtaSource;
import org.whosent.indexer.log.opensmtpd.OpenSmtpdSource;
import org.whosent.indexer.log.postfix.PostfixSource;
import org.whosent.indexer.log.rspamd.RspamdSource;
import org.whosent.indexer.log.sendmail.SendmailSource;
import org.whosent.indexer.log.stalwart.StalwartSource;
import org.whosent.record.site.Site;

/**
 * All log formats.
 *
 * <p>How to add one: a package beside this one, with a class that implements {@link LogSource} (for
 * text behind syslog headers take {@link org.whosent.indexer.log.reader.SyslogReader}), a row here,
 * and real sample lines with the records expected of them in {@code
 * fixtures/src/main/resources/org/whosent/fixtures/NAME/} ({@code logs/}, {@code expected.jsonl});
 * a test goes through the rows and fails for one without.
 */
public final class LogSources {
  /** Every format, by precedence when as many lines speak for one as for another. */
  public static final List<LogSource> ALL =
      List.of(
          new JournalSource(),
          new PostfixSource(),
          new EximSource(),
          new SendmailSource(),
          new OpenSmtpdSource(),
          new HarakaSource(),
          new DovecotSource(),
          new KumoMtaSource(),
          new StalwartSource(),
          new JamesSource(),
          new ExchangeSource(),
          new RspamdSource());

  private LogSources() {}

  /** The format of that name. */
  public static Optional<LogSource> named(String name) {
    return ALL.stream().filter(source -> source.name().equalsIgnoreCase(name)).findFirst();
  }

  /** Every format as it is at a site, by the same precedence. */
  public static List<LogSource> at(Site site) {
    return ALL.stream().map(source -> source.at(site)).toList();
  }

  /** As {@link #recognise(List, List)}, of all formats at a site of which nothing is known. */
  public static Optional<LogSource> recognise(List<String> lines) {
    return recognise(ALL, lines);
  }

  /**
   * The format that most of these lines are surely of; empty when none is of any. Lines of a
   * Dovecot submission service are read with those of the relay behind it, so that they decide only
   * where there is no other.
   *
   * @param sources all formats, by precedence
   */
  public static Optional<LogSource> recognise(List<LogSource> sources, List<String> lines) {
    LogSource best = null;
    long most = 0;
    for (LogSource source : sources) {
      long votes = lines.stream().filter(source::recognises).count();
      boolean behind = source instanceof DovecotSource && best != null && readsDovecot(best);
      if (votes > most && !behind) {
        best = source;
        most = votes;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Why none of these lines count, where a format is known in which they might. */
  public static Optional<String> unreadable(List<String> lines) {
    return ALL.stream().flatMap(source -> source.unreadable(lines).stream()).findFirst();
  }

  /** DovecotReader reads Postfix's lines itself; these read Dovecot's. */
  private static boolean readsDovecot(LogSource source) {
    return source instanceof EximSource
        || source instanceof SendmailSource
        || source instanceof OpenSmtpdSource;
  }

  /**
   * True when most of these lines are log lines, of whatever program: a log into which the mail
   * server has not written yet.
   */
  public static boolean areLogLines(List<String> lines) {
    SyslogFraming framing = new SyslogFraming(new StampClock(ZoneOffset.UTC, null, Instant.now()));
    long framed = lines.stream().filter(line -> framing.parse(line) != null).count();
    return framed * 2 > lines.size();
  }
}
