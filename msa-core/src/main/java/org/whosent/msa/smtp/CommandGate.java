package org.whosent.msa.smtp;

import java.time.Duration;
import java.util.Locale;
import org.whosent.msa.Listener;
import org.whosent.msa.auth.User;
import org.whosent.msa.smtp.Command.Need;

/**
 * What a command must pass before its handler is asked: that it is one line of SMTP, that its user
 * still may go on, and what its row in {@link Commands} needs. For the session's thread only.
 */
final class CommandGate {
  /** NOOP, RSET and the like between two messages: more is no mail client. */
  private static final int MAX_IDLE_COMMANDS = 200;

  /**
   * How long a client may let its transactions wait for commands before a message is accepted, as
   * many times as it may take for one command. Each has a place among those that the next hop is
   * sent messages from, which others wait for.
   */
  private static final int PATIENCE = 2;

  private final Session session;
  private long waitingSinceNanos;
  private long keptWaitingNanos;
  private int idleCommands;
  private boolean refusedWithoutLogin;

  CommandGate(Session session) {
    this.session = session;
  }

  /** A login or a message: the commands without mail are counted anew. */
  void restart() {
    idleCommands = 0;
  }

  /** A message was accepted: the time that its transaction took is forgotten. */
  void accepted() {
    keptWaitingNanos = 0;
  }

  /** Allows the client the time that its next command may take to come. */
  void awaitCommand() {
    waitingSinceNanos = System.nanoTime();
    session.connection().allow(patience());
  }

  private Duration patience() {
    Duration most = session.limits().commandTimeout();
    MailTransaction transaction = session.transaction();
    if (transaction == null) {
      return most;
    }
    Duration left = most.multipliedBy(PATIENCE).minusNanos(keptWaitingNanos);
    return transaction.commandTimeout(left.compareTo(most) < 0 ? left : most);
  }

  private void countWait() {
    MailTransaction transaction = session.transaction();
    // Once its content comes a pace is kept.
    if (transaction != null && transaction.chunks() == null) {
      keptWaitingNanos += System.nanoTime() - waitingSinceNanos;
    }
  }

  /** Takes back that a command was counted as one that is no mail. */
  void countAsMail() {
    idleCommands--;
  }

  /**
   * The refusal of a line. To be asked once for each, when it came.
   *
   * @param command its row, null for a verb that has none
   * @param argument what follows the verb
   * @return null when the command may be carried out
   */
  Reply refuse(SmtpInput.Line line, Command command, String argument) {
    countWait();
    Reply malformed = ofLine(line, command);
    if (malformed != null) {
      return malformed;
    }
    Reply withdrawn = ofUser(command.verb());
    if (withdrawn != null) {
      return withdrawn;
    }
    if (line.text().length() + 2 > command.maxLineBytes()) {
      return Reply.of(500, "5.5.2", "line too long");
    }
    if (++idleCommands > MAX_IDLE_COMMANDS + session.limits().maxRecipients()) {
      return Reply.last(421, "4.7.0", "too many commands without mail, closing");
    }
    if (command.argument() == Command.Argument.NONE && !argument.isEmpty()
        || command.argument() == Command.Argument.REQUIRED && argument.isEmpty()) {
      return Reply.of(
          501, "5.5.4", argument.isEmpty() ? "an argument is needed" : "no argument is wanted");
    }
    for (Need need : command.needs()) {
      if (!holds(need)) {
        return missing(command, need, argument);
      }
    }
    return null;
  }

  /** Null when it is a line as a client may send it, with a verb that there is. */
  private Reply ofLine(SmtpInput.Line line, Command command) {
    return switch (line.fault()) {
      // Whatever follows may be meant for somebody else's parser: nothing more is read.
      case BARE_NEWLINE ->
          noted(Reply.last(521, "5.5.2", "a line ends in CRLF and nothing else, closing"));
      case LINE_TOO_LONG -> Reply.of(500, "5.5.2", "line too long");
      case NONE -> {
        if (command != null) {
          yield null;
        }
        if (line.text().toUpperCase(Locale.ROOT).contains(" HTTP/1.")) {
          // A browser that was talked into talking to us; its body is not to be read as commands.
          yield noted(Reply.last(421, "4.7.0", "this is no web server, closing"));
        }
        yield Reply.of(500, "5.5.2", "command not recognised");
      }
      default -> Reply.of(500, "5.5.2", "NUL in a command");
    };
  }

  private Reply noted(Reply last) {
    session.refusals().ofProtocol(last);
    return last;
  }

  /** Null when the user, if there is one, may go on. */
  private Reply ofUser(String verb) {
    // The one who is told; asking may put another state of the same user in its place.
    User who = session.user();
    Reply withdrawn = session.withdrawn();
    if (withdrawn != null) {
      session.refusals().ofWithdrawn(verb, who, withdrawn);
    }
    return withdrawn;
  }

  private boolean holds(Need need) {
    return switch (need) {
      case GREETING -> session.helo() != null;
      case EXTENDED -> session.helo() != null && session.extended();
      case CLEAR -> session.connection().tls() == null;
      case TLS -> session.mayLogIn();
      case SENDER -> session.user() != null || takesFromAnybody();
      case NO_TRANSACTION -> session.transaction() == null;
      case TRANSACTION -> session.transaction() != null;
    };
  }

  private boolean takesFromAnybody() {
    return session.service() == Listener.Service.SMTP
        && session.configuration().rules().unauthenticatedLocal();
  }

  private Reply missing(Command command, Need need, String argument) {
    Reply reply = Commands.missing(need);
    if (need == Need.TLS && command.verb().equals("AUTH")) {
      // RFC 4954 section 6: 538 for a mechanism that must not go in clear.
      reply = Reply.of(538, "5.7.11", "encryption required: say STARTTLS first");
    } else if (need == Need.SENDER && !session.mayLogIn()) {
      reply = Commands.missing(Need.TLS);
    }
    if (need == Need.SENDER && command.verb().equals("MAIL") && !refusedWithoutLogin) {
      refusedWithoutLogin = true;
      session.refusals().add("MAIL", argument, null, reply);
    }
    return reply;
  }
}
