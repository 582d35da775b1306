package org.whosent.record.message;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jsoup.Jsoup;
import org.whosent.record.ComposedText;

/**
 * The text of a message as a reader sees it: all {@code text/plain} parts that are no attachments,
 * one after the other; where these are blank, the visible text of the {@code text/html} parts. At
 * most {@link #MAX_RAW} encoded bytes of either kind are kept while reading, and {@link #MAX_TEXT}
 * characters of the decoded text count, so that a message of any size costs the same; two messages
 * that differ only behind that are taken for one. Not thread-safe.
 */
final class MessageText {
  /** Encoded bytes kept of the plain parts, and as many of the HTML parts. */
  static final int MAX_RAW = 1 << 20;

  /** Characters of decoded text that count. */
  static final int MAX_TEXT = 256 << 10;

  private record Piece(Part part, byte[] raw) {}

  private final List<Piece> plain = new ArrayList<>();
  private final List<Piece> html = new ArrayList<>();
  private int plainBytes;
  private int htmlBytes;
  private final ByteArrayOutputStream current = new ByteArrayOutputStream();

  static boolean counts(Part part) {
    return !part.attachment() && (part.is("text/plain") || part.is("text/html"));
  }

  void content(Part part, byte[] buffer, int from, int to) {
    if (!counts(part)) {
      return;
    }
    int used = (part.is("text/html") ? htmlBytes : plainBytes) + current.size();
    int room = Math.min(to - from, MAX_RAW - used);
    if (room > 0) {
      current.write(buffer, from, room);
    }
  }

  void end(Part part) {
    if (!counts(part)) {
      return;
    }
    byte[] raw = current.toByteArray();
    current.reset();
    if (part.is("text/html")) {
      htmlBytes += raw.length;
      html.add(new Piece(part, raw));
    } else {
      plainBytes += raw.length;
      plain.add(new Piece(part, raw));
    }
  }

  /** The decoded text, not folded. */
  String text() {
    String text = join(plain, false);
    return text.isBlank() ? join(html, true) : text;
  }

  private static String join(List<Piece> pieces, boolean markup) {
    StringBuilder text = new StringBuilder();
    for (Piece piece : pieces) {
      if (text.length() >= MAX_TEXT) {
        break;
      }
      byte[] bytes =
          Decoding.content(piece.raw, 0, piece.raw.length, piece.part.encoding(), MAX_RAW);
      String decoded = Decoding.text(bytes, piece.part.parameters().get("charset"));
      if (markup) {
        decoded = visible(decoded.substring(0, Math.min(decoded.length(), MAX_TEXT)));
      }
      text.append(decoded, 0, Math.min(decoded.length(), MAX_TEXT - text.length())).append('\n');
    }
    return text.toString();
  }

  /** What a browser would show of HTML, roughly: no script, no style, no comments. */
  static String visible(String markup) {
    try {
      return Jsoup.parse(markup).text();
    } catch (RuntimeException | StackOverflowError e) {
      // A parser that trips over hostile markup must not stop the tracing.
      return markup;
    }
  }

  /**
   * Case, white space and invisible characters taken out, so that neither wrapping nor re-encoding
   * changes the text.
   */
  static String fold(String text) {
    String ascii = foldAscii(text);
    return ascii != null ? ascii : foldUnicode(text);
  }

  /** The same for text that is all ASCII, as most is, at a third of the cost; else null. */
  private static String foldAscii(String text) {
    byte[] out = new byte[text.length()];
    int length = 0;
    for (int i = 0; i < out.length; i++) {
      char c = text.charAt(i);
      if (c > ' ' && c < 0x7f) {
        out[length++] = (byte) (c >= 'A' && c <= 'Z' ? c + 32 : c);
      } else if (c >= 0x7f) {
        return null;
      }
    }
    return new String(out, 0, length, StandardCharsets.ISO_8859_1);
  }

  private static String foldUnicode(String text) {
    StringBuilder out = new StringBuilder(text.length());
    String composed = ComposedText.of(text);
    for (int i = 0; i < composed.length(); ) {
      char ascii = composed.charAt(i);
      if (ascii < 0x7f) {
        i++;
        if (ascii > ' ') {
          out.append(ascii >= 'A' && ascii <= 'Z' ? (char) (ascii + 32) : ascii);
        }
        continue;
      }
      int c = composed.codePointAt(i);
      i += Character.charCount(c);
      boolean shown =
          !Character.isWhitespace(c)
              && !Character.isSpaceChar(c)
              && !Character.isISOControl(c)
              && Character.getType(c) != Character.FORMAT;
      if (shown) {
        out.appendCodePoint(Character.toLowerCase(c));
      }
    }
    return out.toString();
  }
}
