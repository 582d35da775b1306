package org.whosent.msa.smtp;

import java.util.Map;
import org.whosent.msa.hop.Envelope.Body;

/**
 * What a client asks for with the parameters of MAIL, checked. Immutable.
 *
 * @param size octets that it declares (RFC 1870), or 0
 * @param body what it declares of them (RFC 6152, RFC 3030)
 * @param utf8 true for SMTPUTF8 (RFC 6531)
 * @param dsn what it asks of notifications (RFC 3461)
 */
record MailParameters(long size, Body body, boolean utf8, DsnParameters dsn) {

  /**
   * Reads them.
   *
   * @param text what follows the path
   */
  static MailParameters of(String text) throws Refused {
    Map<String, String> parameters = EsmtpParameters.parse(text);
    if (parameters == null) {
      throw new Refused(501, "5.5.4", "malformed parameters");
    }
    long size = 0;
    Body body = Body.LINES;
    boolean utf8 = false;
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      String value = parameter.getValue();
      switch (parameter.getKey()) {
        case "SIZE" -> {
          if (!value.matches("[0-9]{1,20}")) {
            throw new Refused(501, "5.5.4", "SIZE is a number");
          }
          size = value.length() > 18 ? Long.MAX_VALUE : Long.parseLong(value);
        }
        case "BODY" -> body = body(value);
        case "SMTPUTF8" -> {
          if (!value.isEmpty()) {
            throw new Refused(501, "5.5.4", "SMTPUTF8 has no value");
          }
          utf8 = true;
        }
        case "AUTH" -> {
          // RFC 4954 section 5: what a client says of an earlier submitter is read and, since
          // none is trusted to say it, taken for "<>".
          if (value.isEmpty()) {
            throw new Refused(501, "5.5.4", "AUTH needs a value");
          }
        }
        case "RET", "ENVID" -> {}
        default -> throw new Refused(555, "5.5.4", "parameter not known: " + parameter.getKey());
      }
    }
    return new MailParameters(size, body, utf8, DsnParameters.ofMail(parameters));
  }

  private static Body body(String value) throws Refused {
    if (value.equalsIgnoreCase("BINARYMIME")) {
      return Body.BINARY;
    }
    if (!value.equalsIgnoreCase("7BIT") && !value.equalsIgnoreCase("8BITMIME")) {
      throw new Refused(501, "5.5.4", "BODY is 7BIT, 8BITMIME or BINARYMIME");
    }
    return Body.LINES;
  }
}
