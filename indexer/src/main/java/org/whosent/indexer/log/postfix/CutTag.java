package org.whosent.indexer.log.postfix;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.whosent.indexer.log.framing.SyslogFraming;
import org.whosent.indexer.log.framing.SyslogLine;

/**
 * Finds a {@code syslog_name} that stands alone where its daemons' names should stand behind it, by
 * what most lines below it say. That is enough for a hint and not for belief: any program may log
 * what a stranger sent it. Stateless.
 */
final class CutTag {
  /** Names that can stand in {@code site.yaml} and in a message as they are. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,48}");

  private static final Pattern POSTFIX =
      Pattern.compile(
          "(?:dis)?connect from [^ ]{1,300}\\[|"
              + "[0-9A-Za-z]{6,24}: (?:removed$|client=|message-id=<|(?:from|to)=<)");

  private CutTag() {}

  /** The name under which most of these lines stand, if most of its lines look like Postfix's. */
  static Optional<String> of(List<String> lines) {
    SyslogFraming framing = SyslogFraming.outOfContext();
    Map<String, int[]> names = new HashMap<>();
    for (String line : lines) {
      SyslogLine parsed = framing.parse(line);
      if (parsed != null && NAME.matcher(parsed.program()).matches()) {
        int[] counts = names.computeIfAbsent(parsed.program(), _ -> new int[2]);
        counts[0]++;
        counts[1] += POSTFIX.matcher(parsed.message()).lookingAt() ? 1 : 0;
      }
    }
    return names.entrySet().stream()
        .filter(name -> name.getValue()[0] * 2 > lines.size())
        .filter(name -> name.getValue()[1] * 2 > name.getValue()[0])
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
