package org.whosent.indexer.ingest.input;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.collector.TaglessLines;
import org.whosent.indexer.log.collector.WrappedSource;

/**
 * Texts that people have a log as and that are not read, since something that counts is not in
 * them, or a stranger's text could pass for a line: what is said of them, and what to do. Of a
 * file's first lines most decide. Stateless.
 */
final class UnreadText {
  private static final String CLOCK = "[0-9]{2}:[0-9]{2}:[0-9]{2}";

  /** What a log's line begins with. */
  private static final String STAMP =
      "(?:<[0-9]{1,3}>)?(?:1 )?(?:[A-Z][a-z]{2} [ 0-9]?[0-9] [0-9]{2}:"
          + "|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:)";

  private static final Pattern BEGINS = Pattern.compile(STAMP);

  /** What stands before a line that is quoted in a mail, or indented. */
  private static final Pattern QUOTE = Pattern.compile("^(?:[>|] ?){0,8}[ \t]{0,80}");

  private record Shape(Pattern form, String why) {}

  private static final List<Shape> SHAPES =
      List.of(
          new Shape(
              Pattern.compile(
                  "\\[ {0,20}[0-9]{1,12}\\.[0-9]{6}(?: <[ 0-9.]{1,30}>)?] [^ ]{1,255} [^"
                      + " ]{1,300}: "),
              "its lines tell no date, only how long the machine had been running (journalctl -o"
                  + " short-monotonic); export it with -o json --all, or -o short-iso"),
          new Shape(
              Pattern.compile(
                  "[A-Z][a-z]{2} [0-9]{4}-[0-9]{2}-[0-9]{2} "
                      + CLOCK
                      + " [^ ]{1,20} [^ ]{1,255} [^"
                      + " /]{1,255}\\.(?:service|scope|socket|timer|slice|mount)(?:/[^"
                      + " ]{1,255})?(?:\\[[0-9]{1,10}])?: "),
              "its lines tell no program, only the unit (journalctl -o with-unit), in which scripts"
                  + " may log what a stranger sent them; export it with -o json --all, or -o"
                  + " short-iso"),
          new Shape(
              Pattern.compile("[^\u001b]{0,400}\u001b\\[[0-9;]{0,30}[mK]"),
              "its lines hold a terminal's colours, behind which not all is what the server wrote;"
                  + " index the log itself, or make this anew without (grep --color=never, no"
                  + " ccze)"),
          new Shape(
              Pattern.compile("(?:[>|] ?){1,8}" + STAMP),
              "its lines are quoted, as in a mail, where a stranger's text may begin a line that"
                  + " was broken; index the log itself, or, if no line of it was broken, take away"
                  + " what stands before the stamps (sed 's/^[> ]*//')"),
          new Shape(
              Pattern.compile("[ \t]{1,80}" + STAMP),
              "its lines are indented; index the log itself, or, if no line of it was broken, take"
                  + " away the blanks before the stamps (sed 's/^[[:blank:]]*//')"),
          new Shape(
              Pattern.compile(" {0,12}[0-9]{1,9} {1,2}" + STAMP),
              "its lines have a number before them and may be broken, as less -N shows them; index"
                  + " the log itself"),
          new Shape(
              Pattern.compile(
                  "---\\z|(?:insertId|labels|logName|receiveTimestamp|resource|textPayload|timestamp|jsonPayload|"
                      + "  [A-Za-z_/.-]{1,80}): "),
              "it is YAML, as gcloud logging read prints it; have it print JSON (--format=json)"),
          new Shape(
              Pattern.compile("\\[[0-9]{1,9}] [^ ]{1,300}: \\[\\[?[0-9]{1,12}\\."),
              "nothing is escaped in what Fluent Bit's output stdout prints by default; have it"
                  + " print with format json_lines"),
          new Shape(
              Pattern.compile(
                  "(?:<[0-9]{1,3}>)?(?:[A-Z][a-z]{2} [ 0-9][0-9] "
                      + CLOCK
                      + "|[0-9]{4}-[0-9]{2}-[0-9]{2}T[^ ]{8,30}) (?:[A-Za-z0-9_.:-]{1,255} )?"
                      + "[!-9;-Z\\\\^-~]{1,128}(?:\\[[0-9]{1,12}])?: (?:<[0-9]{1,3}>)?"
                      + STAMP),
              "its lines are another program's (logger, systemd-cat, a container's driver for"
                  + " syslog), which has whole lines as its text, perhaps a stranger's; index the"
                  + " log that they were taken from"));

  private static final String IN_A_MAIL =
      "its lines were broken at a margin, as in a mail, and a stranger's text may begin the next"
          + " one; index the log itself";

