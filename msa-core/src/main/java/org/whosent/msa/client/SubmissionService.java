package org.whosent.msa.client;

import java.util.Locale;

/** The three ports at which a message may be handed in, in the order in which a MUA tries them. */
public enum SubmissionService {
  /** TLS from the first octet (RFC 8314 section 3.3, which prefers it). */
  SUBMISSIONS(465),
  /** STARTTLS (RFC 6409; RFC 5068 section 3.1). */
  SUBMISSION(587),
  /** The last resort, for sites that have not moved (RFC 5068 section 3.2); STARTTLS too. */
  SMTP(25);

  private final int port;

  SubmissionService(int port) {
    this.port = port;
  }

  /** The port by IANA's register. */
  public int standardPort() {
    return port;
  }

  /** True for TLS from the first octet. */
  public boolean implicitTls() {
    return this == SUBMISSIONS;
  }

  /** The word in configurations and records. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
