package org.whosent.msa.smtp;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.regex.Pattern;
import org.whosent.record.Addresses;

/**
 * The reverse-path of MAIL and the forward-path of RCPT, read by the grammar of RFC 5321 section
 * 4.1.2. Immutable.
 *
 * <p>Two liberties: blanks after the colon are passed over (old clients send them, and they can be
 * mistaken for nothing), and a local part may have 128 octets instead of 64, since variable
 * envelope senders of mailing lists do. A source route is read by the grammar and dropped, as
 * appendix C and section 4.1.1.3 allow. Beyond ASCII (RFC 6531 section 3.3), characters that only
 * mislead are refused: controls, blanks of every kind, line separators; so are domains that are not
 * in the form to which IDNA would bring them.
 *
 * @param address the mailbox as given, without angle brackets and route; empty for the null
 *     reverse-path; without domain only for Postmaster
 * @param rest what follows after the closing bracket: the ESMTP parameters
 */
public record MailPath(String address, String rest) {
  private static final int MAX_PATH = 254;
  private static final int MAX_LOCAL_PART = 128;
  private static final Pattern SUB_DOMAIN =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

  /** What IDNA takes for a dot. */
  private static final String IDEOGRAPHIC_STOPS = "\u3002\uff0e\uff61";

  private static final String ATEXT_SPECIALS = "!#$%&'*+-/=?^_`{|}~";

  /** Why a path was not understood; the message is for the client. */
  public static final class SyntaxException extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean nonAscii;

    SyntaxException(String message, boolean nonAscii) {
      super(message, null, false, false);
      this.nonAscii = nonAscii;
    }

