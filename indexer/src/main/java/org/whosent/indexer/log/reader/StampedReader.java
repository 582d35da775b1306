package org.whosent.indexer.log.reader;

import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.record.Addresses;
import org.whosent.record.SubmissionRecord;

/**
 * A reader of a format whose every line has a complete time stamp, so that nothing has to be
 * guessed from lines before. Belongs to one thread.
 */
public abstract class StampedReader implements LogReader {
  /** The longest login that is read, in characters. */
  public static final int LOGIN = 1024;

  private static final int ADDRESS = 1000;

  /** The longest Message-ID. */
  public static final int MESSAGE_ID = SubmissionRecord.LONGEST_MESSAGE_ID;

  /** The longest subject; a longer one is cut. */
  protected static final int SUBJECT = 4000;

  /** The longest reply of a next hop that is kept. */
  protected static final int REPLY = 1000;

  /** The longest reason of a failed login that is kept. */
  public static final int REASON = 300;

  private static final Pattern AUTH =
      Pattern.compile("AUTH ([A-Z0-9_-]{1,20})(?= |\\z)", Pattern.CASE_INSENSITIVE);

  private final LogSettings settings;
  private Instant last;

  /** A reader of one log. */
  protected StampedReader(LogSettings settings) {
    this.settings = settings;
  }

  /**
   * Takes note of a log line.
   *
   * @param logHost as the line names it; empty when it names none
   * @return the name after {@code by}
   */
  protected final String seen(String logHost, Instant time, FactSink sink) {
    last = time;
    String host = settings.hosts().apply(logHost);
    sink.seen(host, time, true);
    sink.machine(logHost);
    return host;
  }

  /** The address in its canonical form when the text is one, else null. */
  public static String client(String text) {
    if (text == null) {
      return null;
    }
    int zone = text.indexOf('%'); // fe80::1%3: the interface says nothing to anybody else
    return Addresses.parse(zone < 0 ? text : text.substring(0, zone))
        .map(Addresses::format)
        .orElse(null);
  }

  /** The port that a text or number names, 1 to 65535, else null. */
  public static Integer port(String text) {
    if (text == null || text.isEmpty() || text.length() > 5) {
      return null;
    }
    int port = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return null;
      }
      port = 10 * port + (c - '0');
    }
    return port >= 1 && port <= 65535 ? port : null;
  }

  /** An address as an envelope has it: without angle brackets; null when too long. */
  public static String envelope(String text) {
    if (text == null || text.length() > ADDRESS) {
      return null;
    }
    return text.length() >= 2 && text.startsWith("<") && text.endsWith(">")
        ? text.substring(1, text.length() - 1)
        : text;
  }

  /**
   * The mechanism that an AUTH command names (RFC 4954); what follows it may be a secret and is
   * never looked at. Null for any other command.
   */
  public static String mechanism(String command) {
    Matcher auth = command == null ? null : AUTH.matcher(command);
    return auth != null && auth.lookingAt() ? auth.group(1).toUpperCase(Locale.ROOT) : null;
  }

  /** At most {@code most} characters of the text. */
  public static String cut(String text, int most) {
    return text == null || text.length() <= most ? text : text.substring(0, most);
  }

  @Override
  public final Instant lastTime() {
    return last;
  }

  @Override
  public final void lastTime(Instant time) {
    last = time;
  }

  @Override
  public void fileTime(Instant time) {
    // Stamps are complete.
  }
}
