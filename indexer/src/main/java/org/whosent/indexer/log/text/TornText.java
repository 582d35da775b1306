package org.whosent.indexer.log.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a line looks like that was not written to its end, because the disk was full or the machine
 * went down: the next one stands behind it, with its stamp, and what is read of it may be that
 * one's. Stateless.
 */
public final class TornText {
  /** With the blank behind it: no address has one outside of its quotes, also no literal. */
  private static final Pattern STAMP =
      Pattern.compile(
          "(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]"
              + "|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 0-9][0-9] )"
              + "[0-9]{2}:[0-9]{2}:[0-9]{2}[^ ]{0,20} ");

  private TornText() {}

  /** True for a text, as short as a login, that holds a log line's time stamp. */
  public static boolean isIn(String text) {
    for (int colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
      if (colon + 3 < text.length() && text.charAt(colon + 3) == ':') {
        return STAMP.matcher(text).find();
      }
    }
    return false;
  }

  /** The same of an address, in whose quoted local part (RFC 5321, 4.1.2) anything may stand. */
  public static boolean isInAddress(String address) {
    if (!isIn(address)) {
      return false;
    }
    Matcher stamp = STAMP.matcher(address);
    boolean found = stamp.find();
    boolean quoted = false;
    for (int at = 0; at < address.length(); at++) {
      while (found && stamp.start() <= at) {
        if (!quoted) {
          return true;
        }
        found = stamp.find();
      }
      char c = address.charAt(at);
      if (c == '\\') {
        at++;
      } else if (c == '"') {
        quoted = !quoted;
      }
    }
    return quoted; // and never closed
  }
}