    /** True when the only fault is a character that would need SMTPUTF8. */
    public boolean nonAscii() {
      return nonAscii;
    }
  }

  /** Reads what follows {@code MAIL FROM:}; all of it is ASCII. */
  public static MailPath reverse(String argument) throws SyntaxException {
    return read(argument, true, false);
  }

  /** Reads what follows {@code RCPT TO:}; all of it is ASCII. */
  public static MailPath forward(String argument) throws SyntaxException {
    return read(argument, false, false);
  }

  /**
   * Reads what follows {@code MAIL FROM:}.
   *
   * @param utf8 true to let the address have characters beyond ASCII
   */
  static MailPath reverse(String argument, boolean utf8) throws SyntaxException {
    return read(argument, true, utf8);
  }

  /** Reads what follows {@code RCPT TO:}, likewise. */
  static MailPath forward(String argument, boolean utf8) throws SyntaxException {
    return read(argument, false, utf8);
  }

  private static MailPath read(String argument, boolean reverse, boolean utf8)
      throws SyntaxException {
    int start = 0;
    while (start < argument.length() && argument.charAt(start) == ' ') {
      start++;
    }
    if (start >= argument.length() || argument.charAt(start) != '<') {
      throw new SyntaxException("an address in angle brackets is expected", false);
    }
    Cursor in = new Cursor(argument, start + 1, utf8);
    String address;
    if (reverse && in.peek() == '>') {
      address = "";
    } else {
      if (in.peek() == '@') {
        in.route();
      }
      address = in.mailbox(!reverse);
    }
    in.expect('>');
    if (octets(argument.substring(start, in.at)) > MAX_PATH + 2) {
      throw new SyntaxException("path too long", false);
    }
    String rest = argument.substring(in.at);
    if (!rest.isEmpty() && rest.charAt(0) != ' ') {
      throw new SyntaxException("a blank is expected after the address", false);
    }
    return new MailPath(address, rest.strip());
  }

  /** True for a domain of RFC 5321: letters, digits and hyphens in labels; no address literal. */
  public static boolean isDomain(String text) {
    if (text.isEmpty() || text.length() > 253) {
      return false;
    }
    for (String label : text.split("\\.", -1)) {
      if (!SUB_DOMAIN.matcher(label).matches()) {
        return false;
      }
    }
    return true;
  }

  /** True for {@code [192.0.2.1]} and {@code [IPv6:2001:db8::1]}. */
  public static boolean isAddressLiteral(String text) {
    if (text.length() < 3 || text.charAt(0) != '[' || !text.endsWith("]")) {
      return false;
    }
    String inner = text.substring(1, text.length() - 1);
    boolean six = inner.regionMatches(true, 0, "IPv6:", 0, 5);
    return (six || inner.indexOf(':') < 0) && Addresses.parse(inner).isPresent();
  }

  /** True when the local part needs no quotes: such an address can stand anywhere in a header. */
  public boolean isPlain() {
    return !address.isEmpty() && address.charAt(0) != '"' && address.indexOf('@') > 0 && isAscii();
  }

  /** True when it has no character beyond ASCII. */
  boolean isAscii() {
    return address.chars().allMatch(c -> c < 0x80);
  }

  private static int octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** UTF8-non-ascii of RFC 6531, without what only misleads. */
  private static boolean isLetter(int codePoint) {
    return codePoint >= 0x80
        && switch (Character.getType(codePoint)) {
          case Character.CONTROL,
              Character.SURROGATE,
              Character.SPACE_SEPARATOR,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR ->
              false;
          default -> true;
        };
  }

  /**
   * True for a domain with U-labels. One that is written otherwise than IDNA normalises it could be
   * one domain to us and another to the next hop.
   */
  private static boolean isInternational(String domain) {
    if (!Normalizer.isNormalized(domain, Normalizer.Form.NFKC)
        || domain.chars().anyMatch(c -> IDEOGRAPHIC_STOPS.indexOf(c) >= 0)) {
      return false;
    }
    try {
      return isDomain(IDN.toASCII(domain, IDN.USE_STD3_ASCII_RULES));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isAtext(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c > 0 && ATEXT_SPECIALS.indexOf(c) >= 0;
  }

  private static final class Cursor {
    final String text;
    final boolean utf8;
    int at;

    Cursor(String text, int at, boolean utf8) {
      this.text = text;
      this.at = at;
      this.utf8 = utf8;
    }

    int peek() {
      return at < text.length() ? text.charAt(at) : -1;
    }

    void expect(char c) throws SyntaxException {
      if (peek() != c) {
        throw wrong("'" + c + "' is expected");
      }
      at++;
    }

    SyntaxException wrong(String what) {
      boolean nonAscii = peek() >= 0x80 && !utf8;
      return new SyntaxException(
          nonAscii ? "characters outside ASCII need SMTPUTF8" : "bad address: " + what, nonAscii);
    }

    /** A-d-l of RFC 5321: {@code @one,@two:}, read and dropped. */
    void route() throws SyntaxException {
      do {
        expect('@');
        domain(',', ':');
      } while (peek() == ',' && ++at > 0);
      expect(':');
    }

    String mailbox(boolean forward) throws SyntaxException {
      int start = at;
      if (peek() == '"') {
        quoted();
      } else {
        dotString();
      }
      if (octets(text.substring(start, at)) > MAX_LOCAL_PART) {
        throw new SyntaxException("local part too long", false);
      }
      if (peek() == '>' && forward && text.substring(start, at).equalsIgnoreCase("postmaster")) {
        return text.substring(start, at);
      }
      expect('@');
      domain('>', '>');
      return text.substring(start, at);
    }

    void dotString() throws SyntaxException {
      do {
        int start = at;
        while (isAtext(peek()) || international()) {
          at += international() ? Character.charCount(text.codePointAt(at)) : 1;
        }
        if (at == start) {
          throw wrong("the local part is malformed");
        }
      } while (peek() == '.' && ++at > 0);
    }

    void quoted() throws SyntaxException {
      at++;
      while (peek() != '"') {
        if (peek() == '\\') {
          at++;
        }
        // qtextSMTP and quoted-pairSMTP: printable ASCII and the blank
        if (!international() && (peek() < 0x20 || peek() > 0x7e)) {
          throw wrong("the quoted local part is malformed");
        }
        at += international() ? Character.charCount(text.codePointAt(at)) : 1;
      }
      at++;
    }

    private boolean international() {
      return utf8 && at < text.length() && isLetter(text.codePointAt(at));
    }

    void domain(char end, char otherEnd) throws SyntaxException {
      int start = at;
      while (peek() >= 0
          && (peek() != end && peek() != otherEnd || text.charAt(start) == '[' && !closed(start))) {
        if (!international() && (peek() <= ' ' || peek() >= 0x7f)) {
          throw wrong("the domain is malformed");
        }
        at += international() ? Character.charCount(text.codePointAt(at)) : 1;
      }
      String domain = text.substring(start, at);
      if (!isDomain(domain) && !isAddressLiteral(domain) && !(utf8 && isInternational(domain))) {
        throw wrong("the domain is malformed");
      }
    }

    private boolean closed(int start) {
      return at > start && text.charAt(at - 1) == ']';
    }
  }
}
