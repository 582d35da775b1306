package org.whosent.indexer.log.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a program prints that has a terminal, as a container has with {@code tty: true}: each line
 * ends in a carriage return, and may be coloured as a whole, behind its stamp or before it.
 * Stateless.
 */
public final class TerminalText {
  private static final char ESCAPE = '\u001b';

  /** ECMA-48, 8.3.117 (SGR). */
  private static final String COLOUR = "\u001b\\[[0-9;]{0,12}m";

  private static final Pattern COLOURED =
      Pattern.compile(
          "([0-9TZ:.+-]{20,35} )?" + COLOUR + "([^\u001b].*?)(?:" + COLOUR + ")?", Pattern.DOTALL);

  private TerminalText() {}

  /**
   * True for a line with a terminal's colours or what clears its rest (EL) in it, which no server
   * writes that shows control characters as something else: grep has coloured what it found.
   */
  public static boolean isColoured(byte[] line, int length) {
    for (int at = 0; at + 2 < length; at++) {
      if (line[at] == ESCAPE && line[at + 1] == '[') {
        int end = at + 2;
        while (end < length && (line[end] >= '0' && line[end] <= '9' || line[end] == ';')) {
          end++;
        }
        if (end < length && (line[end] == 'm' || line[end] == 'K')) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * The line without these; colours in its midst stay, since a stranger may have put them there.
   */
  public static String plain(String line) {
    String text = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    if (text.indexOf(ESCAPE) < 0) {
      return text;
    }
    Matcher coloured = COLOURED.matcher(text);
    return coloured.matches()
        ? (coloured.group(1) == null ? "" : coloured.group(1)) + coloured.group(2)
        : text;
  }
}
