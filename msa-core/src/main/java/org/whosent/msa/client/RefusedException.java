package org.whosent.msa.client;

/** The server said no; the message names the command and the reply. */
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  RefusedException(String to, SmtpReply reply) {
    super(to + ": " + reply);
  }
}
