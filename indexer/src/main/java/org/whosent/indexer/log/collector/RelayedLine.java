package org.whosent.indexer.log.collector;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.collector.LineWrapping.Unwrapped;

/**
 * A syslog line behind the header of a host that passed it on and took it, header and all, for the
 * text: {@code Nov 29 05:00:00 relay Nov 29 05:00:00 mx1 postfix/smtpd[1]: …}, perhaps with {@code
 * <22>} or RFC 5424's version in the middle; and Kiwi Syslog's files, which have the receiver's
 * stamp, the priority, the sender's name and the line, with tabs between them. What counts is the
 * inner header: its host wrote the line, and by the clock of that host.
 *
 * <p>rsyslog takes the inner stamp for a tag: it sets a blank behind the first colon of an ISO
 * stamp, and in RFC 5424's form splits the stamp into APP-NAME and text (seen with 8.2302). Both
 * are put together again.
 *
 * <p>Between the two headers there is no tag. Where a host passes on texts of programs that have
 * none (an application's own way to a syslog server, a template without {@code %syslogtag%}), a
 * stranger's text could begin so: such lines count only of the hosts of which the first lines (256
 * KiB) show this, and no line without a tag. A line that some program logs under a tag of its own
 * ({@code logger}) is that program's. Lines with one header only are left as they are. Stateless.
 */
final class RelayedLine {
  private static final String CLOCK = "[0-9]{2}:[0-9]{2}:[0-9]{2}";
  private static final String PART = "(?:[.,][0-9]{1,9})?";
  private static final String OFFSET = "(?:Z|[+-][0-9]{2}:?[0-9]{2})";
  private static final String DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
  private static final String TRADITIONAL = "[A-Z][a-z]{2} [ 0-9][0-9] " + CLOCK + PART;
  private static final String INTERNET = DATE + 'T' + CLOCK + PART + OFFSET + '?';
  private static final String PRIORITY = "(?:<[0-9]{1,3}>)?";

  /** What ends in a colon is a tag, where the header names no host. */
  private static final String HOST = "[A-Za-z0-9_.:-]{1,255}+(?<!:)";

  private static final String TAG = "[!-9;-Z\\\\^-~]{1,128}(?:\\[[0-9]{1,12}])?:";

  /**
   * What stands before the text of whom it was passed on by. A stamp with a blank in it is Kiwi's
   * only: Exim writes one before a message's ID, and behind that what an ACL logs of a stranger's.
   */
  private static final Pattern OUTER =
      Pattern.compile(
          PRIORITY
              + "(?:(?:(?<stamp>INTERNET)|TRADITIONAL) (?<host>HOST) (?:- )?"
                  .replace("INTERNET", INTERNET)
                  .replace("TRADITIONAL", TRADITIONAL)
                  .replace("HOST", HOST)
              + "|1 (?<structured>INTERNET) (?<relay>HOST) (?<app>[!-~]{1,48}) - - - "
                  .replace("INTERNET", INTERNET)
                  .replace("HOST", HOST)
              + "|DATE CLOCK\t[A-Z][A-Za-z0-9]{1,15}\\.[A-Z][a-z]{1,15}\t(?<sender>HOST)\t)"
                  .replace("DATE", DATE)
                  .replace("CLOCK", CLOCK)
                  .replace("HOST", HOST));

  /** The blank that rsyslog set into a stamp that it took for a tag. */
  private static final Pattern BLANK = Pattern.compile(DATE + "T[0-9]{2}: (?=[0-9]{2}:[0-9]{2})");

  /** The first part of an inner header, as rsyslog takes it for APP-NAME. */
  private static final Pattern BEGINNING =
      Pattern.compile(PRIORITY + "(?:[A-Z][a-z]{2}|1|(?<hour>" + DATE + "T[0-9]{2}))");

  /** A line with its header: stamp, host and tag. */
  private static final Pattern INNER =
      Pattern.compile(
          PRIORITY
              + "(?:(?:(?:TRADITIONAL|INTERNET) HOST TAG)|1 INTERNET HOST [!-~]{1,128} [!-~]{1,128}"
                  .replace("TRADITIONAL", TRADITIONAL)
                  .replace("INTERNET", INTERNET)
                  .replace("HOST", HOST)
                  .replace("TAG", TAG)
              + " [!-~]{1,128} [\\[-])");

  private static final Pattern TAGGED = Pattern.compile(TAG);

  /** What {@code aws logs tail} prints before a line: time and stream. */
  private static final Pattern LOG_SERVICES =
      Pattern.compile(INTERNET + " [^ ]{1,512} " + LineWrapping.BEGINS);

  /** What syslog daemons themselves say without a tag. */
  private static final Pattern OF_NOBODY =
      Pattern.compile("(?:last )?message repeated [0-9]{1,9} times|-- MARK --");

  /** Which shows late that a stranger's text may have been taken for a line. */
  static final Unwrapped.Other UNTAGGED = new Unwrapped.Other("");

