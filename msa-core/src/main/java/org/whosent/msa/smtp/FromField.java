package org.whosent.msa.smtp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The addresses of a From field (RFC 5322 section 3.6.2), read so strictly that no other reader is
 * likely to see others: what is not understood beyond doubt is refused. Stateless.
 *
 * <p>Known weak: a display name may say whatever it likes, an address in quotes included.
 */
final class FromField {
  private static final int MAX_ADDRESSES = 100;

  private final String text;
  private int at;
  private final List<String> addresses = new ArrayList<>();

  private FromField(String text) {
    this.text = text;
  }

  /**
   * The addresses.
   *
   * @param value unfolded, without the name
   * @return empty when the value is no list of mailboxes
   */
  static Optional<List<String>> addresses(String value) {
    FromField field = new FromField(value);
    do {
      if (!field.mailbox() || field.addresses.size() > MAX_ADDRESSES) {
        return Optional.empty();
      }
    } while (field.at++ < value.length());
    return Optional.of(field.addresses);
  }

  /** Reads up to a comma or the end. */
  private boolean mailbox() {
    StringBuilder outside = new StringBuilder();
    String inAngles = null;
    boolean quoted = false;
    while (at < text.length() && text.charAt(at) != ',') {
      char c = text.charAt(at);
      switch (c) {
        case '(' -> {
          if (!comment()) {
            return false;
          }
          outside.append(' ');
          continue;
        }
        case '"' -> {
          // Of a display name; a quoted local part is nobody's own address.
          if (!quotedString() || inAngles != null) {
            return false;
          }
          quoted = true;
          outside.append(' ');
          continue;
        }
        case '<' -> {
          int end = text.indexOf('>', at);
          if (end < 0 || inAngles != null) {
            return false;
          }
          inAngles = text.substring(at + 1, end);
          at = end + 1;
          // What stands before is the display name; an address in it would be another reader's.
          if (outside.indexOf("@") >= 0) {
            return false;
          }
          outside.setLength(0);
          continue;
        }
        case '>', ':', ';', '\\' -> {
          // Among them groups, which name nobody or somebody whom no reply would reach.
          return false;
        }
        default -> {
          if (c < ' ' && c != '\t' || c == 0x7f) {
            return false;
          }
          outside.append(c);
        }
      }
      at++;
    }
    String rest = outside.toString().strip();
    if (inAngles != null ? !rest.isEmpty() : quoted) {
      return false;
    }
    return address(inAngles != null ? inAngles.strip() : rest);
  }

  private boolean address(String candidate) {
    if (candidate.isEmpty() || candidate.charAt(0) == '@' || candidate.charAt(0) == '"') {
      return false;
    }
    try {
      MailPath path = MailPath.forward("<" + candidate + ">");
      if (!path.rest().isEmpty() || path.address().indexOf('@') < 0) {
        return false;
      }
      addresses.add(path.address());
      return true;
    } catch (MailPath.SyntaxException e) {
      return false;
    }
  }

  private boolean comment() {
    int depth = 0;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '\\') {
        at++;
      } else if (c == '(') {
        depth++;
      } else if (c == ')' && --depth == 0) {
        return true;
      }
    }
    return false;
  }

  private boolean quotedString() {
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '\\') {
        at++;
      } else if (c == '"') {
        return true;
      }
    }
    return false;
  }
}
