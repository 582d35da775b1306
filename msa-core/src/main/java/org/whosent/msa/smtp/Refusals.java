package org.whosent.msa.smtp;

import org.whosent.msa.MsaLog;
import org.whosent.msa.auth.User;
import org.whosent.record.JournalEntry;
import org.whosent.record.Times;

/**
 * What a session refused: an entry of the journal and a line for the operator each, no more of them
 * than {@link Complaints} takes. As thread-safe as the session.
 */
final class Refusals {
  /** In place of a command's name, where a client does not speak SMTP as it is to be spoken. */
  private static final String PROTOCOL = "(protocol)";

  /** Characters of an address that was refused. */
  private static final int MAX_ADDRESS = 320;

  private final Session session;

  Refusals(Session session) {
    this.session = session;
  }

  /** Notes what does not follow the protocol. */
  void ofProtocol(Reply reply) {
    add(PROTOCOL, null, null, reply);
  }

  /** Notes a refusal before there was a message. */
  void add(String command, String mailFrom, String recipient, Reply reply) {
    add(command, mailFrom, recipient, reply, 0);
  }

  /**
   * Notes a refusal.
   *
   * @param size octets of the message that came
   */
  void add(String command, String mailFrom, String recipient, Reply reply, long size) {
    User who = session.user();
    if (!journal(command, who, mailFrom, recipient, reply)) {
      return;
    }
    MailTransaction transaction = session.transaction();
    session
        .context()
        .log()
        .line(
            "refused client=%s port=%d service=%s command=%s code=%d status=%s size=%d"
                + " recipients=%d user=%s from=%s to=%s reply=%s",
            session.clientText(),
            session.clientPort(),
            session.service().word(),
            command,
            reply.code(),
            reply.status(),
            size,
            transaction == null ? 0 : transaction.recipients().size(),
            MsaLog.quote(who == null ? null : who.name()),
            MsaLog.quote(mailFrom),
            MsaLog.quote(recipient),
            MsaLog.quote(reply.lines().getFirst()));
  }

  /** Notes a refusal whose reason the operator is told otherwise, once for many. */
  void journalOnly(String command, Reply reply) {
    boolean _ = journal(command, session.user(), null, null, reply);
  }

  /** Notes that a user who had logged in may not go on. */
  void ofWithdrawn(String command, User who, Reply reply) {
    journal(command, who, null, null, reply);
    session
        .context()
        .log()
        .line(
            "session cut client=%s port=%d service=%s status=%s user=%s",
            session.clientText(),
            session.clientPort(),
            session.service().word(),
            reply.status(),
            MsaLog.quote(who.name()));
  }

  /** False when there are too many to be noted. */
  private boolean journal(
      String command, User who, String mailFrom, String recipient, Reply reply) {
    return session
        .context()
        .complaints()
        .add(
            new JournalEntry.Refusal(
                Times.cut(session.context().clock().instant()),
                session.configuration().hostname(),
                session.service().word(),
                session.clientText(),
                session.clientPort(),
                session.helo(),
                who == null ? null : who.name(),
                command,
                cut(mailFrom),
                cut(recipient),
                reply.text()));
  }

  private static String cut(String text) {
    return text == null || text.length() <= MAX_ADDRESS ? text : text.substring(0, MAX_ADDRESS);
  }
}