  private static final int DEEPEST = 4;

  /**
   * A line behind a host's header.
   *
   * @param host that passed it on
   * @param time of that header, where it names its year and zone; else empty
   * @param text the line with its own header; null where there is none
   * @param isOfNobody there is neither another header nor a tag
   * @param isSplit what rsyslog took apart was put together again
   */
  private record Found(String host, String time, String text, boolean isOfNobody, boolean isSplit) {
    static boolean isNested(Found found) {
      return found != null && found.text != null;
    }
  }

  private RelayedLine() {}

  /**
   * The line inside, or this one where there is none; {@link #UNTAGGED} where one of these hosts
   * passed on what has neither another header nor a tag.
   */
  static Unwrapped unwrapped(String line, String hosts) {
    Found found = find(line, 0);
    if (!Found.isNested(found)) {
      return found != null && found.isOfNobody && hosts.contains(' ' + found.host + ' ')
          ? UNTAGGED
          : new Unwrapped.Line("", "", "", line);
    }
    String time = found.time;
    String text = line;
    for (int depth = 0; depth <= DEEPEST && Found.isNested(found); depth++) {
      if (!hosts.contains(' ' + found.host + ' ')) {
        return new Unwrapped.Other(found.text);
      }
      text = found.text;
      found = find(text, 0);
    }
    return new Unwrapped.Line("", time, "", text);
  }

  /**
   * The hosts that pass on lines with their headers, and among these lines nothing without one or a
   * tag; each between blanks.
   */
  static String hosts(List<String> lines) {
    return hosts(lines, _ -> true);
  }

  /**
   * Of these hosts those that passed on such a line.
   *
   * <p>An ISO stamp and a word may also be a log service's, and the word a stream's name: of
   * several that look so none counts.
   */
  static String hosts(List<String> lines, Predicate<String> wanted) {
    Set<String> passOn = new TreeSet<>();
    Set<String> others = new HashSet<>();
    Set<String> perhapsStreams = new TreeSet<>();
    for (String line : lines) {
      Set<String> way = new TreeSet<>();
      Found found = find(line, 0);
      if (Found.isNested(found) && LOG_SERVICES.matcher(line).lookingAt()) {
        perhapsStreams.add(found.host);
      }
      String text = line;
      for (int depth = 0; depth < DEEPEST && found != null; depth++) {
        if (found.text != null) {
          way.add(found.host);
          text = found.text;
        } else if (found.isOfNobody) {
          others.add(found.host);
        }
        found = found.text == null ? null : find(found.text, 0);
      }
      if (!way.isEmpty() && wanted.test(text)) {
        passOn.addAll(way);
      }
    }
    passOn.removeAll(others);
    if (perhapsStreams.size() > 1) {
      passOn.removeAll(perhapsStreams);
    }
    return passOn.isEmpty() ? "" : ' ' + String.join(" ", passOn) + ' ';
  }

  /** How many of these lines stand behind two headers. */
  static long among(List<String> lines) {
    return lines.stream().map(line -> find(line, 0)).filter(Found::isNested).count();
  }

  /** True where rsyslog took the inner header of some of these lines apart. */
  static boolean areSplit(List<String> lines) {
    return lines.stream().map(line -> find(line, 0)).anyMatch(f -> Found.isNested(f) && f.isSplit);
  }

  private static Found find(String line, int depth) {
    Matcher outer = OUTER.matcher(line);
    if (!outer.lookingAt()) {
      return null;
    }
    String text = line.substring(outer.end());
    if (outer.group("host") != null) {
      return found(outer.group("host"), outer.group("stamp"), text, false, depth);
    }
    if (outer.group("sender") != null) {
      return found(outer.group("sender"), null, text, false, depth);
    }
    String app = outer.group("app");
    Matcher beginning = BEGINNING.matcher(app);
    if (beginning.matches()) {
      text = app + (beginning.group("hour") == null ? "" : ":") + text;
    } else if (!app.equals("-")) {
      return null;
    }
    return found(outer.group("relay"), outer.group("structured"), text, !app.equals("-"), depth);
  }

  private static Found found(String host, String stamp, String text, boolean isSplit, int depth) {
    Matcher blank = BLANK.matcher(text);
    boolean hasBlank = blank.lookingAt();
    String whole =
        hasBlank ? text.substring(0, blank.end() - 1) + text.substring(blank.end()) : text;
    String time = stamp == null ? "" : stamp;
    boolean isWhole =
        INNER.matcher(whole).lookingAt()
            || depth < DEEPEST && Found.isNested(find(whole, depth + 1));
    if (isWhole) {
      return new Found(host, time, whole, false, isSplit || hasBlank);
    }
    boolean isSomebodys = TAGGED.matcher(text).lookingAt() || OF_NOBODY.matcher(text).lookingAt();
    return new Found(host, time, null, !isSomebodys, false);
  }
}
