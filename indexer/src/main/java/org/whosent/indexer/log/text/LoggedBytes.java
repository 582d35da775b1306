package org.whosent.indexer.log.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Bytes that a server had to encode for its log, as text again. Stateless. */
public final class LoggedBytes {
  private LoggedBytes() {}

  /**
   * UTF-8, or Latin-1 where it is none, so that different bytes stay different logins; control
   * characters come out as {@code ?}.
   */
  public static String text(byte[] bytes, int length) {
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
  public static String printable(String text) {
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
   * The text that BSD's {@code vis(3)} made printable in its own style: a doubled backslash stands
   * for one, {@code \ooo} for a byte, {@code \^C} for a control character, and {@code \M-C} and
   * {@code \M^C} for the same with the highest bit.
   */
  public static String vis(String text) {
    return unescaped(text, true);
  }

  /** The text in which {@code \ooo} stands for a byte and a doubled backslash for one. */
  public static String octal(String text) {
    return unescaped(text, false);
  }

  private static String unescaped(String text, boolean controls) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[in.length];
    int length = 0;
    for (int i = 0; i < in.length; i++) {
      byte next = in[i] == '\\' && i + 1 < in.length ? in[i + 1] : 0;
      boolean meta = controls && next == 'M' && i + 3 < in.length;
      if (next == '\\') {
        out[length++] = '\\';
        i++;
      } else if (i + 3 < in.length && next != 0 && octal(in, i + 1)) {
        out[length++] = (byte) value(in, i + 1);
        i += 3;
      } else if (meta && in[i + 2] == '-') {
        out[length++] = (byte) (in[i + 3] | 0x80);
        i += 3;
      } else if (meta && in[i + 2] == '^') {
        out[length++] = (byte) (control(in[i + 3]) | 0x80);
        i += 3;
      } else if (controls && next == '^' && i + 2 < in.length) {
        out[length++] = control(in[i + 2]);
        i += 2;
      } else {
        out[length++] = in[i];
      }
    }
    return text(out, length);
  }

  /** The control character that a caret before this one stands for. */
  private static byte control(byte caret) {
    return (byte) (caret ^ 0x40);
  }

  /**
   * The text that Sendmail's {@code str2prt} made printable, as it does with every line it logs: a
   * doubled backslash stands for one, {@code \n}, {@code \t} and {@code \r} for those, and {@code
   * \ooo} for a byte that is no printable character of ASCII. A line feed before a blank is a
   * folded header's, and left out.
   */
  public static String printed(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[in.length];
    int length = 0;
    for (int i = 0; i < in.length; i++) {
      if (in[i] != '\\' || i + 1 == in.length) {
        out[length++] = in[i];
        continue;
      }
      int value = i + 3 < in.length && octal(in, i + 1) ? value(in, i + 1) : ' ';
      if (in[i + 1] == '\\') {
        out[length++] = '\\';
        i++;
      } else if (in[i + 1] == 'n' || in[i + 1] == 'r' || in[i + 1] == 't') {
        boolean folded = in[i + 1] == 'n' && i + 2 < in.length && isBlank(in, i + 2);
        if (!folded) {
          out[length++] = '\n'; // comes out as any control character does
        }
        i++;
      } else if (value < ' ' || value >= 0x7f) {
        out[length++] = (byte) value;
        i += 3;
      } else {
        out[length++] = in[i];
      }
    }
    return text(out, length);
  }

  private static boolean isBlank(byte[] in, int at) {
    return in[at] == ' ' || in[at] == '\\' && at + 1 < in.length && in[at + 1] == 't';
  }

  private static int value(byte[] in, int from) {
    return (in[from] - '0') << 6 | (in[from + 1] - '0') << 3 | (in[from + 2] - '0');
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
