package org.whosent.indexer.log.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * RFC 2047 encoded words in a header field as a log shows it: one line, so that the folding between
 * two words is a {@code ?} (Postfix) or a blank. What does not decode is left as it stands. The
 * result has no control characters. Stateless.
 */
public final class EncodedWords {
  private static final Pattern WORD =
      Pattern.compile(
          "=\\?([A-Za-z0-9_.:+-]{1,40})(?:\\*[A-Za-z0-9-]{1,20})?\\?([BbQq])\\?([^? ]{0,200})\\?=");

  /** Section 6.2: white space between two encoded words is not shown. */
  private static final Pattern BETWEEN = Pattern.compile("(\\?=)(?:\\?? )++(?==\\?)");

  /** A line break after an encoded word; before one, only when a blank follows. */
  private static final Pattern FOLD = Pattern.compile("(?<=\\?=)\\?(?= )");

  private EncodedWords() {}

  /** The field's text, decoded. */
  public static String decode(String logged) {
    if (!logged.contains("=?")) {
      return logged;
    }
    String text = BETWEEN.matcher(logged).replaceAll("$1");
    text = FOLD.matcher(text).replaceAll("");
    StringBuilder out = new StringBuilder(text.length());
    Matcher matcher = WORD.matcher(text);
    int end = 0;
    // Words of one charset that follow directly may share a character between them.
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Charset pending = null;
    while (matcher.find()) {
      Charset charset = charset(matcher.group(1));
      byte[] decoded = charset == null ? null : bytes(matcher.group(2), matcher.group(3));
      if (pending != null
          && (matcher.start() != end || decoded == null || !pending.equals(charset))) {
        out.append(bytes.toString(pending));
        bytes.reset();
        pending = null;
      }
      out.append(text, end, matcher.start());
      if (decoded == null) {
        out.append(matcher.group());
      } else {
        bytes.writeBytes(decoded);
        pending = charset;
      }
      end = matcher.end();
    }
    if (pending != null) {
      out.append(bytes.toString(pending));
    }
    out.append(text, end, text.length());
    for (int i = 0; i < out.length(); i++) {
      if (Character.isISOControl(out.charAt(i))) {
        out.setCharAt(i, ' ');
      }
    }
    return out.toString();
  }

  private static Charset charset(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return null;
    }
  }

  private static byte[] bytes(String encoding, String text) {
    if (encoding.equalsIgnoreCase("B")) {
      try {
        return Base64.getDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '=') {
        int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
        int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          return null;
        }
        out.write(high << 4 | low);
        i += 2;
      } else if (c == '_') {
        out.write(' ');
      } else if (c < 0x80) {
        out.write(c);
      } else {
        return null;
      }
    }
    return out.toByteArray();
  }
}
