package org.whosent.query.trace;

/**
 * The answer in words that may be sent to whoever complained: what was found of their message, and
 * nothing of any user, client, recipient or other message. It is made of fixed sentences; the one
 * thing that varies is the ID that stood in their own message, and it is left out when it did not.
 * Stateless.
 */
public final class TraceExternal {
  private TraceExternal() {}

  /** Several lines, each with its line ending. */
  public static String render(TraceResult result) {
    String reference = reference(result);
    StringBuilder out = new StringBuilder();
    if (reference != null) {
      out.append("Reference: ").append(reference).append("\n\n");
    }
    out.append("Thank you for your report.\n\n").append(words(result)).append('\n');
    return out.toString();
  }

  /** Letters and digits only, since it goes into a letter; and only of what the input said. */
  private static String reference(TraceResult result) {
    boolean said =
        result.record() != null
            && result.evidence().stream()
                .anyMatch(
                    e ->
                        e.check() == Check.TRANSACTION_ID
                            && e.result() == Evidence.Result.MATCH
                            && e.detail().contains(result.record().transactionId()));
    return said && result.record().transactionId().matches("[0-9A-Za-z._-]{1,64}")
        ? result.record().transactionId()
        : null;
  }

  private static String words(TraceResult result) {
    if (result.confidence() == Confidence.BY_HEADER) {
      return """
      What you sent us fits a message that was submitted through our server by an account of
      ours, which we have identified, and with whose holder we are taking it up. We keep no copy
      of messages, and cannot rule out that somebody else has put the header of that message
      over another text. For reasons of data protection we cannot tell you who the holder is;
      the competent authorities can ask us.\
      """
          .stripIndent();
    }
    if (result.mayBeSentAgain()) {
      return """
      A message with this content was submitted through our server by an account of ours, which
      we have identified, and with whose holder we are taking it up. The copy that you sent us
      came another way: one of its recipients may have sent it again. For reasons of data
      protection we cannot tell you who the holder is; the competent authorities can ask us.\
      """
          .stripIndent();
    }
    boolean unopened = result.evidence().stream().anyMatch(e -> e.check() == Check.UNOPENED);
    if (unopened && result.verdict() == Verdict.FOREIGN) {
      return """
      We cannot open the file that is attached to your report. Please send us the message that you
      received as an attachment in its original form (.eml, message/rfc822), or paste all of its
      header into your text.\
      """
          .stripIndent();
    }
    if (result.lacksHeader()) {
      return """
      We could not look up the message that you complain of, since your report does not have its
      header. Please send us that message as you received it, as an attachment (.eml,
      message/rfc822), or paste all of its header into your text.\
      """
          .stripIndent();
    }
    return switch (result.verdict()) {
      case IDENTIFIED ->
          "The message was submitted through our server by an account of ours, which we have\n"
              + "identified. We are taking it up with its holder. For reasons of data protection"
              + " we\n"
              + "cannot tell you who that is; the competent authorities can ask us.";
      case INCONCLUSIVE ->
          "What you sent us does not suffice to say with certainty which of our accounts, if any,\n"
              + "the message came from. Please send us the whole message as you received it, with\n"
              + "all of its header, as an attachment.";
      case CONTRADICTED ->
          "The message carries an identifier of our server, but it is not the message that was\n"
              + "submitted to us under it. The identifier was copied; the message did not come"
              + " from\n"
              + "the account that it points to.";
      case FORGED ->
          "The message carries an identifier that looks like one of ours, but that our server has\n"
              + "never given out. That part of its header is forged.";
      case EXPIRED ->
          "The message refers to a time from which we keep no records any more, so that we cannot\n"
              + "say who submitted it.";
      case UNAUTHENTICATED ->
          "The message passed through our server, but was not submitted by an account that had\n"
              + "logged in. We are looking into how it came to us.";
      case NOT_FOUND ->
          "The message claims to have come through our server, but we have no record of it."
              + " Please\n"
              + "send us the whole message as you received it, with all of its header.";
      case FOREIGN ->
          "We have found nothing in the message that shows it to have come through our server."
              + " The\n"
              + "operator of the server named in its topmost Received field may know more.";
    };
  }
}
