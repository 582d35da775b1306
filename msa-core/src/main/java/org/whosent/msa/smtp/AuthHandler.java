package org.whosent.msa.smtp;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.whosent.msa.MsaLog;
import org.whosent.msa.auth.LoginGuard;
import org.whosent.msa.auth.LoginResult;
import org.whosent.msa.auth.SaslExchange;
import org.whosent.msa.auth.SaslMechanism;
import org.whosent.msa.auth.SaslStep;
import org.whosent.msa.auth.User;
import org.whosent.record.IoReason;
import org.whosent.record.JournalEntry;
import org.whosent.record.Times;

/**
 * AUTH (RFC 4954). Stateless.
 *
 * <p>A wrong name, a wrong password, a suspended account and a wish to act for somebody else are
 * one answer to the client, after one and the same time; what it was goes to the journal and the
 * log.
 */
final class AuthHandler {
  private static final Reply WRONG = Reply.of(535, "5.7.8", "authentication failed");

  /** RFC 4954 section 6: a temporary failure, so that clients do not ask for a new password. */
  private static final Reply BLOCKED =
      Reply.last(454, "4.7.0", "too many failed logins, try again later");

  private static final Reply NO_LOOK_UP =
      Reply.of(454, "4.7.0", "temporary authentication failure");
  private static final Reply BAD_BASE64 = Reply.of(501, "5.5.2", "not base64");
  private static final Reply CANCELLED = Reply.of(501, "5.7.0", "authentication cancelled");

  private AuthHandler() {}

  static Reply auth(Session session, String argument) throws IOException, InterruptedException {
    if (session.user() != null) {
      // Section 4: no second AUTH in a session.
      return Reply.of(503, "5.5.1", "authenticated already");
    }
    String[] words = argument.split(" +");
    Optional<SaslMechanism> mechanism =
        SaslMechanism.named(words[0]).filter(m -> m.isOffered(session.saslContext()));
    if (mechanism.isEmpty()) {
      return Reply.of(504, "5.5.4", "mechanism not offered");
    }
    if (words.length > 2) {
      return Reply.of(501, "5.5.4", "AUTH takes a mechanism and an initial response");
    }
    return exchange(session, mechanism.get(), words.length == 2 ? words[1] : null);
  }

  private static Reply exchange(Session session, SaslMechanism mechanism, String initial)
      throws IOException, InterruptedException {
    SaslExchange exchange = mechanism.begin(session.saslContext(), new LoginGate(session));
    String response = initial;
    try {
      SaslStep step =
          exchange.clientFirst()
              ? new SaslStep.Challenge(new byte[0])
              : next(session, exchange, null);
      while (step instanceof SaslStep.Challenge(byte[] challenge)) {
        if (response == null) {
          SmtpInput.Line line = askOrNote(session, mechanism, exchange, challenge);
          Reply fault = fault(line);
          if (fault != null) {
            failed(
                session, mechanism, exchange.login(), fault == CANCELLED ? "aborted" : "malformed");
            return limit(session, fault, 1);
          }
          response = line.text();
        } else if (response.equals("=")) {
          // Section 4: an initial response that is there and empty.
          response = "";
        }
        byte[] decoded;
        try {
          decoded = Base64.getDecoder().decode(response);
        } catch (IllegalArgumentException e) {
          failed(session, mechanism, exchange.login(), "malformed");
          return limit(session, BAD_BASE64, 1);
        }
        response = null;
        step = next(session, exchange, decoded);
      }
      if (step instanceof SaslStep.Failed(byte[] challenge, SaslStep.Done done)) {
        // Counted before the client hears of it: a guesser would hang up on the challenge.
        Reply reply = answer(session, mechanism, done);
        Reply fault = fault(ask(session, challenge));
        return fault == null
            ? reply
            : new Reply(
                fault.code(), fault.status(), fault.lines(), reply.close() || fault.close());
      }
      return answer(session, mechanism, (SaslStep.Done) step);
    } catch (SaslExchange.MalformedException e) {
      failed(session, mechanism, exchange.login(), "malformed");
      return limit(session, WRONG, 1);
    } catch (SaslExchange.BlockedException e) {
      return blocked(session, mechanism, e.login());
    } catch (LookUpException e) {
      session.context().complaints().lookUps().add(e.getMessage());
      session.refusals().journalOnly("AUTH", NO_LOOK_UP);
      return NO_LOOK_UP;
    }
  }

  /** Whether a login may go on. */
  private record LoginGate(Session session) implements SaslExchange.Gate {
    @Override
    public void pass(String login) throws SaslExchange.BlockedException {
      session.connection().allowWork();
      if (session.context().guard().isBlocked(session.client(), login, now(session))) {
        throw new SaslExchange.BlockedException(login);
      }
    }

    @Override
    public void waiting() throws InterruptedException {
      if (session.connection().isCut()) {
        throw new InterruptedException("the client has gone");
      }
      session.connection().allowWait();
    }
  }

  /** That users cannot be looked up is another thing than that the client has gone. */
  private static final class LookUpException extends Exception {
    private static final long serialVersionUID = 1L;

