package org.whosent.indexer.log.haraka;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;

/** What core says of MAIL and RCPT. Stateless. */
final class HarakaCommand {
  private static final Pattern CODE =
      Pattern.compile(" code=([A-Z]{1,20})(?: .*)?", Pattern.DOTALL);

  private HarakaCommand() {}

  /**
   * The address, when the command was accepted; else null.
   *
   * @param before what the text begins with
   * @param sink is told of a refusal
   */
  static String accepted(String text, String before, FactSink sink) {
    int start = before.length();
    boolean quoted = false;
    int end = start;
    for (; end < text.length() && (quoted || text.charAt(end) != '>'); end++) {
      if (text.charAt(end) == '\\') {
        end++;
      } else if (text.charAt(end) == '"') {
        quoted = !quoted;
      }
    }
    if (end >= text.length() || end - start > 1000) {
      return null;
    }
    Matcher code = CODE.matcher(text).region(end + 1, text.length());
    if (!code.matches()) {
      return null;
    }
    if (!code.group(1).equals("OK") && !code.group(1).equals("CONT")) {
      sink.refusal();
      return null;
    }
    return text.substring(start, end);
  }
}
