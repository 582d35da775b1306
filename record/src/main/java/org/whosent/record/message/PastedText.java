package org.whosent.record.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Undoes what web pages, tickets and mail programs do to a header on its way into a text:
 * characters that nobody sees, signs that look like others, entities, quoted-printable left as it
 * is, an empty line after each line, Gmail's table in place of the header. Only what somebody
 * pasted is read so, never a message as it was received. Stateless.
 */
public final class PastedText {
  /** Zero-width space, word joiner, zero-width no-break space, soft hyphen. */
  private static final char[] INVISIBLE = {'\u200b', '\u2060', '\ufeff', '\u00ad'};

  /**
   * Brackets that word processors, readers of pictures and fonts put in place of those of ASCII.
   */
  private static final String OPENING = "\u2039\u2329\u3008\u27e8\uff1c";

  private static final String CLOSING = "\u203a\u232a\u3009\u27e9\uff1e";
  private static final String QUOTES = "\u201c\u201d\u201e\uff02";
  private static final String HYPHENS = "\u2010\u2011\uff0d";

  /** Fields in which a server or a program, not a person, writes brackets. */
  private static final List<String> BRACKETED = List.of("Message-ID", "Return-Path");

  private static final int MAX_ESCAPES = 3;

  /** How archives and careful people write an address, so that no program finds it. */
  private static final Pattern AT =
      Pattern.compile("(?i)[ \\t]{0,2}[(\\[{][ \\t]{0,2}(?:at|@)[ \\t]{0,2}[)\\]}][ \\t]{0,2}");

  private static final Pattern DOT =
      Pattern.compile("(?i)[ \\t]{0,2}[(\\[{][ \\t]{0,2}(?:dot|[.])[ \\t]{0,2}[)\\]}][ \\t]{0,2}");

  /** Not in any sentence: in the brackets of an ID, or behind the name of the field. */
  private static final Pattern WORD_AT =
      Pattern.compile(
          "(?i)(<[^<>@\\s]{1,500}|message[- ]?id:?[ \\t]{1,5}[^<>@\\s]{1,500})"
              + "[ \\t]{1,2}at[ \\t]{1,2}(?=[^<>@\\s]{1,255}(?:>|[ \\t]|$))",
          Pattern.MULTILINE);

  /** Of a text that has an empty line after each line, so many at least. */
  private static final int SPACED_LINES = 8;

  /** RFC 2045 section 6.7, rule 1. */
  private static final Pattern ENCODED_OCTET = Pattern.compile("=([0-9A-F]{2})");

  /** As some programs write at signs and brackets: in hexadecimal, or not. */
  private static final Pattern NUMBERED =
      Pattern.compile("&#(?:[xX]0{0,4}([0-9a-fA-F]{2})|0{0,4}([0-9]{2,3}));");

  private static final Pattern GMAIL_ID = Pattern.compile("(?m)^Message ID[ \\t]{1,20}(?=<)");
  private static final Pattern GMAIL_DATE =
      Pattern.compile("(?m)^Created (?:at|on):[ \\t]{1,20}(.{1,100}?)(?: \\(Delivered after.*)?$");

  private PastedText() {}

  /**
   * True when a header alone reads as one, and is not as it was received: its brackets were turned
   * into something else, or it is quoted-printable itself. With a body it is never so: a sender may
   * write his header like that, so that his message was taken for a header somebody pasted, and his
   * text held against no record.
   */
  static boolean isAltered(OpenedMessage message) {
    return !message.hasBody() && (hasOtherBrackets(message) || encoded(message.headerText()));
  }