    LookUpException(IOException cause) {
      super(IoReason.withFile(cause), cause);
    }
  }

  private static SaslStep next(Session session, SaslExchange exchange, byte[] response)
      throws SaslExchange.MalformedException,
          SaslExchange.BlockedException,
          LookUpException,
          InterruptedException {
    // Waiting for those whom we ask counts as ours, not as the client's time.
    session.connection().allowWork();
    try {
      return exchange.next(response);
    } catch (IOException e) {
      throw new LookUpException(e);
    } finally {
      if (response != null) {
        Arrays.fill(response, (byte) 0);
      }
    }
  }

  /**
   * Asks a client that may go without a word: with SCRAM it knows by then if its secret is right.
   */
  private static SmtpInput.Line askOrNote(
      Session session, SaslMechanism mechanism, SaslExchange exchange, byte[] challenge)
      throws IOException {
    try {
      return ask(session, challenge);
    } catch (IOException e) {
      if (exchange.login() != null && !session.connection().isCut()) {
        failed(session, mechanism, exchange.login(), "aborted");
      }
      throw e;
    }
  }

  private static SmtpInput.Line ask(Session session, byte[] challenge) throws IOException {
    String encoded = Base64.getEncoder().encodeToString(challenge);
    session.connection().allow(session.limits().commandTimeout());
    session.reply(new Reply(334, null, List.of(encoded), false));
    return session.input().readLine(Commands.AUTH_LINE);
  }

  private static Reply fault(SmtpInput.Line line) {
    return switch (line.fault()) {
      case NONE -> line.text().equals("*") ? CANCELLED : null;
      case LINE_TOO_LONG -> Reply.of(500, "5.5.6", "response too long");
      case BARE_NEWLINE ->
          Reply.last(521, "5.5.2", "a line ends in CRLF and nothing else, closing");
      default -> BAD_BASE64;
    };
  }

  private static Reply answer(Session session, SaslMechanism mechanism, SaslStep.Done done)
      throws InterruptedException {
    LoginGuard guard = session.context().guard();
    String login = done.login();
    if (done.result() instanceof LoginResult.Refused refused) {
      failed(session, mechanism, login, refused.reason());
      if (!refused.isGuess()) {
        return limit(session, WRONG, 1);
      }
      LoginGuard.Failure failure =
          guard.failed(session.client(), login == null ? "" : login, now(session));
      noteBlock(session, "account", failure.accountBlocked(), login);
      noteBlock(session, "network", failure.networkBlocked(), login);
      return limit(session, WRONG, failure.failures());
    }
    User user = ((LoginResult.Authenticated) done.result()).user();
    guard.succeeded(session.client(), login);
    session.context().complaints().lookUps().settle();
    session.authenticated(user, mechanism.wireName());
    return Reply.of(235, "2.7.0", "authenticated");
  }

  private static Instant now(Session session) {
    return session.context().clock().instant();
  }

  /** One answer for right and wrong passwords, for users and others, and no hash worked out. */
  private static Reply blocked(Session session, SaslMechanism mechanism, String login) {
    failed(session, mechanism, login, "blocked");
    session.countLoginFailure();
    return BLOCKED;
  }

  private static void noteBlock(Session session, String scope, Duration span, String login) {
    if (span.isZero()) {
      return;
    }
    session
        .context()
        .log()
        .line(
            "login blocked client=%s port=%d service=%s scope=%s seconds=%d user=%s",
            session.clientText(),
            session.clientPort(),
            session.service().word(),
            scope,
            span.toSeconds(),
            MsaLog.quote(login));
    session.refusals().add("AUTH", null, null, BLOCKED);
  }

  /** Makes the client wait, longer each time, and ends a session that goes on guessing. */
  private static Reply limit(Session session, Reply reply, int knownFailures)
      throws InterruptedException {
    int failures = session.countLoginFailure();
    int steps = Math.clamp(Math.max(failures, knownFailures) - 1, 0, 5);
    Duration delay = session.limits().loginFailureDelay().multipliedBy(1L << steps);
    session.connection().pause(delay);
    if (failures >= session.limits().maxLoginFailures() && !reply.close()) {
      return new Reply(reply.code(), reply.status(), reply.lines(), true);
    }
    return reply;
  }

  private static void failed(
      Session session, SaslMechanism mechanism, String login, String reason) {
    boolean noted =
        session
            .context()
            .complaints()
            .add(
                new JournalEntry.LoginFailure(
                    Times.cut(session.context().clock().instant()),
                    session.configuration().hostname(),
                    session.service().word(),
                    session.clientText(),
                    session.clientPort(),
                    session.helo(),
                    login,
                    mechanism.wireName(),
                    reason));
    if (!noted) {
      return;
    }
    session
        .context()
        .log()
        .line(
            "login failed client=%s port=%d service=%s mechanism=%s reason=%s user=%s",
            session.clientText(),
            session.clientPort(),
            session.service().word(),
            mechanism.wireName(),
            reason,
            MsaLog.quote(login));
  }
}
