package org.whosent.msa.client;

/** The server said no; the message names the command and the reply. */
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient SmtpReply reply;

  RefusedException(String to, SmtpReply reply) {
    super(to + ": " + reply);
    this.reply = reply;
  }

  /** What it said. */
  public SmtpReply reply() {
    return reply;
  }
}