  private static boolean hasOtherBrackets(OpenedMessage message) {
    if (message.headers().all("Received").stream().anyMatch(v -> v.indexOf('\u00a0') >= 0)) {
      return true; // blanks that a page keeps from breaking a line
    }
    for (String name : BRACKETED) {
      for (String value : message.headers().all(name)) {
        if (!value.isEmpty() && value.indexOf('<') < 0 && beginsWithBracket(value)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean beginsWithBracket(String value) {
    return value.startsWith("&lt;")
        || value.startsWith("&#")
        || value.startsWith("&amp;")
        || OPENING.indexOf(value.charAt(0)) >= 0;
  }

  /**
   * A text in which identifiers are looked for: without characters that nobody sees, entities and
   * signs of another look as those of ASCII. Its lines stay as they are.
   */
  public static String typed(String text) {
    return ascii(withoutEntities(withoutInvisible(text)));
  }

  /** A text with the at signs and dots of addresses that somebody wrote as words. */
  public static String withSigns(String text) {
    boolean maybe = text.indexOf("at") >= 0 || text.indexOf("AT") >= 0 || text.indexOf("@") >= 0;
    if (!maybe) {
      return text;
    }
    String signs = WORD_AT.matcher(AT.matcher(text).replaceAll("@")).replaceAll("$1@");
    return DOT.matcher(signs).replaceAll(".");
  }

  /**
   * What is left of a Message-ID when it was pasted, decoded, escaped, disguised or cut out of a
   * sentence: two that come to the same may be one. For comparing, not for looking up; without
   * brackets and blanks.
   */
  public static String messageId(String id) {
    String text = withSigns(withoutEntities(withoutInvisible(id)));
    if (text.indexOf('=') >= 0) {
      text = ENCODED_OCTET.matcher(text).replaceAll(PastedText::octet);
    }
    StringBuilder left = new StringBuilder(text.length());
    ascii(withoutEntities(text))
        .chars()
        .filter(c -> c > ' ' && "<>[]".indexOf(c) < 0)
        .forEach(c -> left.append((char) c));
    int end = left.length();
    while (end > 0 && "\"'`,;.)}".indexOf(left.charAt(end - 1)) >= 0) {
      end--;
    }
    return left.substring(0, end);
  }

  private static String octet(MatchResult encoded) {
    char octet = (char) Integer.parseInt(encoded.group(1), 16);
    return Matcher.quoteReplacement(String.valueOf(octet));
  }

  private static String withoutInvisible(String text) {
    String plain = text;
    for (char invisible : INVISIBLE) {
      if (plain.indexOf(invisible) >= 0) {
        plain = plain.replace(String.valueOf(invisible), "");
      }
    }
    return plain;
  }

  /** The text with what is said above undone; entities are left to the fields. */
  static String plain(String text) {
    String plain = withoutInvisible(text);
    if (encoded(plain)) {
      byte[] octets = plain.getBytes(StandardCharsets.UTF_8);
      plain =
          Decoding.text(
              Decoding.content(octets, 0, octets.length, "quoted-printable", octets.length),
              "utf-8");
    }
    if (plain.contains("Message ID") && !plain.contains("Received:")) {
      plain = GMAIL_ID.matcher(plain).replaceAll("Message-ID: ");
      plain = GMAIL_DATE.matcher(plain).replaceAll("Date: $1");
    }
    return withoutSpacing(plain);
  }

  /** One field's text: entities, however often they were escaped, and signs that look alike. */
  static String field(String field) {
    String text = withoutEntities(field);
    return text.regionMatches(true, 0, "Subject:", 0, 8) ? text : ascii(text);
  }

  private static String withoutEntities(String escaped) {
    String text = escaped;
    for (int i = 0; i < MAX_ESCAPES && text.indexOf('&') >= 0; i++) {
      text =
          text.replace("&lt;", "<")
              .replace("&gt;", ">")
              .replace("&quot;", "\"")
              .replace("&nbsp;", " ")
              .replace("&amp;", "&");
      if (text.contains("&#")) {
        text = NUMBERED.matcher(text).replaceAll(PastedText::numbered);
      }
    }
    return text;
  }

  /** A sign of ASCII; others stay as they are. */
  private static String numbered(MatchResult entity) {
    int number =
        entity.group(1) == null
            ? Integer.parseInt(entity.group(2))
            : Integer.parseInt(entity.group(1), 16);
    return number >= ' ' && number < 0x7f
        ? Matcher.quoteReplacement(String.valueOf((char) number))
        : Matcher.quoteReplacement(entity.group());
  }

  private static String ascii(String text) {
    StringBuilder out = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char plain = c < 0x80 ? c : ascii(c);
      if (plain != c) {
        if (out == null) {
          out = new StringBuilder(text);
        }
        out.setCharAt(i, plain);
      }
    }
    return out == null ? text : out.toString();
  }

  private static char ascii(char c) {
    return OPENING.indexOf(c) >= 0
        ? '<'
        : CLOSING.indexOf(c) >= 0
            ? '>'
            : QUOTES.indexOf(c) >= 0
                ? '"'
                : HYPHENS.indexOf(c) >= 0 ? '-' : c == '\u00a0' ? ' ' : c;
  }

  /**
   * Whether a text is quoted-printable: it has a soft line break, a blank or an equals sign of that
   * encoding (RFC 2045 section 6.7), and no equals sign of another kind. A header that has none at
   * all, or {@code charset=} and its like, is not.
   */
  private static boolean encoded(String text) {
    boolean any = false;
    for (int at = text.indexOf('='); at >= 0; at = text.indexOf('=', at + 1)) {
      boolean softBreak = text.startsWith("\n", at + 1) || text.startsWith("\r\n", at + 1);
      if (!softBreak
          && !(at + 2 < text.length() && hex(text.charAt(at + 1)) && hex(text.charAt(at + 2)))) {
        return false;
      }
      any |=
          softBreak
              || text.startsWith("3D", at + 1)
              || text.startsWith("20", at + 1)
              || text.startsWith("09", at + 1);
    }
    return any;
  }

  private static boolean hex(char c) {
    return c >= '0' && c <= '9' || c >= 'A' && c <= 'F';
  }

  /** Without the empty line that follows each line of a header, those it was folded into too. */
  private static String withoutSpacing(String text) {
    List<String> lines = text.lines().toList();
    int from = 0;
    while (from < lines.size() && !QuotedHeader.mayBegin(QuoteMarks.without(lines.get(from)))) {
      from++;
    }
    for (int i = 0; i < SPACED_LINES; i++) {
      int at = from + 2 * i;
      if (at + 1 >= lines.size() || lines.get(at).isBlank() || !lines.get(at + 1).isBlank()) {
        return text;
      }
    }
    List<String> kept = new ArrayList<>(lines.subList(0, from));
    for (int i = from; i < lines.size(); i++) {
      boolean after = i > from && !lines.get(i - 1).isBlank() && lines.get(i).isBlank();
      if (!after) {
        kept.add(lines.get(i));
      }
    }
    return String.join("\n", kept) + "\n";
  }
}
