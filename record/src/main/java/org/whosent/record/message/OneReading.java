package org.whosent.record.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether every mail program reads the structure of a message as we do. Where they part, one shows
 * as text what another takes for a field, for padding, or for something outside of all parts; then
 * what we read is not all that somebody may be shown. Stricter than what is read: it says no to
 * much that is only careless, and costs that message no more than being compared by its text.
 * Stateless.
 */
final class OneReading {
  private static final Set<String> IDENTITY = Set.of("7bit", "8bit", "binary");

  /** RFC 2046 section 5.1.1, unquoted as RFC 2045 section 5.1 allows it. */
  private static final Pattern BOUNDARY =
      Pattern.compile(
          "(?i);\\s*boundary=(?:[\\w'+.*^~|{}!#$%&-]+"
              + "|\"[\\w'()+,./:=?-](?:[\\w'()+,./:=? -]{0,68}[\\w'()+,./:=?-])?\")\\s*(?:;|$)");

  private static final Pattern NAME = Pattern.compile("(?i)boundary");

  private static final byte[] PRINTABLE = new byte[0x7f - ' '];

  static {
    for (int i = 0; i < PRINTABLE.length; i++) {
      PRINTABLE[i] = (byte) (' ' + i);
    }
  }

  private OneReading() {}

  /**
   * True when there is one reading only.
   *
   * @param bytes the message
   * @param parts all of it, the message itself first
   * @param leaves its parts with content, in their order
   * @param delimiters lines that were read as the beginning or the end of a part
   */
  static boolean holds(
      byte[] bytes, List<Part> parts, List<OpenedMessage.Leaf> leaves, int delimiters) {
    Part top = parts.getFirst();
    // Without it, RFC 2045 section 4, a reader may show a multipart as it stands.
    boolean mime = !top.isMultipart() || top.headers().has("MIME-Version");
    return mime
        && parts.stream().allMatch(OneReading::hasPlainHeader)
        && leaves.stream().allMatch(leaf -> isPlainlyEncoded(bytes, leaf))
        && delimitersOutside(bytes, leaves) == delimiters;
  }

  /** Of two such fields some take the first and some the last. */
  private static boolean hasPlainHeader(Part part) {
    Headers headers = part.headers();
    if (headers.all("Content-Type").size() > 1
        || headers.all("Content-Transfer-Encoding").size() > 1) {
      return false;
    }
    // RFC 2045 section 6.4: a multipart has no encoding of its own; some decode it all the same.
    return !part.isMultipart()
        || IDENTITY.contains(part.encoding())
            && hasBoundary(headers.first("Content-Type").orElse(""));
  }

  /** Whoever reads another boundary, or none, shows what stands outside of all parts. */
  private static boolean hasBoundary(String type) {
    return BOUNDARY.matcher(type).find() && NAME.matcher(type).results().count() == 1;
  }

  private static boolean isPlainlyEncoded(byte[] bytes, OpenedMessage.Leaf leaf) {
    Part part = leaf.part();
    if (MessageText.counts(part) && !readsAscii(part.parameters().get("charset"))) {
      return false;
    }
    return switch (part.encoding()) {
      case "base64" -> isBase64(bytes, leaf.from(), leaf.to());
      case "quoted-printable" -> isQuotedPrintable(bytes, leaf.from(), leaf.to());
      // What stands before "begin" in a uuencoded part is passed over by some only.
      default -> IDENTITY.contains(part.encoding());
    };
  }

  /** In EBCDIC and its like what we drop as controls are digits to whoever reads ASCII. */
  private static boolean readsAscii(String charset) {
    String ascii = new String(PRINTABLE, StandardCharsets.US_ASCII);
    return Decoding.text(PRINTABLE, charset).equals(ascii);
  }

  /** RFC 2045 section 6.8, with nothing that a reader would have to pass over. */
  private static boolean isBase64(byte[] bytes, int from, int to) {
    boolean padded = false;
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b == '=') {
        padded = true;
      } else if (b != '\n' && b != '\r' && b != ' ' && b != '\t') {
        if (padded || !Decoding.isBase64(b)) {
          return false;
        }
      }
    }
    return true;
  }

  /** RFC 2045 section 6.7: two digits or a line's end behind each equals sign. */
  private static boolean isQuotedPrintable(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != '=') {
        continue;
      }
      int end = i + 1 < to && bytes[i + 1] == '\r' ? i + 2 : i + 1;
      boolean soft = end >= to || bytes[end] == '\n';
      boolean octet =
          i + 2 < to
              && Character.digit(bytes[i + 1], 16) >= 0
              && Character.digit(bytes[i + 2], 16) >= 0;
      if (!soft && !octet) {
        return false;
      }
    }
    return true;
  }

  /**
   * Lines outside of all content that begin a part, or would with another boundary; -1 where a line
   * is a line, or the end of a header, to some readers only.
   */
  private static int delimitersOutside(byte[] bytes, List<OpenedMessage.Leaf> leaves) {
    int lines = 0;
    int from = 0;
    for (OpenedMessage.Leaf leaf : leaves) {
      int found = delimiters(bytes, from, leaf.from());
      if (found < 0) {
        return -1;
      }
      lines += found;
      from = leaf.to();
    }
    int found = delimiters(bytes, from, bytes.length);
    return found < 0 ? -1 : lines + found;
  }

  private static int delimiters(byte[] bytes, int from, int to) {
    int lines = 0;
    for (int at = from; at < to; at++) {
      boolean starts = at == from || bytes[at - 1] == '\n';
      if (starts && (isBlank(bytes, at) || at > 0 && isMailboxLine(bytes, at))
          || bytes[at] == '\r' && (at + 1 == bytes.length || bytes[at + 1] != '\n')) {
        return -1;
      }
      lines += starts && isLikeDelimiter(bytes, at) ? 1 : 0;
    }
    return lines;
  }

  /** A line of nothing but blanks: the end of a header, or a fold in it. */
  private static boolean isBlank(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
    return at > from && (at == bytes.length || bytes[at] == '\n' || bytes[at] == '\r');
  }

  /**
   * The separator of an mbox, which is passed over at the top of a header, or is its first text.
   */
  private static boolean isMailboxLine(byte[] bytes, int from) {
    int at = bytes[from] == '>' ? from + 1 : from;
    byte[] mark = {'F', 'r', 'o', 'm', ' '};
    return at + mark.length <= bytes.length
        && Arrays.equals(bytes, at, at + mark.length, mark, 0, mark.length);
  }

  /** Not the mark above a signature: two hyphens and a blank. */
  private static boolean isLikeDelimiter(byte[] bytes, int from) {
    int at = from + 2;
    while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
    return at < bytes.length
        && bytes[from] == '-'
        && bytes[from + 1] == '-'
        && bytes[at] != '\n'
        && bytes[at] != '\r';
  }
}
