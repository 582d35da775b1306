package org.whosent.msa.smtp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.whosent.msa.hop.Envelope;
import org.whosent.msa.hop.ForwardPath;
import org.whosent.msa.hop.HopReply;
import org.whosent.msa.hop.NextHop;
import org.whosent.msa.hop.Submitter;

/**
 * MAIL, RCPT and RSET. Stateless. The client is answered after the next hop was: a recipient that
 * it refuses is refused here.
 */
final class MailHandlers {
  private static final Reply NEEDS_UTF8 =
      Reply.of(553, "5.6.7", "characters outside ASCII need SMTPUTF8");

  private MailHandlers() {}

  static Reply mail(Session session, String argument) {
    if (!startsWith(argument, "FROM:")) {
      return Reply.of(501, "5.5.4", "MAIL FROM:<address> is expected");
    }
    MailPath path;
    MailParameters parameters;
    try {
      path = MailPath.reverse(decode(argument.substring(5)), true);
      parameters = MailParameters.of(path.rest());
    } catch (MailPath.SyntaxException e) {
      return syntax(e, "5.1.7");
    } catch (Refused e) {
      return e.reply();
    }
    if (!path.isAscii() && !parameters.utf8()) {
      return NEEDS_UTF8;
    }
    Reply refusal =
        parameters.size() > Authorisation.maxMessageBytes(session)
            ? Reply.of(552, "5.3.4", "the message is larger than the SIZE that is offered")
            : null;
    refusal = refusal != null ? refusal : Authorisation.sender(session, path);
    refusal = refusal != null ? refusal : Authorisation.rate(session, 451, 1);
    refusal = refusal != null ? refusal : open(session, path, parameters);
    if (refusal != null) {
      session.refusals().add("MAIL", path.address(), null, refusal);
      return refusal;
    }
    return Reply.of(250, "2.1.0", "OK");
  }

  /** Opens the transaction with the next hop, then ours; null when both are open. */
  private static Reply open(Session session, MailPath path, MailParameters parameters) {
    session.connection().allowWork();
    NextHop.Transaction onward =
        session
            .context()
            .nextHop()
            .begin(
                new Envelope(
                    path.address(),
                    parameters.body(),
                    parameters.utf8(),
                    parameters.dsn().onward(),
                    parameters.size(),
                    submitter(session)));
    HopReply opening = onward.opening();
    if (!opening.isPositive()) {
      onward.close();
      return Reply.of(opening.code(), opening.status(), opening.text());
    }
    if (onward.maxSize() > 0 && parameters.size() > onward.maxSize()) {
      onward.close();
      return Reply.of(552, "5.3.4", "the message is larger than the next hop takes");
    }
    session.begin(new MailTransaction(path, parameters, onward));
    return null;
  }

  private static Submitter submitter(Session session) {
    return new Submitter(
        session.client(),
        session.clientPort(),
        session.helo(),
        session.extended(),
        session.configuration().isInside(session.client()),
        session.user() == null ? null : session.user().name());
  }

  static Reply rcpt(Session session, String argument) {
    if (!startsWith(argument, "TO:")) {
      return Reply.of(501, "5.5.4", "RCPT TO:<address> is expected");
    }
    MailTransaction transaction = session.transaction();
    MailPath path;
    DsnParameters dsn;
    try {
      path = MailPath.forward(decode(argument.substring(3)), transaction.utf8());
      dsn = DsnParameters.ofRcpt(path.rest());
    } catch (MailPath.SyntaxException e) {
      return syntax(e, "5.1.3");
    } catch (Refused e) {
      return e.reply();
    }
    if (transaction.chunks() != null) {
      return Reply.of(503, "5.5.1", "the message has begun already");
    }
    if (transaction.recipients().size() >= session.limits().maxRecipients()) {
      // RFC 5321 section 4.5.3.1.10: 452, so that the client sends the rest in another transaction.
      return Reply.of(452, "4.5.3", "too many recipients");
    }
    Reply refusal = Authorisation.recipient(session, path);
    refusal =
        refusal != null
            ? refusal
            : Authorisation.rate(session, 450, transaction.distinctWith(path));
    if (refusal != null) {
      session.refusals().add("RCPT", transaction.reversePath().address(), path.address(), refusal);
      return refusal;
    }
    session.connection().allowWork();
    HopReply answer = transaction.onward().recipient(new ForwardPath(path.address(), dsn.onward()));
    Reply reply = Reply.of(answer.code(), answer.status(), answer.text());
    if (!answer.isPositive()) {
      session.refusals().add("RCPT", transaction.reversePath().address(), path.address(), reply);
      return reply;
    }
    transaction.add(path);
    return Reply.of(250, "2.1.5", "OK");
  }

  private static boolean startsWith(String argument, String words) {
    return argument.regionMatches(true, 0, words, 0, words.length());
  }

  /** A command line's octets as UTF-8. */
  private static String decode(String octets) throws MailPath.SyntaxException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(octets.getBytes(StandardCharsets.ISO_8859_1)))
          .toString();
    } catch (CharacterCodingException e) {
      throw new MailPath.SyntaxException("characters beyond ASCII are to be in UTF-8", true);
    }
  }

  private static Reply syntax(MailPath.SyntaxException e, String status) {
    return e.nonAscii()
        ? Reply.of(553, "5.6.7", e.getMessage())
        : Reply.of(501, status, e.getMessage());
  }

  static Reply rset(Session session, String argument) {
    session.reset();
    return Reply.of(250, "2.0.0", "OK");
  }
}
