package org.whosent.indexer.log;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Bytes that a server had to encode for its log, as text again. Stateless. */
final class LoggedBytes {
  private LoggedBytes() {}

  /**
   * UTF-8, or Latin-1 where it is none, so that different bytes stay different logins; control
   * characters come out as {@code ?}.
   */
  static String text(byte[] bytes, int length) {
    String text;
    try {
      text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
    } catch (CharacterCodingException e) {
      text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().forEach(c -> out.appendCodePoint(Character.isISOControl(c) ? '?' : c));
    return out.toString();
  }

  /** The text with {@code ?} for control characters. */
  static String printable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        StringBuilder out = new StringBuilder(text);
        for (; i < out.length(); i++) {
          if (Character.isISOControl(out.charAt(i))) {
            out.setCharAt(i, '?');
          }
        }
        return out.toString();
      }
    }
    return text;
  }

  /**
   * The text in which {@code \ooo} stands for a byte and a doubled backslash for one (BSD's {@code
   * vis(3)} with octal style).
   */
  static String octal(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[in.length];
    int length = 0;
    for (int i = 0; i < in.length; i++) {
      if (in[i] == '\\' && i + 1 < in.length && in[i + 1] == '\\') {
        out[length++] = '\\';
        i++;
      } else if (in[i] == '\\' && i + 3 < in.length && octal(in, i + 1)) {
        out[length++] =
            (byte) ((in[i + 1] - '0') << 6 | (in[i + 2] - '0') << 3 | (in[i + 3] - '0'));
        i += 3;
      } else {
        out[length++] = in[i];
      }
    }
    return text(out, length);
  }

  private static boolean octal(byte[] in, int from) {
    for (int i = from; i < from + 3; i++) {
      if (in[i] < '0' || in[i] > '7') {
        return false;
      }
    }
    return in[from] <= '3';
  }
}
