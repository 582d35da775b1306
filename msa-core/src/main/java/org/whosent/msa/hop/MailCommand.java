package org.whosent.msa.hop;

import org.whosent.msa.client.SmtpClient;

/** MAIL with the parameters that a hop offers to take. Stateless. */
final class MailCommand {
  /** About what we put on top of a message. */
  private static final int STAMP = 400;

  private MailCommand() {}

  static String line(Envelope envelope, SmtpClient client) {
    StringBuilder line =
        new StringBuilder("MAIL FROM:<").append(envelope.reversePath()).append('>');
    if (envelope.body() == Envelope.Body.BINARY) {
      line.append(" BODY=BINARYMIME");
    } else if (client.offers(Extension.EIGHT_BIT.keyword())) {
      // Declared whether the message will have such octets or not: its data come later.
      line.append(" BODY=8BITMIME");
    }
    if (envelope.utf8()) {
      line.append(" SMTPUTF8");
    }
    if (envelope.size() > 0 && client.offers("SIZE")) {
      // RFC 1870 section 6: so that a hop without room says so before it has the message.
      line.append(" SIZE=").append(envelope.size() + STAMP);
    }
    if (!envelope.dsn().isEmpty()) {
      line.append(' ').append(envelope.dsn());
    }
    return line.toString();
  }
}
