package org.whosent.msa.smtp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.whosent.record.Addresses;

/**
 * What the server writes on top of a message. Stateless.
 *
 * <p>The Received field (RFC 5321 section 4.4) names the transaction, never the user: everybody
 * whom the mail passes reads it.
 */
final class TraceFields {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM uuuu HH:mm:ss xx", Locale.ROOT);

  private TraceFields() {}

  /**
   * The {@code with} keyword of RFC 3848, or of RFC 6531 for a message that asked for it. What was
   * done after EHLO stays done when a client says HELO later.
   */
  static String protocol(Session session) {
    boolean utf8 = session.transaction() != null && session.transaction().utf8();
    boolean tls = session.connection().tls() != null;
    boolean login = session.user() != null;
    if (!session.extended() && !tls && !login && !utf8) {
      return "SMTP";
    }
    // RFC 6531 section 4.3
    return (utf8 ? "UTF8SMTP" : "ESMTP") + (tls ? "S" : "") + (login ? "A" : "");
  }

  /**
   * A Received field with its CRLF.
   *
   * @param helo what the client said in EHLO; taken over only when it is a domain or an address
   *     literal, so that no client can write into our line
   * @param protocol RFC 3848 keyword
   * @param onlyRecipient the one recipient, or null when there are several: naming one of them, or
   *     all, would tell each of the others
   */
  static String received(
      String helo,
      InetAddress client,
      String hostname,
      String protocol,
      String transactionId,
      MailPath onlyRecipient,
      Instant time) {
    String literal = literal(client);
    String from = MailPath.isDomain(helo) || MailPath.isAddressLiteral(helo) ? helo : literal;
    StringBuilder field = new StringBuilder(256);
    field.append("Received: from ").append(from).append(" (").append(literal).append(")\r\n\tby ");
    field.append(hostname).append(" (Whosent) with ").append(protocol);
    field.append(" id ").append(transactionId);
    if (onlyRecipient != null && onlyRecipient.isPlain()) {
      field.append("\r\n\tfor <").append(onlyRecipient.address()).append('>');
    }
    return field.append(";\r\n\t").append(date(time)).append("\r\n").toString();
  }

  /** RFC 5322 section 3.3, in the machine's own time zone. */
  static String date(Instant time) {
    return DATE.format(OffsetDateTime.ofInstant(time, ZoneId.systemDefault()));
  }

  /** RFC 5321 section 4.1.3. */
  static String literal(InetAddress address) {
    String prefix = address instanceof Inet6Address ? "[IPv6:" : "[";
    return prefix + Addresses.format(address) + "]";
  }
}
