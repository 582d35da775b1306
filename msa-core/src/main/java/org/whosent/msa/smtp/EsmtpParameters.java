package org.whosent.msa.smtp;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The parameters after the path in MAIL and RCPT (RFC 5321 section 4.1.2). Stateless. */
final class EsmtpParameters {
  private static final Pattern PARAMETER =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9-]{0,63})(?:=([\\x21-\\x3c\\x3e-\\x7e]{1,500}))?");
  private static final int MAX_PARAMETERS = 16;

  private EsmtpParameters() {}

  /**
   * Keyword in upper case to value; the value is empty when there is none.
   *
   * @return null when the text is no list of parameters, or one stands twice
   */
  static Map<String, String> parse(String text) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (text.isEmpty()) {
      return parameters;
    }
    for (String word : text.split(" +")) {
      var matcher = PARAMETER.matcher(word);
      if (!matcher.matches() || parameters.size() == MAX_PARAMETERS) {
        return null;
      }
      String value = matcher.group(2) == null ? "" : matcher.group(2);
      if (parameters.put(matcher.group(1).toUpperCase(Locale.ROOT), value) != null) {
        return null;
      }
    }
    return parameters;
  }
}