  private static final String RUN_ON =
      "its lines stand one behind the other without line feeds, as a template made for sending"
          + " leaves them; have the log written with another (rsyslog's RSYSLOG_FileFormat)";

  private static final String CARRIAGE_RETURNS =
      "its lines end in carriage returns alone; make line feeds of them (tr '\\r' '\\n')";

  private static final String PADDED =
      "its lines end in blanks, as they were copied out of a screen or a page, and what is in them"
          + " ends nobody knows where; index the log itself, or, if no line of it was broken, take"
          + " the blanks away (sed 's/[[:blank:]]*$//')";

  private static final String UTF_16 =
      "it is UTF-16 and has no byte order mark; convert it (iconv -f UTF-16LE -t UTF-8; or"
          + " UTF-16BE)";

  private static final String PASSED_ON =
      "its lines have another header behind the first one, and some of the same hosts have neither"
          + " that nor a program's name, where a stranger's text may begin; index it where the"
          + " hosts wrote it, or the mail server's lines alone";

  private static final String NO_TAG =
      "its lines name no program, in whose place a stranger's text may begin; have the log written"
          + " with the tag (rsyslog's %syslogtag%, syslog-ng's $MSGHDR)";

  /** Among so many lines a log's own begins. */
  private static final int FIRST = 20;

  /** So many lines may end in blanks as their server wrote them. */
  private static final int FEW = 3;

  private static final Pattern PADDING = Pattern.compile("[ \t]\r?\\z");

  /** What begins a line that is sent, within one; in a server's own line it may stand once. */
  private static final Pattern SENT = Pattern.compile("<[0-9]{1,3}>" + STAMP);

  private static final Pattern RETURNS = Pattern.compile("[^\r]{15,8000}\r" + STAMP);
  private static final Pattern ZEROS =
      Pattern.compile("(?:[^\u0000]\u0000){8}|(?:\u0000[^\u0000]){8}");

  private UnreadText() {}

  /** Why lines that begin so are not read; empty where nothing is known of it. */
  static Optional<String> why(List<String> lines) {
    if (runOn(lines)) {
      return Optional.of(RUN_ON);
    }
    if (isBroken(lines)) {
      return Optional.of(
          haveReturns(lines) ? CARRIAGE_RETURNS : arePadded(lines) ? PADDED : IN_A_MAIL);
    }
    for (Shape shape : SHAPES) {
      if (mostly(shape.form, lines)) {
        return Optional.of(shape.why);
      }
    }
    if (mostly(ZEROS, lines)) {
      return Optional.of(UTF_16);
    }
    if (WrappedSource.arePassedOn(lines)) {
      return Optional.of(PASSED_ON);
    }
    return TaglessLines.are(lines) ? Optional.of(NO_TAG) : Optional.empty();
  }

  /**
   * True for a log whose lines do not end where its server's did, of which the format may still be
   * known: it was broken at a margin, or has carriage returns for line feeds.
   */
  static boolean isBroken(List<String> lines) {
    if (lines.isEmpty()) {
      return false;
    }
    if (runOn(lines) || haveReturns(lines) || arePadded(lines)) {
      return true;
    }
    List<String> texts =
        lines.stream().map(line -> line.substring(quote(line)).stripTrailing()).toList();
    return texts.stream().limit(FIRST).anyMatch(line -> BEGINS.matcher(line).lookingAt())
        && WrappedText.is(texts, line -> BEGINS.matcher(line).lookingAt());
  }

  /** rsyslog's templates for forwarding end in no line feed: a file of them is one line. */
  private static boolean runOn(List<String> lines) {
    return lines.size() == 1
        && SENT.matcher(lines.getFirst()).lookingAt()
        && SENT.matcher(lines.getFirst()).results().limit(FEW).count() == FEW;
  }

  /** No server ends its lines in blanks, and a login at a line's end would end in them too. */
  private static boolean arePadded(List<String> lines) {
    long stamped = lines.stream().filter(line -> BEGINS.matcher(line).lookingAt()).count();
    long padded =
        lines.stream()
            .filter(line -> BEGINS.matcher(line).lookingAt() && PADDING.matcher(line).find())
            .count();
    return stamped >= FEW && padded * 10 > stamped * 9;
  }

  private static int quote(String line) {
    Matcher quote = QUOTE.matcher(line);
    return quote.lookingAt() ? quote.end() : 0;
  }

  private static boolean haveReturns(List<String> lines) {
    int first = lines.getFirst().indexOf('\r');
    return first >= 0 && first < lines.getFirst().length() - 1 && mostly(RETURNS, lines);
  }

  private static boolean mostly(Pattern form, List<String> lines) {
    return lines.stream().filter(line -> form.matcher(line).lookingAt()).count() * 2 > lines.size();
  }
}
