package org.whosent.record.message;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.ContentDisposition;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.MimeUtility;
import jakarta.mail.internet.ParameterList;
import jakarta.mail.internet.ParseException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UnsupportedEncodingException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.eclipse.angus.mail.util.BASE64DecoderStream;
import org.eclipse.angus.mail.util.QPDecoderStream;

/**
 * What Jakarta Mail decodes for us, with its exceptions turned into the nearest sensible value:
 * spam is malformed, and malformed is no reason not to look. Stateless.
 */
final class Decoding {
  /** Beyond this a field's value is not handed to the decoder. */
  private static final int MAX_VALUE = 16 << 10;

  /** RFC 4648 section 4, without the padding. */
  private static final boolean[] BASE64 = new boolean[128];

  static {
    String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    letters.chars().forEach(letter -> BASE64[letter] = true);
  }

  private Decoding() {}

  /** True for a letter of base64's alphabet, the padding excluded. */
  static boolean isBase64(byte b) {
    return b >= 0 && BASE64[b];
  }

  /** RFC 2047 words decoded; text that cannot be decoded as it is. */
  static String words(String value) {
    if (value.indexOf("=?") < 0 || value.length() > MAX_VALUE) {
      return value;
    }
    try {
      return MimeUtility.decodeText(value);
    } catch (UnsupportedEncodingException | RuntimeException e) {
      return value;
    }
  }

  /** Reads a part's header. */
  static Part part(Headers headers, int depth, String defaultType) {
    String value = headers.first("Content-Type").orElse("");
    String type = defaultType;
    Map<String, String> parameters = new HashMap<>();
    if (!value.isEmpty()) {
      String head = value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
      if (head.matches("[!-.0-~]+/[!-~]+")) {
        type = head;
      }
      parameters(value, parameters);
    }
    String encoding =
        headers
            .first("Content-Transfer-Encoding")
            .map(e -> e.strip().toLowerCase(Locale.ROOT))
            .orElse("7bit");
    return new Part(headers, type, parameters, encoding, attachment(headers, parameters), depth);
  }

  private static void parameters(String value, Map<String, String> into) {
    if (value.length() > MAX_VALUE) {
      return;
    }
    try {
      ParameterList list = new ContentType(value).getParameterList();
      if (list != null) {
        Enumeration<String> names = list.getNames();
        while (names.hasMoreElements()) {
          String name = names.nextElement();
          String parameter = list.get(name);
          if (parameter != null) {
            into.put(name.toLowerCase(Locale.ROOT), parameter);
          }
        }
        return;
      }
    } catch (ParseException | RuntimeException e) {
      // What the parser refuses is read by hand below.
    }
    for (String piece : value.split(";")) {
      int equals = piece.indexOf('=');
      if (equals > 0) {
        String text = piece.substring(equals + 1).strip();
        if (text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")) {
          text = text.substring(1, text.length() - 1);
        }
        into.putIfAbsent(piece.substring(0, equals).strip().toLowerCase(Locale.ROOT), text);
      }
    }
  }

  private static boolean attachment(Headers headers, Map<String, String> parameters) {
    if (parameters.containsKey("name")) {
      return true;
    }
    String value = headers.first("Content-Disposition").orElse("");
    if (value.isEmpty() || value.length() > MAX_VALUE) {
      return false;
    }
    try {
      ContentDisposition disposition = new ContentDisposition(value);
      return "attachment".equalsIgnoreCase(disposition.getDisposition())
          || disposition.getParameter("filename") != null;
    } catch (ParseException | RuntimeException e) {
      return value.toLowerCase(Locale.ROOT).startsWith("attachment");
    }
  }

  /** The content without its transfer encoding, at most {@code limit} bytes; never throws. */
  static byte[] content(byte[] raw, int from, int to, String encoding, int limit) {
    InputStream in = new ByteArrayInputStream(raw, from, to - from);
    try {
      return switch (encoding) {
        case "base64" -> base64(raw, from, to, limit);
        case "quoted-printable" ->
            decoded(new QPDecoderStream(withoutRuns(raw, from, to)), to - from, limit);
        case "x-uuencode", "x-uue", "uuencode" ->
            decoded(MimeUtility.decode(in, encoding), to - from, limit);
        default -> Arrays.copyOfRange(raw, from, from + Math.min(to - from, limit));
      };
    } catch (MessagingException | RuntimeException e) {
      return new byte[0];
    }
  }

  /**
   * Of soft line breaks that follow each other (RFC 2045 section 6.7, rule 5) the first alone: the
   * decoder calls itself for each, and a message can be full of them.
   */
  private static InputStream withoutRuns(byte[] raw, int from, int to) {
    byte[] kept = new byte[to - from];
    int length = 0;
    boolean again = false;
    for (int i = from; i < to; i++) {
      int end = raw[i] == '=' && i + 1 < to && raw[i + 1] == '\r' ? i + 2 : i + 1;
      boolean soft = raw[i] == '=' && end < to && raw[end] == '\n';
      if (soft && again) {
        i = end;
      } else if (soft) {
        System.arraycopy(raw, i, kept, length, end + 1 - i);
        length += end + 1 - i;
        i = end;
      } else {
        kept[length++] = raw[i];
      }
      again = soft;
    }
    return new ByteArrayInputStream(kept, 0, length);
  }

  /**
   * Base64 as everybody writes it, whole quartets in lines, by the JDK's decoder; anything else by
   * the one that puts up with it. Both give the same where both can.
   */
  private static byte[] base64(byte[] raw, int from, int to, int limit) {
    byte[] clean = new byte[(int) Math.min(to - from, (limit + 2L) / 3 * 4)];
    int length = 0;
    int padding = 0;
    for (int i = from; i < to && length < clean.length; i++) {
      byte b = raw[i];
      if (b == '\n' || b == '\r') {
        continue;
      }
      if (b == '=') {
        padding++;
      } else if (!isBase64(b) || padding > 0) {
        padding = Integer.MAX_VALUE;
        break;
      }
      clean[length++] = b;
    }
    if (padding > 2 || length % 4 != 0) {
      InputStream in = new ByteArrayInputStream(raw, from, to - from);
      return decoded(new BASE64DecoderStream(in, true), to - from, limit);
    }
    byte[] decoded = Base64.getDecoder().decode(Arrays.copyOf(clean, length));
    return decoded.length > limit ? Arrays.copyOf(decoded, limit) : decoded;
  }

  private static byte[] decoded(InputStream decoded, int length, int limit) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(Math.min(length, limit));
    try {
      byte[] buffer = new byte[8192];
      while (out.size() < limit) {
        int count = decoded.read(buffer, 0, Math.min(buffer.length, limit - out.size()));
        if (count < 0) {
          break;
        }
        out.write(buffer, 0, count);
      }
    } catch (IOException | RuntimeException e) {
      // Broken encoding: what was decoded up to here counts.
    }
    return out.toByteArray();
  }

  /** The text of decoded bytes; an unknown charset reads as UTF-8, else as ISO 8859-1. */
  static String text(byte[] bytes, String charset) {
    Charset known = charset(charset);
    if (known != null
        && !known.equals(StandardCharsets.UTF_8)
        && !known.equals(StandardCharsets.US_ASCII)) {
      return new String(bytes, known);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return known != null && known.equals(StandardCharsets.UTF_8)
          ? new String(bytes, StandardCharsets.UTF_8)
          : new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  private static Charset charset(String name) {
    if (name == null || name.length() > 60) {
      return null;
    }
    try {
      return Charset.forName(MimeUtility.javaCharset(name));
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
