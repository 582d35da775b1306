package org.whosent.msa.hop;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.whosent.record.Addresses;

/**
 * Who submits a message, as a hop that trusts us may be told by Postfix's XFORWARD (for its log
 * only) or XCLIENT (as if the client spoke to it). Immutable.
 *
 * @param client its address
 * @param helo what it said in EHLO; any printable text
 * @param extended true when it said EHLO rather than HELO
 * @param inside true when it is in the operator's networks
 * @param login the authenticated identity; null for nobody
 */
public record Submitter(
    InetAddress client, int port, String helo, boolean extended, boolean inside, String login) {
  private static final String UNAVAILABLE = "[UNAVAILABLE]";

  /** The greatest value that Postfix takes. */
  private static final int MAX_VALUE = 255;

  /** Below the 512 octets that every server takes. */
  private static final int MAX_COMMAND = 500;

  /**
   * Commands that say it, each with no more than a command's length.
   *
   * <p>Every attribute that the hop lists is said each time, an unknown one too: on a connection
   * that is used again nothing may be left of the message before.
   *
   * @param verb XFORWARD or XCLIENT
   * @param offered the names of attributes that the hop listed after it
   */
  List<String> commands(String verb, Set<String> offered) {
    List<String> commands = new ArrayList<>();
    StringBuilder command = new StringBuilder(verb);
    for (String name : List.of("NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "SOURCE")) {
      if (!offered.contains(name)) {
        continue;
      }
      String attribute = " " + name + "=" + value(name);
      if (command.length() + attribute.length() > MAX_COMMAND) {
        commands.add(command.toString());
        command = new StringBuilder(verb);
      }
      command.append(attribute);
    }
    if (command.length() > verb.length()) {
      commands.add(command.toString());
    }
    return commands;
  }

  private String value(String name) {
    return switch (name) {
      case "ADDR" ->
          (client instanceof Inet6Address ? "IPV6:" : "") + xtext(Addresses.format(client));
      case "PORT" -> Integer.toString(port);
      case "PROTO" -> extended ? "ESMTP" : "SMTP";
      case "HELO" -> known(helo);
      case "LOGIN" -> known(login);
      case "SOURCE" -> inside ? "LOCAL" : "REMOTE";
      // We look no names up: what a client's own zone says of it proves nothing.
      default -> UNAVAILABLE;
    };
  }

  private static String known(String text) {
    if (text == null || text.isEmpty()) {
      return UNAVAILABLE;
    }
    String encoded = xtext(text);
    return encoded.length() > MAX_VALUE ? UNAVAILABLE : encoded;
  }

  /** RFC 3461 section 4, over the octets of UTF-8. */
  private static String xtext(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b > ' ' && b < 0x7f && b != '+' && b != '=') {
        encoded.append((char) b);
      } else {
        encoded.append(String.format(Locale.ROOT, "+%02X", b & 0xff));
      }
    }
    return encoded.toString();
  }
}
