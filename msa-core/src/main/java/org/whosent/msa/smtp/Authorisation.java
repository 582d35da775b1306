package org.whosent.msa.smtp;

import java.io.IOException;
import java.text.Normalizer;
import org.whosent.msa.auth.User;
import org.whosent.msa.auth.UserLimits;
import org.whosent.msa.policy.LocalRecipients;
import org.whosent.msa.policy.SenderPolicy;
import org.whosent.record.IoReason;

/**
 * Whether a client may do what it asks: a user by its own rights, anybody else by what is left.
 * Stateless. Each method gives the refusal, or null when there is none.
 */
final class Authorisation {
  private Authorisation() {}

  static UserLimits limits(Session session) {
    User user = session.user();
    UserLimits defaults = session.configuration().rules().userLimits();
    return user == null ? UserLimits.NONE : user.limits(defaults);
  }

  /** The largest message that this session may send. */
  static long maxMessageBytes(Session session) {
    return Math.min(session.limits().maxMessageBytes(), limits(session).messageBytes());
  }

  private static SenderPolicy policy(Session session) {
    return new SenderPolicy(
        session.configuration().rules().ownSendersOnly(), session.configuration().localDomains());
  }

  static Reply sender(Session session, MailPath path) {
    User user = session.user();
    if (user == null || policy(session).allows(user, path.address())) {
      return null;
    }
    return Reply.of(550, "5.7.1", "you may not send with this sender address");
  }

  /**
   * Without a login only local mailboxes, and none whose local part another server might take for a
   * route onward: {@code user%far@}, {@code far!user@}, {@code "user@far"@}. A source route was
   * dropped with the parsing, so what counts is the domain that the next hop will see.
   */
  static Reply recipient(Session session, MailPath path) {
    String address = path.address();
    boolean local = session.configuration().isLocal(address);
    if (session.user() == null && (!local || hasRoute(address))) {
      return Reply.of(550, "5.7.1", "relaying needs a login");
    }
    LocalRecipients known = session.context().localRecipients();
    if (!local || known == null) {
      return null;
    }
    try {
      return known.knows(address) ? null : Reply.of(550, "5.1.1", "no such mailbox here");
    } catch (IOException e) {
      session
          .context()
          .complaints()
          .recipientLookUps()
          .add(session.configuration().rules().localRecipients() + ": " + IoReason.of(e));
      return Reply.of(451, "4.3.0", "recipients cannot be looked up now, try again later");
    }
  }

  private static boolean hasRoute(String address) {
    int at = address.lastIndexOf('@');
    // In the form to which a server with SMTPUTF8 may bring it: a full-width sign is one, too.
    String localPart =
        Normalizer.normalize(at < 0 ? address : address.substring(0, at), Normalizer.Form.NFKC);
    return localPart.chars().anyMatch(c -> c == '%' || c == '!' || c == '@' || c == ':');
  }

  /**
   * A refusal for rate.
   *
   * @param code 451, or 450 for RCPT
   * @param recipients of the message, with the one that is asked for
   */
  static Reply rate(Session session, int code, long recipients) {
    User user = session.user();
    if (user == null) {
      return null;
    }
    String refusal =
        session
            .context()
            .rates()
            .refusal(user.name(), limits(session), session.context().clock().instant(), recipients);
    return refusal == null ? null : tooMuch(code, refusal);
  }

  static Reply tooMuch(int code, String refusal) {
    return Reply.of(code, "4.7.1", refusal + "; try again later");
  }

  static Reply headerFrom(Session session, HeaderScan header) {
    User user = session.user();
    if (user == null
        || !session.configuration().rules().checkHeaderFrom()
        || !policy(session).binds(user)) {
      return null;
    }
    if (header.froms().size() != 1 || !header.endsProperly()) {
      // RFC 5322 section 3.6: exactly one. With more, each reader picks its own.
      return Reply.of(550, "5.7.1", "the message needs a sound header with one From field");
    }
    boolean own =
        FromField.addresses(header.froms().getFirst())
            .map(all -> all.stream().allMatch(a -> policy(session).allows(user, a)))
            .orElse(false);
    return own ? null : Reply.of(550, "5.7.1", "you may not send with this From address");
  }

  /**
   * True when a Sender field is to say who sent the message (RFC 6409 section 8.1 allows it, RFC
   * 5322 section 3.6.2 wants it): its From names others, and the login is the address of a mailbox
   * of ours. RFC 6409 section 8.1 forbids one that is no valid address, and of another domain's we
   * cannot know. A field that is there is left alone: mailing lists put it there.
   */
  static boolean needsSender(Session session, HeaderScan header) {
    User user = session.user();
    if (!session.configuration().rules().addSender()
        || header.hasSender()
        || header.froms().size() != 1
        || !isMailbox(session, user.name())) {
      return false;
    }
    SenderPolicy policy = policy(session);
    return FromField.addresses(header.froms().getFirst())
        .map(all -> all.size() > 1 || all.stream().noneMatch(a -> policy.owns(user, a)))
        .orElse(false);
  }

  private static boolean isMailbox(Session session, String login) {
    if (login.indexOf('@') < 1
        || !isPlainAddress(login)
        || !session.configuration().isLocal(login)) {
      return false;
    }
    LocalRecipients known = session.context().localRecipients();
    try {
      return known == null || known.knows(login);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isPlainAddress(String login) {
    try {
      MailPath path = MailPath.forward("<" + login + ">");
      return path.rest().isEmpty() && path.isPlain() && path.address().equals(login);
    } catch (MailPath.SyntaxException e) {
      return false;
    }
  }
}
