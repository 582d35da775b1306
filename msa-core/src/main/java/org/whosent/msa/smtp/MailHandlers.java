package org.whosent.msa.smtp;

import java.util.Locale;
import java.util.Map;
import org.whosent.msa.hop.HopReply;
import org.whosent.msa.hop.NextHop;

/**
 * MAIL, RCPT and RSET. Stateless. The client is answered after the next hop was: a recipient that
 * it refuses is refused here.
 */
final class MailHandlers {
  private MailHandlers() {}

  static Reply mail(Session session, String argument) {
    if (!argument.toUpperCase(Locale.ROOT).startsWith("FROM:")) {
      return Reply.of(501, "5.5.4", "MAIL FROM:<address> is expected");
    }
    MailPath path;
    try {
      path = MailPath.reverse(argument.substring(5));
    } catch (MailPath.SyntaxException e) {
      return syntax(e, "5.1.7");
    }
    Reply refusal = parameters(session, path);
    if (refusal != null) {
      return refusal;
    }
    refusal = Authorisation.sender(session, path);
    refusal = refusal != null ? refusal : Authorisation.rate(session, 451, 1);
    if (refusal != null) {
      session.refusal("MAIL", path.address(), null, refusal);
      return refusal;
    }
    session.connection().allowWork();
    NextHop.Transaction onward = session.context().nextHop().begin(path.address());
    HopReply opening = onward.opening();
    if (!opening.isPositive()) {
      onward.close();
      Reply reply = Reply.of(opening.code(), opening.status(), opening.text());
      session.refusal("MAIL", path.address(), null, reply);
      return reply;
    }
    if (onward.maxSize() > 0 && declaredSize(path) > onward.maxSize()) {
      onward.close();
      Reply reply = Reply.of(552, "5.3.4", "the message is larger than the next hop takes");
      session.refusal("MAIL", path.address(), null, reply);
      return reply;
    }
    session.begin(new MailTransaction(path, onward));
    return Reply.of(250, "2.1.0", "OK");
  }

  /** Of parameters that were checked; 0 when the client does not say. */
  private static long declaredSize(MailPath path) {
    return Long.parseLong(EsmtpParameters.parse(path.rest()).getOrDefault("SIZE", "0"));
  }

  private static Reply parameters(Session session, MailPath path) {
    Map<String, String> parameters = EsmtpParameters.parse(path.rest());
    if (parameters == null) {
      return Reply.of(501, "5.5.4", "malformed parameters");
    }
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      String value = parameter.getValue();
      switch (parameter.getKey()) {
        case "SIZE" -> {
          if (!value.matches("[0-9]{1,20}")) {
            return Reply.of(501, "5.5.4", "SIZE is a number");
          }
          if (value.length() > 18
              || Long.parseLong(value) > Authorisation.maxMessageBytes(session)) {
            Reply reply =
                Reply.of(552, "5.3.4", "the message is larger than the SIZE that is offered");
            session.refusal("MAIL", path.address(), null, reply);
            return reply;
          }
        }
        case "BODY" -> {
          if (!value.equalsIgnoreCase("7BIT") && !value.equalsIgnoreCase("8BITMIME")) {
            return Reply.of(501, "5.5.4", "BODY is 7BIT or 8BITMIME");
          }
        }
        case "AUTH" -> {
          // RFC 4954 section 5: what a client says of an earlier submitter is read and, since
          // none is trusted to say it, taken for "<>".
          if (value.isEmpty()) {
            return Reply.of(501, "5.5.4", "AUTH needs a value");
          }
        }
        default -> {
          return Reply.of(555, "5.5.4", "parameter not known: " + parameter.getKey());
        }
      }
    }
    return null;
  }

  static Reply rcpt(Session session, String argument) {
    if (!argument.toUpperCase(Locale.ROOT).startsWith("TO:")) {
      return Reply.of(501, "5.5.4", "RCPT TO:<address> is expected");
    }
    MailPath path;
    try {
      path = MailPath.forward(argument.substring(3));
    } catch (MailPath.SyntaxException e) {
      return syntax(e, "5.1.3");
    }
    Map<String, String> parameters = EsmtpParameters.parse(path.rest());
    if (parameters == null) {
      return Reply.of(501, "5.5.4", "malformed parameters");
    }
    if (!parameters.isEmpty()) {
      String first = parameters.keySet().iterator().next();
      return Reply.of(555, "5.5.4", "parameter not known: " + first);
    }
    MailTransaction transaction = session.transaction();
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
      session.refusal("RCPT", transaction.reversePath().address(), path.address(), refusal);
      return refusal;
    }
    session.connection().allowWork();
    HopReply answer = transaction.onward().recipient(path.address());
    Reply reply = Reply.of(answer.code(), answer.status(), answer.text());
    if (!answer.isPositive()) {
      session.refusal("RCPT", transaction.reversePath().address(), path.address(), reply);
      return reply;
    }
    transaction.add(path);
    return Reply.of(250, "2.1.5", "OK");
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
