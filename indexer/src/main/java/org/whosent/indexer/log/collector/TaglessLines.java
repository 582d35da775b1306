package org.whosent.indexer.log.collector;

import java.util.List;
import java.util.regex.Pattern;
import org.whosent.indexer.log.framing.SyslogFraming;

/** Syslog lines that were written without their tags (RFC 3164 section 4.1.3). Stateless. */
public final class TaglessLines {
  /** What stands in a program's place where the text follows the host. */
  private static final Pattern QUEUE_ID = Pattern.compile("[0-9A-F]{6,16}|[0-9A-Za-z-]{14,40}");

  private TaglessLines() {}

  /** True for lines most of which have a header that names no program. */
  public static boolean are(List<String> lines) {
    SyslogFraming framing = SyslogFraming.outOfContext();
    return lines.stream()
                .filter(line -> framing.parse(line) != null && !namesProgram(framing))
                .count()
            * 2
        > lines.size();
  }

  private static boolean namesProgram(SyslogFraming line) {
    return !line.program().isEmpty()
        && (!line.process().isEmpty() || !QUEUE_ID.matcher(line.program()).matches());
  }
}
