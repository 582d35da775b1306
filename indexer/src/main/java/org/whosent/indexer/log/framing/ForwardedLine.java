package org.whosent.indexer.log.framing;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of one of Exchange's logs behind the header of who forwarded it to a syslog server:
 *
 * <table>
 * <caption>What is read; {@code PRI} may be missing</caption>
 * <tr><td>{@code <PRI>STAMP HOST ROW}, {@code <PRI>STAMP HOST TAG[process]: ROW}</td><td>NXLog's {@code
 * to_syslog_bsd} without and with a {@code SourceName}, rsyslog's file formats</td></tr>
 * <tr><td>{@code <PRI>1 STAMP HOST APP-NAME PROCID MSGID SD ROW}</td><td>NXLog's {@code
 * to_syslog_ietf}, rsyslog</td></tr>
 * <tr><td>{@code <PRI>STAMP HOST TYPE<TAB>CRITICALITY<TAB>ROW}, {@code
 * HOST<TAB>TYPE<TAB>CRITICALITY<TAB>ROW}</td><td>Snare's Epilog, as syslog and as it is; rsyslog writes a
 * tab as {@code #011}</td></tr>
 * </table>
 *
 * <p>(NXLog's {@code common/syslog.c}; "Event output format" in Epilog's guide.) The agent's tag is
 * whatever it was told, and any program on any host may log what a stranger sent it: who reads such
 * lines goes by the tag. Immutable.
 *
 * @param host as the header names it
 * @param tag of the agent, or Snare's type; {@link #NO_TAG} where there is none
 * @param text a row, or one of the lines of comment before rows
 */
public record ForwardedLine(String host, String tag, String text) {
  /** The tag of a line without one. */
  public static final String NO_TAG = "-";

  private static final String STAMP =
      "(?:[A-Z][a-z]{2} [ 0-9]?[0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}"
          + "|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?"
          + "(?:Z|[+-][0-9]{2}:?[0-9]{2})?)";
  private static final String HOST = "(?<host>[A-Za-z0-9_.:-]{1,255}+)";
  private static final String TAB = "(?:\t|#011)";

  /** A byte order mark is the file's, before its first line. */
  private static final String ROW =
      "\ufeff?(?=[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?Z,"
          + "|#(?:Software|Version|Log-type|Date|Fields): )";

  private static final Pattern ROWS = Pattern.compile(ROW);
  private static final Pattern LINE =
      Pattern.compile(
          "(?:(?:<[0-9]{1,3}>)?"
              + STAMP
              + ' '
              + HOST
              + " (?:(?<tag>[A-Za-z0-9_./-]{1,128})(?:\\[[0-9]{1,10}])?: "
              + "|(?<type>[A-Za-z0-9_-]{1,64})"
              + TAB
              + "[0-9]{1,2}"
              + TAB
              + ")?|"
              + HOST.replace("host", "snares")
              + TAB
              + "(?<own>[A-Za-z0-9_-]{1,64})"
              + TAB
              + "[0-9]{1,2}"
              + TAB
              + ')'
              + ROW);

  /** RFC 5424's header begins so. */
  private static final Pattern STRUCTURED = Pattern.compile("(?:<[0-9]{1,3}>)?1 [0-9]{4}-");

  /** The line in it; null when there is none. */
  public static ForwardedLine of(String line) {
    if (STRUCTURED.matcher(line).lookingAt()) {
      SyslogLine structured = SyslogFraming.outOfContext().parse(line);
      return structured == null
              || !structured.structured()
              || !ROWS.matcher(structured.message()).lookingAt()
          ? null
          : of(structured.host(), structured.program(), structured.message());
    }
    Matcher header = LINE.matcher(line);
    if (!header.lookingAt()) {
      return null;
    }
    String text = line.substring(header.end());
    if (header.group("snares") != null) {
      return of(header.group("snares"), header.group("own"), text);
    }
    String tag = header.group("tag");
    return of(header.group("host"), tag == null ? header.group("type") : tag, text);
  }

  private static ForwardedLine of(String host, String tag, String text) {
    return new ForwardedLine(host, tag == null || tag.isEmpty() ? NO_TAG : tag, text);
  }

  /** Under which tags rows stand in these lines. */
  public static Set<String> tags(List<String> lines) {
    Set<String> tags = new TreeSet<>();
    for (String line : lines) {
      ForwardedLine found = of(line);
      if (found != null) {
        tags.add(found.tag);
      }
    }
    return tags;
  }
}
