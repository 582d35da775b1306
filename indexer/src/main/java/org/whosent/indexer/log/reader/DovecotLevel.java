package org.whosent.indexer.log.reader;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The level in a line of Dovecot's. Where {@code log_path} is the standard output or error, which
 * journald or a log daemon reads, it stands before the text, as in Dovecot's own file. Stateless.
 */
final class DovecotLevel {
  /** Which process it is, and the level that Dovecot writes where it does not hand the line in. */
  private static final Pattern LEVEL =
      Pattern.compile(
          "(submission-login|submission\\(.{1,1024}?\\)<[0-9]{1,10}><[A-Za-z0-9+/]{1,64}>"
              + "|auth(?:\\(.{1,512}?\\)(?:<[A-Za-z0-9+/]{1,64}>)?)?)"
              + ": (?:Info|Warning|Error|Debug|Fatal|Panic): ",
          Pattern.DOTALL);

  private DovecotLevel() {}

  /** The line as Dovecot hands it to syslog. */
  static String without(String message) {
    Matcher level = LEVEL.matcher(message);
    return level.lookingAt() ? level.group(1) + ": " + message.substring(level.end()) : message;
  }
}
