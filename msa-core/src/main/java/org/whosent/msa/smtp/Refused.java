package org.whosent.msa.smtp;

/** Ends what is being done for a client with a reply to it. Immutable. */
final class Refused extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient Reply reply;

  Refused(int code, String status, String text) {
    super(text, null, false, false);
    this.reply = Reply.of(code, status, text);
  }

  Reply reply() {
    return reply;
  }
}
