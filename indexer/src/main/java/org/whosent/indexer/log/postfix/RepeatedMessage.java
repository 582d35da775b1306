package org.whosent.indexer.log.postfix;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code message repeated 3 times: [ TEXT]}: what rsyslog writes with {@code RepeatedMsgReduction}
 * (on in Ubuntu) in place of lines equal to the one before, under the same tag. Immutable.
 *
 * @param times how often more, 1 to 10,000
 * @param text the message, without what stands around it
 */
record RepeatedMessage(int times, String text) {
  private static final int MOST = 10_000;
  private static final String BEGINNING = "message repeated ";
  private static final Pattern WHOLE =
      Pattern.compile("message repeated ([0-9]{1,9}) times: \\[ ?(.*)]", Pattern.DOTALL);

  /** Null when the line is another. */
  static RepeatedMessage of(String message) {
    Matcher whole = message.startsWith(BEGINNING) ? WHOLE.matcher(message) : null;
    if (whole == null || !whole.matches()) {
      return null;
    }
    int times = Math.clamp(Integer.parseInt(whole.group(1)), 1, MOST);
    return new RepeatedMessage(times, whole.group(2));
  }
}
