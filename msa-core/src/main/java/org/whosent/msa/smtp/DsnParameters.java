package org.whosent.msa.smtp;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a sender asks of delivery status notifications (RFC 3461), checked by its grammar and passed
 * on; sending them is the next hop's. Immutable.
 *
 * @param onward as it is to be said to the hop, or empty
 * @param envelopeId ENVID in plain text (section 4.4), or null
 */
record DsnParameters(String onward, String envelopeId) {
  private static final DsnParameters NONE = new DsnParameters("", null);

  /** Section 4: printable ASCII but for plus and equals, which are written in hexadecimal. */
  private static final Pattern XTEXT = Pattern.compile("(?:[!-*,-<>-~]|\\+[0-9A-F]{2})+");

  /** Section 4.2: an atom that names the kind of address, then the address. */
  private static final Pattern ORIGINAL =
      Pattern.compile("[A-Za-z0-9!#$%&'*/?^_`{|}~.-]{1,63};(.+)");

  private static final int MAX_ENVELOPE_ID = 100;
  private static final int MAX_ORIGINAL = 500;
  private static final Set<String> OCCASIONS = Set.of("SUCCESS", "FAILURE", "DELAY");

  /** Those of MAIL: RET and ENVID. */
  static DsnParameters ofMail(Map<String, String> parameters) throws Refused {
    StringBuilder onward = new StringBuilder();
    String ret = parameters.get("RET");
    if (ret != null) {
      String word = ret.toUpperCase(Locale.ROOT);
      if (!word.equals("FULL") && !word.equals("HDRS")) {
        throw new Refused(501, "5.5.4", "RET is FULL or HDRS");
      }
      onward.append("RET=").append(word);
    }
    String id = parameters.get("ENVID");
    if (id == null) {
      return onward.isEmpty() ? NONE : new DsnParameters(onward.toString(), null);
    }
    String plain = id.length() > MAX_ENVELOPE_ID || !isXtext(id) ? "" : decode(id);
    if (plain.isEmpty() || !isPrintable(plain)) {
      throw new Refused(501, "5.5.4", "ENVID is up to 100 characters of xtext");
    }
    onward.append(onward.isEmpty() ? "" : " ").append("ENVID=").append(id);
    return new DsnParameters(onward.toString(), plain);
  }

  /** Those of RCPT: NOTIFY and ORCPT; any other is refused. */
  static DsnParameters ofRcpt(String text) throws Refused {
    Map<String, String> parameters = EsmtpParameters.parse(text);
    if (parameters == null) {
      throw new Refused(501, "5.5.4", "malformed parameters");
    }
    StringBuilder onward = new StringBuilder();
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      String value = parameter.getValue();
      onward.append(onward.isEmpty() ? "" : " ");
      switch (parameter.getKey()) {
        case "NOTIFY" -> onward.append("NOTIFY=").append(occasions(value));
        case "ORCPT" -> {
          var matcher = ORIGINAL.matcher(value);
          if (value.length() > MAX_ORIGINAL || !matcher.matches() || !isClean(matcher.group(1))) {
            throw new Refused(501, "5.5.4", "ORCPT is a type, a semicolon and an address in xtext");
          }
          onward.append("ORCPT=").append(value);
        }
        default -> throw new Refused(555, "5.5.4", "parameter not known: " + parameter.getKey());
      }
    }
    return onward.isEmpty() ? NONE : new DsnParameters(onward.toString(), null);
  }

  /** Section 4.1: NEVER alone, or some of the occasions, each once. */
  private static String occasions(String value) throws Refused {
    String words = value.toUpperCase(Locale.ROOT);
    if (words.equals("NEVER")) {
      return words;
    }
    List<String> each = Arrays.asList(words.split(",", -1));
    if (!OCCASIONS.containsAll(each) || new HashSet<>(each).size() != each.size()) {
      throw new Refused(501, "5.5.4", "NOTIFY is NEVER, or of SUCCESS, FAILURE and DELAY");
    }
    return words;
  }

  private static boolean isXtext(String text) {
    return XTEXT.matcher(text).matches();
  }

  /**
   * Xtext without controls: section 4.2 allows none, and whoever writes the notification may write
   * them out, line ends included. Octets beyond ASCII are taken: some senders have them in UTF-8.
   */
  private static boolean isClean(String text) {
    return isXtext(text) && decode(text).chars().allMatch(c -> c >= ' ' && c != 0x7f);
  }

  private static String decode(String xtext) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < xtext.length(); i++) {
      if (xtext.charAt(i) == '+') {
        plain.append((char) Integer.parseInt(xtext.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        plain.append(xtext.charAt(i));
      }
    }
    return plain.toString();
  }

  private static boolean isPrintable(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
  }
}
