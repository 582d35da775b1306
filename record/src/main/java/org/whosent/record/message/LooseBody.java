package org.whosent.record.message;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A body that lost its header: people paste the text, or the source from the empty line on. The
 * fields that say how to read it are gone, so they are guessed from its form: a boundary line, all
 * base64, quoted-printable, markup. A wrong guess gives a text that resembles nothing, never an
 * error. Stateless.
 */
final class LooseBody {
  /** Of a long body the beginning decides. */
  private static final int LOOKED_AT = 64 << 10;

  private static final Pattern BOUNDARY =
      Pattern.compile(
          "\\A(?:[^\\r\\n]{0,200}\\r?\\n){0,6}?--([^\\r\\n\"]{1,70})\\r?\\n"
              + "(?i:content-[a-z-]{1,40}:)");
  private static final Pattern QUOTED_PRINTABLE = Pattern.compile("=(?:\\r?\\n|[0-9A-F]{2})");
  private static final Pattern EQUALS = Pattern.compile("=");
  private static final Pattern MARKUP =
      Pattern.compile("(?i)\\A\\s*(?:<!doctype html|<html|<head|<body|<div|<table|<p[ >])");

  private LooseBody() {}

  /** The body below a header that tells how to read it. */
  static byte[] withHeader(byte[] body) {
    String head =
        new String(body, 0, Math.min(body.length, LOOKED_AT), StandardCharsets.ISO_8859_1);
    byte[] header = header(head).getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream out = new ByteArrayOutputStream(header.length + body.length);
    out.writeBytes(header);
    out.writeBytes(body);
    return out.toByteArray();
  }

  /** What stands for the lost fields, with the empty line. */
  static String header(String text) {
    String head = text.length() > LOOKED_AT ? text.substring(0, LOOKED_AT) : text;
    Matcher boundary = BOUNDARY.matcher(head);
    if (boundary.find()) {
      return "Content-Type: multipart/mixed; boundary=\""
          + boundary.group(1).stripTrailing()
          + "\"\n\n";
    }
    int end = head.length() == LOOKED_AT ? head.lastIndexOf('\n') + 1 : head.length();
    if (isBase64(head.substring(0, end))) {
      return "Content-Transfer-Encoding: base64\n\n";
    }
    String type = MARKUP.matcher(head).find() ? "Content-Type: text/html\n" : "";
    long quoted = QUOTED_PRINTABLE.matcher(head).results().count();
    return quoted > 0 && quoted * 2 > EQUALS.matcher(head).results().count()
        ? type + "Content-Transfer-Encoding: quoted-printable\n\n"
        : type + "\n";
  }

  private static boolean isBase64(String head) {
    return head.lines().limit(10).anyMatch(line -> line.length() >= 40)
        && head.lines()
            .map(String::strip)
            .allMatch(
                line ->
                    line.length() <= 76
                        && line.chars()
                            .allMatch(
                                c ->
                                    c >= 'A' && c <= 'Z'
                                        || c >= 'a' && c <= 'z'
                                        || c >= '0' && c <= '9'
                                        || c == '+'
                                        || c == '/'
                                        || c == '='));
  }
}
