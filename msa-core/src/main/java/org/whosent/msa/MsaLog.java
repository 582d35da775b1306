package org.whosent.msa;

import java.io.PrintStream;

/**
 * The lines for the operator: one for each accepted message and failed login, and what goes wrong.
 * Thread-safe.
 *
 * <p>What clients said stands last on a line and in quotes, so that a pattern of fail2ban's that
 * looks for {@code client=} from the left cannot be misled. Weak: a stream that blocks (a full
 * pipe) blocks the sessions too.
 */
public final class MsaLog {
  private static final int MAX_LENGTH = 2000;
  private final PrintStream out;

  public MsaLog(PrintStream out) {
    this.out = out;
  }

  /** One line. */
  public void line(String format, Object... arguments) {
    String line = clean(format.formatted(arguments), MAX_LENGTH);
    synchronized (this) {
      out.println("whosent-msa: " + line);
      out.flush();
    }
  }

  /** A client's text in quotes: control characters, quotes and overlength gone. */
  public static String quote(String text) {
    return text == null ? "-" : '"' + clean(text, 320).replace('"', '\'') + '"';
  }

  /** A word of our own or the hop's, without quotes; a dash where there is none. */
  public static String word(String text) {
    return text == null ? "-" : text;
  }

  /** The text with every control, format and surrogate character as {@code ?}, cut to length. */
  public static String clean(String text, int maxLength) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), maxLength));
    text.codePoints()
        .limit(maxLength)
        .forEach(
            c -> {
              int type = Character.getType(c);
              boolean harmless =
                  type != Character.CONTROL
                      && type != Character.FORMAT
                      && type != Character.SURROGATE
                      && type != Character.LINE_SEPARATOR
                      && type != Character.PARAGRAPH_SEPARATOR;
              clean.appendCodePoint(harmless ? c : '?');
            });
    return clean.toString();
  }
}
