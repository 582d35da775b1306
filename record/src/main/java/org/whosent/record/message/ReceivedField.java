package org.whosent.record.message;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.whosent.record.Addresses;

/**
 * One {@code Received} field (RFC 5321 section 4.4), read as servers write it. Immutable; null
 * where the field does not say.
 *
 * <p>Most of the field is chosen by strangers: the EHLO name, the envelope addresses. A server that
 * prints them as they came lets a client write {@code by other.example id FAKE} into the field.
 * What the server says itself comes after, so the last {@code by} and the last {@code id} count; an
 * address after {@code for}, quoted words and all, and comments are never read as keywords. Never
 * throws.
 *
 * @param fromName the first word after {@code from}: usually the EHLO name
 * @param fromNames every word and comment word of the from clause that looks like a host name,
 *     lower case
 * @param addresses every IP address of the from clause, canonical, in order
 * @param by the receiving host
 * @param with the protocol
 * @param id the receiving host's ID for the message, without angle brackets
 * @param recipient after {@code for}, without angle brackets
 * @param date after the last semicolon
 */
public record ReceivedField(
    String fromName,
    List<String> fromNames,
    List<String> addresses,
    String by,
    String with,
    String id,
    String recipient,
    Instant date) {
  /** Of a longer field this much is read. */
  private static final int MAX_LENGTH = 16 << 10;

  /** Of an EHLO name's place in the field: RFC 1035 section 2.3.4, and {@code from} before it. */
  private static final int LONGEST_NAME = 300;

  public ReceivedField {
    fromNames = List.copyOf(fromNames);
    addresses = List.copyOf(addresses);
  }

  private record Token(String text, boolean comment) {}

  /**
   * Whether the server says that its client had logged in (RFC 3848: ESMTPA, ESMTPSA, LMTPSA …).
   */
  public boolean isAuthenticated() {
    if (with == null) {
      return false;
    }
    String protocol = with.toUpperCase(Locale.ROOT);
    return protocol.endsWith("MTPA") || protocol.endsWith("MTPSA");
  }

  /** Whether its client was on the same host, as content filters are. */
  public boolean isFromLoopback() {
    return !addresses.isEmpty() && addresses.stream().allMatch(Addresses::isLoopback);
  }

  /** Reads a field's value (with or without {@code Received:} before it). */
  public static ReceivedField parse(String value) {
    String text = value.length() > MAX_LENGTH ? value.substring(0, MAX_LENGTH) : value;
    if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) { // a message's fields are unfolded
      text = text.replaceAll("[\\r\\n]+[ \\t]*", " ");
    }
    text = text.strip();
    if (text.regionMatches(true, 0, "Received:", 0, 9)) {
      text = text.substring(9).strip();
    }
    List<Token> tokens = tokens(text, true);
    ReceivedField strict = parse(text, tokens);
    if (strict.by == null || endsInComment(text, tokens)) {
      // A lone parenthesis that a client chose hides the rest in a comment: read it without any.
      ReceivedField loose = parse(text, tokens(text, false));
      if (loose.by != null) {
        return loose;
      }
    }
    return strict;
  }

  private static boolean endsInComment(String text, List<Token> tokens) {
    return !tokens.isEmpty() && tokens.getLast().comment && text.endsWith(tokens.getLast().text);
  }

  private static ReceivedField parse(String text, List<Token> tokens) {
    int by = -1;
    for (int i = 0; i + 1 < tokens.size(); i++) {
      if (keyword(tokens.get(i), "by") && !tokens.get(i + 1).comment) {
        by = i;
      }
    }
    boolean hasFrom = !tokens.isEmpty() && keyword(tokens.getFirst(), "from");
    int clauses = by >= 0 ? by + 2 : hasFrom ? 1 : 0;
    String with = null;
    String id = null;
    String recipient = null;
    int clause = tokens.size();
    for (int i = clauses; i + 1 < tokens.size(); i++) {
      Token token = tokens.get(i);
      Token next = tokens.get(i + 1);
      if (token.comment || next.comment) {
        continue;
      }
      if (keyword(token, "with") && with == null) {
        with = next.text;
        clause = Math.min(clause, i);
      } else if (keyword(token, "id")) {
        boolean message = keyword(next, "message-id"); // qmail and some lists
        id = bare(next.text);
        clause = Math.min(clause, i);
        if (!message) {
          i++;
        }
      } else if (keyword(token, "for")) {
        recipient = bare(next.text);
        clause = Math.min(clause, i);
        i++;
      }
    }
    Set<String> names = new LinkedHashSet<>();
    Set<String> addresses = new LinkedHashSet<>();
    String fromName = null;
    if (hasFrom) {
      int end = by >= 0 ? by : clause;
      for (int i = 1; i < end; i++) {
        Token token = tokens.get(i);
        if (i == 1 && !token.comment) {
          fromName = token.text;
        }
        hosts(token.text, names, addresses);
      }
    }
    String byName = by < 0 ? null : bare(tokens.get(by + 1).text);
    return new ReceivedField(
        fromName,
        List.copyOf(names),
        List.copyOf(addresses),
        byName,
        with,
        id,
        recipient,
        date(text).orElse(null));
  }

  /** Names and addresses in a word or a comment of the from clause. */
  private static void hosts(String text, Set<String> names, Set<String> addresses) {
    int start = 0;
    while (start < text.length()) {
      int end = start;
      while (end < text.length() && !divides(text.charAt(end))) {
        end++;
      }
      String word = text.substring(start, end);
      start = end + 1;
      if (word.isEmpty() || word.length() > 255) {
        continue;
      }
      Optional<String> address = address(word);
      if (address.isPresent()) {
        addresses.add(address.get());
        continue;
      }
      while (word.endsWith(".") || word.endsWith(":")) {
        word = word.substring(0, word.length() - 1);
      }
      if (word.indexOf('.') > 0 || names.isEmpty()) {
        names.add(word.toLowerCase(Locale.ROOT));
      }
    }
  }

  private static boolean divides(char c) {
    return switch (c) {
      case ' ', '\t', '\n', 0x0B, '\f', '\r' -> true;
      case '(', ')', '[', ']', '=', '@', '<', '>', ',', ';', '"' -> true;
      default -> false;
    };
  }

  /** An address, also with a port behind it: {@code 192.0.2.1:587}, {@code 192.0.2.1.587}. */
  private static Optional<String> address(String word) {
    if (!Character.isLetterOrDigit(word.charAt(0)) && word.charAt(0) != ':') {
      return Optional.empty();
    }
    Optional<String> plain = Addresses.parse(word).map(Addresses::format);
    if (plain.isPresent()) {
      return plain;
    }
    int dots = 0;
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if ((c == '.' && ++dots == 4) || (c == ':' && dots == 3)) {
        return word.substring(i + 1).chars().allMatch(Character::isDigit)
            ? Addresses.parse(word.substring(0, i)).map(Addresses::format)
            : Optional.empty();
      }
      if (c != '.' && (c < '0' || c > '9')) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static boolean keyword(Token token, String word) {
    return !token.comment && token.text.equalsIgnoreCase(word);
  }

  private static String bare(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && text.charAt(from) == '<') {
      from++;
    }
    while (to > from && (text.charAt(to - 1) == '>' || text.charAt(to - 1) == ',')) {
      to--;
    }
    return text.substring(from, to);
  }

  /**
   * Words, and comments whole where they count as such. An address is whole, with all that stands
   * quoted in its local part, but only where the server writes one: after {@code for} and {@code
   * envelope-from}, and in a comment. Elsewhere a bracket or a quotation mark is the client's, and
   * would hide the server's own words up to the next one that the client chooses.
   */
  private static List<Token> tokens(String text, boolean comments) {
    List<Token> tokens = new ArrayList<>();
    int[] quoteEnds = text.indexOf('"') < 0 ? NO_QUOTES : quoteEnds(text);
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c) || c == ';' || (!comments && (c == '(' || c == ')'))) {
        i++;
        continue;
      }
      if (c == '(' && !isInEhloName(text, i, tokens, quoteEnds)) {
        int from = i + 1;
        i = commentEnd(text, i, quoteEnds);
        tokens.add(new Token(text.substring(from, Math.min(i, text.length())), true));
        i++;
        continue;
      }
      int from = i;
      boolean address =
          !tokens.isEmpty()
              && (keyword(tokens.getLast(), "for") || keyword(tokens.getLast(), "envelope-from"));
      while (i < text.length()) {
        char in = text.charAt(i);
        boolean comment = in == '(' && (!comments || !isInEhloName(text, i, tokens, quoteEnds));
        boolean ends = in == ';' && !isWithinEhloName(text, i, tokens);
        if (Character.isWhitespace(in) || ends || comment || (!comments && in == ')')) {
          break;
        }
        int close = -1;
        if (address && in == '<') {
          close = bracketEnd(text, i, quoteEnds);
        } else if (address && in == '"') {
          close = quoteEnds[i + 1];
        }
        i = close > i ? close + 1 : i + 1;
      }
      tokens.add(new Token(text.substring(from, i), false));
    }
    return tokens;
  }

  /**
   * Whether a parenthesis in the first word after {@code from} is a sign of that word: it opens no
   * comment of the client's that goes on in the server's words.
   */
  private static boolean isInEhloName(String text, int from, List<Token> tokens, int[] quoteEnds) {
    if (!isFirstAfterFrom(tokens)) {
      return false;
    }
    if (from > LONGEST_NAME) {
      return true; // and no such sign is looked at for each of very many
    }
    int end = commentEnd(text, from, quoteEnds);
    return end >= text.length()
        || text.substring(from, end).chars().anyMatch(Character::isWhitespace);
  }

  /** The same of a semicolon: a server's own stands at the end of a word. */
  private static boolean isWithinEhloName(String text, int at, List<Token> tokens) {
    return isFirstAfterFrom(tokens)
        && at + 1 < text.length()
        && !Character.isWhitespace(text.charAt(at + 1));
  }

  private static boolean isFirstAfterFrom(List<Token> tokens) {
    return tokens.size() == 1 && keyword(tokens.getFirst(), "from");
  }

  /** What servers write before the reverse-path in a comment of its own. */
  private static final List<String> BEFORE_ADDRESS = List.of("envelope-from ", "envelope-sender ");

  /**
   * Where the comment that begins here is closed; the text's length or more if nowhere. An address
   * in it is passed over where the server writes one: elsewhere a bracket is the client's, in the
   * names of its certificate, say.
   */
  private static int commentEnd(String text, int from, int[] quoteEnds) {
    int address = -1;
    for (String words : BEFORE_ADDRESS) {
      if (text.regionMatches(true, from + 1, words, 0, words.length())) {
        address = from + 1 + words.length();
      }
    }
    int depth = 0;
    int i = from;
    for (; i < text.length(); i++) {
      char in = text.charAt(i);
      if (in == '\\') {
        i++;
      } else if (in == '(') {
        depth++;
      } else if (in == ')' && --depth == 0) {
        break;
      } else if (in == '<' && i == address) {
        i = Math.max(i, bracketEnd(text, i, quoteEnds));
      }
    }
    return i;
  }

  /** Where the bracket that begins here is closed; -1 if it is none, or not of an address. */
  private static int bracketEnd(String text, int from, int[] quoteEnds) {
    for (int i = from + 1; i < text.length(); i++) {
      char in = text.charAt(i);
      if (in == '>') {
        return i;
      }
      if (in == '"' && quoteEnds[i + 1] > 0) {
        i = quoteEnds[i + 1];
      } else if (Character.isWhitespace(in) || in == '<') {
        return -1;
      }
    }
    return -1;
  }

  private static final int[] NO_QUOTES = {};

  /** For each place, where what is quoted from there on ends: -1 if nowhere. In one pass. */
  private static int[] quoteEnds(String text) {
    int[] ends = new int[text.length() + 2];
    ends[text.length()] = -1;
    ends[text.length() + 1] = -1;
    for (int i = text.length() - 1; i >= 0; i--) {
      char c = text.charAt(i);
      ends[i] = c == '\\' ? ends[i + 2] : c == '"' ? i : ends[i + 1];
    }
    return ends;
  }

  private static Optional<Instant> date(String text) {
    int semicolon = text.lastIndexOf(';');
    // Without a semicolon the date can only be at the end.
    return MailDate.parse(
        semicolon >= 0
            ? text.substring(semicolon + 1)
            : text.substring(Math.max(0, text.length() - 60)));
  }
}
