package org.whosent.indexer.log.dovecot;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.framing.StampClock;
import org.whosent.indexer.log.framing.SyslogFraming;
import org.whosent.indexer.log.framing.SyslogLine;
import org.whosent.indexer.log.postfix.PostfixReader;

/**
 * A log in which Dovecot writes: its own file, whose lines name no host and put a level before the
 * text, or a syslog file, which {@link PostfixReader} reads, Postfix's lines and Dovecot's. Not
 * thread-safe.
 */
final class DovecotReader implements LogReader {
  private static final Pattern OWN_FILE =
      Pattern.compile(
          "([A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}[T"
              + " ][0-9:.]{8,18}[+0-9:Z-]{0,6})"
              + " (submission(?:-login|\\(.{1,1024}?\\)<[0-9]{1,10}><[A-Za-z0-9+/]{1,64}>)"
              + "|auth(?:\\(.{1,512}?\\)(?:<[A-Za-z0-9+/]{1,64}>)?)?"
              + "(?=: Info: (?:.{1,512}\\): )?Master user logging in as )):"
              + " (?:Info|Warning|Error|Debug|Fatal|Panic): (.*)",
          Pattern.DOTALL);

  /** Any service's line in Dovecot's own file. */
  private static final Pattern OTHER_SERVICE =
      Pattern.compile(
          "(?:[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}[T"
              + " ][0-9:.]{8,18}[+0-9:Z-]{0,6}) [a-z-]{2,32}(?:\\(.*|:"
              + " (?:Info|Warning|Error|Debug|Fatal|Panic): .*)",
          Pattern.DOTALL);

  private final LogSettings settings;
  private final PostfixReader syslog;
  private final SyslogFraming own;

  DovecotReader(LogSettings settings) {
    this.settings = settings;
    this.syslog = new PostfixReader(settings);
    this.own = new SyslogFraming(new StampClock(settings));
  }

  /** The line as syslog would have written it, with a host that is none; null when it is not. */
  static String ownFile(String line) {
    Matcher matcher = OWN_FILE.matcher(line);
    return matcher.matches()
        ? stamp(matcher.group(1)) + " - dovecot: " + matcher.group(2) + ": " + matcher.group(3)
        : null;
  }

  /** True for a line of its own file that the submission service itself writes. */
  static boolean isServices(String line) {
    Matcher matcher = OWN_FILE.matcher(line);
    return matcher.matches() && matcher.group(2).startsWith("submission");
  }

  /** {@code log_timestamp} may have a blank where RFC 3339 has a T. */
  private static String stamp(String own) {
    boolean blank = own.charAt(0) >= '0' && own.charAt(0) <= '9' && own.charAt(10) == ' ';
    return blank ? own.substring(0, 10) + 'T' + own.substring(11) : own;
  }

  @Override
  public LineKind read(byte[] bytes, int length, FactSink sink) {
    String line = new String(bytes, 0, length, StandardCharsets.UTF_8);
    String rewritten = ownFile(line);
    if (rewritten == null) {
      return OTHER_SERVICE.matcher(line).matches()
          ? LineKind.FOREIGN
          : syslog.read(bytes, length, sink);
    }
    SyslogLine parsed = own.parse(rewritten);
    if (parsed == null) {
      return LineKind.NOT_A_LOG;
    }
    String host = settings.hosts().apply("");
    sink.seen(host, parsed.time(), true);
    sink.machine("");
    return syslog.dovecot().read(parsed.time(), host, parsed.message(), sink);
  }

  @Override
  public Instant lastTime() {
    Instant ofItsFile = own.clock().last();
    Instant ofSyslog = syslog.lastTime();
    boolean earlier = ofItsFile == null || ofSyslog != null && ofSyslog.isAfter(ofItsFile);
    return earlier ? ofSyslog : ofItsFile;
  }

  @Override
  public void lastTime(Instant time) {
    own.clock().goesOn(time);
    syslog.lastTime(time);
  }

  @Override
  public void fileTime(Instant time) {
    own.clock().fileTime(time);
    syslog.fileTime(time);
  }
}
