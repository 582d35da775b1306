package org.whosent.msa.smtp;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.whosent.record.Addresses;

/**
 * The reverse-path of MAIL and the forward-path of RCPT, read by the grammar of RFC 5321 section
 * 4.1.2. Immutable.
 *
 * <p>Two liberties: blanks after the colon are passed over (old clients send them, and they can be
 * mistaken for nothing), and a local part may have 128 octets instead of 64, since variable
 * envelope senders of mailing lists do. A source route is read by the grammar and dropped, as
 * appendix C and section 4.1.1.3 allow. Non-ASCII is refused: SMTPUTF8 is not offered.
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

  /** Reads what follows {@code MAIL FROM:}. */
  public static MailPath reverse(String argument) throws SyntaxException {
    return read(argument, true);
  }

  /** Reads what follows {@code RCPT TO:}. */
  public static MailPath forward(String argument) throws SyntaxException {
    return read(argument, false);
  }

  private static MailPath read(String argument, boolean reverse) throws SyntaxException {
    int start = 0;
    while (start < argument.length() && argument.charAt(start) == ' ') {
      start++;
    }
    if (start >= argument.length() || argument.charAt(start) != '<') {
      throw new SyntaxException("an address in angle brackets is expected", false);
    }
    Cursor in = new Cursor(argument, start + 1);
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
    if (in.at - start > MAX_PATH + 2) {
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
    return !address.isEmpty() && address.charAt(0) != '"' && address.indexOf('@') > 0;
  }

  private static boolean isAtext(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c > 0 && ATEXT_SPECIALS.indexOf(c) >= 0;
  }

  private static final class Cursor {
    final String text;
    int at;

    Cursor(String text, int at) {
      this.text = text;
      this.at = at;
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
      boolean nonAscii = peek() >= 0x80;
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
      if (text.substring(start, at).getBytes(StandardCharsets.UTF_8).length > MAX_LOCAL_PART) {
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
        while (isAtext(peek())) {
          at++;
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
        if (peek() < 0x20 || peek() > 0x7e) {
          throw wrong("the quoted local part is malformed");
        }
        at++;
      }
      at++;
    }

    void domain(char end, char otherEnd) throws SyntaxException {
      int start = at;
      while (peek() >= 0
          && (peek() != end && peek() != otherEnd || text.charAt(start) == '[' && !closed(start))) {
        if (peek() <= ' ' || peek() >= 0x7f) {
          throw wrong("the domain is malformed");
        }
        at++;
      }
      String domain = text.substring(start, at);
      if (!isDomain(domain) && !isAddressLiteral(domain)) {
        throw wrong("the domain is malformed");
      }
    }

    private boolean closed(int start) {
      return at > start && text.charAt(at - 1) == ']';
    }
  }
}
