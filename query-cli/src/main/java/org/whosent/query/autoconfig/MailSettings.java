package org.whosent.query.autoconfig;

import java.net.IDN;
import java.util.List;
import org.whosent.msa.smtp.MailPath;

/**
 * What mail programs are to be told. Immutable.
 *
 * @param domain of the users' addresses, in A-labels
 * @param submission where mail is handed in
 * @param incoming where mail is read; may be empty
 * @param name for people
 * @param login how the login follows from the address
 */
public record MailSettings(
    String domain, List<Server> submission, List<Server> incoming, String name, Login login) {
  public MailSettings {
    submission = List.copyOf(submission);
    incoming = List.copyOf(incoming);
  }

  /** A protocol, and by which names DNS and configuration files know it. */
  public enum Protocol {
    SUBMISSIONS("_submissions._tcp", "smtp"),
    SUBMISSION("_submission._tcp", "smtp"),
    IMAPS("_imaps._tcp", "imap"),
    POP3S("_pop3s._tcp", "pop3");

    private final String service;
    private final String type;

    Protocol(String service, String type) {
      this.service = service;
      this.type = type;
    }

    String service() {
      return service;
    }

    String type() {
      return type;
    }

    /** True for TLS from the first octet. */
    boolean implicitTls() {
      return this != SUBMISSION;
    }
  }

  /** One server; a port of 0 says that the protocol is not there. */
  public record Server(Protocol protocol, String host, int port) {}

  /** How the login follows from the address. */
  public enum Login {
    ADDRESS("%EMAILADDRESS%"),
    LOCAL_PART("%EMAILLOCALPART%");

    private final String placeholder;

    Login(String placeholder) {
      this.placeholder = placeholder;
    }

    String placeholder() {
      return placeholder;
    }
  }

  /**
   * A domain in A-labels, lower case, without a final dot.
   *
   * @throws IllegalArgumentException when it is none; the message is for the operator
   */
  public static String domain(String text) {
    String ascii;
    try {
      ascii = IDN.toASCII(text.endsWith(".") ? text.substring(0, text.length() - 1) : text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not a domain: " + text, e);
    }
    if (!MailPath.isDomain(ascii) || !ascii.contains(".") || ascii.matches(".*\\.[0-9]+")) {
      throw new IllegalArgumentException("not a domain: " + text);
    }
    return ascii.toLowerCase(java.util.Locale.ROOT);
  }
}
