package org.whosent.indexer.log.text;

import java.nio.charset.StandardCharsets;

/** RFC 3461 section 4: a character is itself or {@code +} and two hexadecimal digits. Stateless. */
public final class Xtext {
  private Xtext() {}

  /**
   * The decoded text; where it is no xtext (an older server logs the login as it is) the text
   * itself; see {@link LoggedBytes#text} for what bytes become.
   */
  public static String decode(String text) {
    if (text.indexOf('+') < 0) {
      return text;
    }
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[in.length];
    int length = 0;
    for (int i = 0; i < in.length; i++) {
      if (in[i] != '+') {
        out[length++] = in[i];
        continue;
      }
      int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
      int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        return text;
      }
      out[length++] = (byte) (high << 4 | low);
      i += 2;
    }
    return LoggedBytes.text(out, length);
  }
}
