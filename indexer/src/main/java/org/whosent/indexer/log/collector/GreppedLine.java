package org.whosent.indexer.log.collector;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.collector.LineWrapping.Unwrapped;

/**
 * A line as grep and its like print it of several files, or with its number:
 *
 * <table>
 * <caption>What may stand before a line</caption>
 * <tr><td>{@code FILE:}, {@code FILE:NUMBER:}</td><td>{@code grep -H}, {@code zgrep}, {@code findstr}, with
 * {@code -n}; PowerShell's {@code Select-String}</td></tr>
 * <tr><td>{@code FILE-}, {@code FILE-NUMBER-}</td><td>the lines around ({@code grep -C}), of a file that is
 * named with a colon among the first lines</td></tr>
 * <tr><td>{@code NUMBER:}, {@code NUMBER-}</td><td>{@code grep -n}</td></tr>
 * <tr><td>{@code   NUMBER<TAB>}</td><td>{@code cat -n}, {@code nl}</td></tr>
 * </table>
 *
 * <p>A line must begin with its stamp, or a JSON object's first name, right behind that. A file's
 * name has no blank and no colon in it but a drive's: else a header field's name at a line's
 * beginning, as Exim's log of refused mail has them, could pass for one. Stateless.
 */
final class GreppedLine {
  private static final String FILE = "(?:[A-Za-z]:[/\\\\])?[^ \t:]{1,1000}";
  private static final Pattern LINE =
      Pattern.compile(
          "(?:(?<file>"
              + FILE
              + "):(?:[0-9]{1,12}:)?|[0-9]{1,12}-| {0,12}[0-9]{1,12}\t)(?:"
              + LineWrapping.BEGINS
              + "|(?=\\{\"))");

  /** The shortest name is tried first: the log's own line may go on with a dash. */
  private static final Pattern AROUND =
      Pattern.compile(
          "(?<file>" + FILE + "?)-(?:[0-9]{1,12}-)?(?:" + LineWrapping.BEGINS + "|(?=\\{\"))");

  private GreppedLine() {}

  /**
   * The line inside; null when there is none.
   *
   * @param files as {@link #files} has them
   */
  static Unwrapped unwrapped(String line, String files) {
    if (line.startsWith("{") || line.startsWith("\"")) {
      return null; // an object in an object, or the rest of one
    }
    Matcher before = LINE.matcher(line);
    if (before.lookingAt()) {
      String text = line.substring(before.end());
      String origin = originOf(before);
      return origin.equals(counting(files))
          ? new Unwrapped.Line("", "", "", text)
          : new Unwrapped.Other(text);
    }
    Matcher around = AROUND.matcher(line);
    return around.lookingAt() && files.contains('\n' + around.group("file") + '\n')
        ? new Unwrapped.Line("", "", "", line.substring(around.end()))
        : null;
  }

  /** Of the files that these lines name those that count, each between line feeds. */
  static String files(List<String> lines) {
    String counting = Origin.counting(origins(lines));
    Set<String> files = new TreeSet<>();
    for (String line : lines) {
      Matcher before = LINE.matcher(line);
      if (before.lookingAt() && !isNumber(before) && originOf(before).equals(counting)) {
        files.add(before.group("file"));
      }
    }
    return counting.equals(Origin.NONE) ? Origin.NONE : '\n' + String.join("\n", files) + '\n';
  }

  /** Of which files these lines are. */
  static Set<String> origins(List<String> lines) {
    Set<String> origins = new TreeSet<>();
    for (String line : lines) {
      Matcher before = LINE.matcher(line);
      if (before.lookingAt()) {
        origins.add(originOf(before));
      }
    }
    return origins;
  }

  private static boolean isNumber(Matcher before) {
    String file = before.group("file");
    return file == null || file.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static String originOf(Matcher before) {
    return isNumber(before) ? "" : Origin.ofFile(before.group("file"));
  }

  /** Whose lines count, where those files do. */
  private static String counting(String files) {
    if (files.length() < 2) {
      return files;
    }
    int end = files.indexOf('\n', 1);
    return end == 1 ? "" : Origin.ofFile(files.substring(1, end));
  }
}
