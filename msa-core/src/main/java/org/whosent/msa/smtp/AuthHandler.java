package org.whosent.msa.smtp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.whosent.msa.MsaLog;
import org.whosent.msa.auth.LoginGuard;
import org.whosent.msa.auth.SaslMechanism;
import org.whosent.msa.auth.SaslMechanism.Credentials;
import org.whosent.msa.auth.UserDirectory.Result;
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

  private static final Reply BAD_BASE64 = Reply.of(501, "5.5.2", "not base64");
  private static final Reply CANCELLED = Reply.of(501, "5.7.0", "authentication cancelled");

  private AuthHandler() {}

  static Reply auth(Session session, String argument) throws IOException, InterruptedException {
    if (session.user() != null) {
      // Section 4: no second AUTH in a session.
      return Reply.of(503, "5.5.1", "authenticated already");
    }
    String[] words = argument.split(" +");
    Optional<SaslMechanism> mechanism = SaslMechanism.named(words[0]);
    if (mechanism.isEmpty()) {
      return Reply.of(504, "5.5.4", "mechanism not offered");
    }
    if (words.length > 2) {
      return Reply.of(501, "5.5.4", "AUTH takes a mechanism and an initial response");
    }
    List<byte[]> responses = new ArrayList<>();
    try {
      Reply refusal = exchange(session, mechanism.get(), words, responses);
      if (refusal != null) {
        failed(session, mechanism.get(), null, refusal == CANCELLED ? "aborted" : "malformed");
        return limit(session, refusal, 1);
      }
      return check(session, mechanism.get(), responses);
    } finally {
      responses.forEach(response -> Arrays.fill(response, (byte) 0));
    }
  }

  /** Collects the responses; a reply when the exchange came to nothing. */
  private static Reply exchange(
      Session session, SaslMechanism mechanism, String[] words, List<byte[]> responses)
      throws IOException {
    for (String challenge : mechanism.challenges()) {
      String response;
      if (responses.isEmpty() && words.length == 2) {
        // Section 4: "=" is an initial response that is there and empty.
        response = words[1].equals("=") ? "" : words[1];
      } else {
        String encoded =
            Base64.getEncoder().encodeToString(challenge.getBytes(StandardCharsets.US_ASCII));
        session.connection().allow(session.limits().commandTimeout());
        session.reply(new Reply(334, null, List.of(encoded), false));
        SmtpInput.Line line = session.input().readLine(Commands.AUTH_LINE);
        switch (line.fault()) {
          case NONE -> {}
          case LINE_TOO_LONG -> {
            return Reply.of(500, "5.5.6", "response too long");
          }
          case BARE_NEWLINE -> {
            return Reply.last(521, "5.5.2", "a line ends in CRLF and nothing else, closing");
          }
          default -> {
            return BAD_BASE64;
          }
        }
        response = line.text();
        if (response.equals("*")) {
          return CANCELLED;
        }
      }
      try {
        responses.add(Base64.getDecoder().decode(response));
      } catch (IllegalArgumentException e) {
        return BAD_BASE64;
      }
    }
    return null;
  }

  private static Reply check(Session session, SaslMechanism mechanism, List<byte[]> responses)
      throws InterruptedException {
    Credentials credentials;
    try {
      credentials = mechanism.read(responses);
    } catch (SaslMechanism.MalformedException e) {
      failed(session, mechanism, null, "malformed");
      return limit(session, WRONG, 1);
    }
    // Waiting for other hashes and the penalty count as ours, not as the client's time.
    session.connection().allowWork();
    String login = credentials.authenticationId();
    LoginGuard guard = session.context().guard();
    Result result;
    try {
      if (guard.isBlocked(session.client(), login, now(session))) {
        return blocked(session, mechanism, login);
      }
      result = session.context().users().authenticate(login, credentials.password());
    } catch (IOException e) {
      return Reply.of(454, "4.7.0", "temporary authentication failure");
    } finally {
      Arrays.fill(credentials.password(), (byte) 0);
    }
    if (guard.isBlocked(session.client(), login, now(session))) {
      // Blocked while the hash was worked out: many guesses at one time gain nothing.
      return blocked(session, mechanism, login);
    }
    if (result instanceof Result.Authenticated(var user) && credentials.actsAsItself()) {
      guard.succeeded(session.client(), login);
      session.authenticated(user, mechanism.name());
      return Reply.of(235, "2.7.0", "authenticated");
    }
    String reason = result instanceof Result.Refused(var why) ? why : "foreign-authorization-id";
    failed(session, mechanism, login, reason);
    LoginGuard.Failure failure = guard.failed(session.client(), login, now(session));
    noteBlock(session, "account", failure.accountBlocked(), login);
    noteBlock(session, "network", failure.networkBlocked(), login);
    return limit(session, WRONG, failure.failures());
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
    session.refusal("AUTH", null, null, BLOCKED);
  }

  /** Makes the client wait, longer each time, and ends a session that goes on guessing. */
  private static Reply limit(Session session, Reply reply, int knownFailures)
      throws InterruptedException {
    int failures = session.countLoginFailure();
    int steps = Math.clamp(Math.max(failures, knownFailures) - 1, 0, 5);
    Duration delay = session.limits().loginFailureDelay().multipliedBy(1L << steps);
    session.connection().allowWork();
    Thread.sleep(delay);
    if (failures >= session.limits().maxLoginFailures() && !reply.close()) {
      return new Reply(reply.code(), reply.status(), reply.lines(), true);
    }
    return reply;
  }

  private static void failed(
      Session session, SaslMechanism mechanism, String login, String reason) {
    session
        .context()
        .log()
        .line(
            "login failed client=%s port=%d service=%s mechanism=%s reason=%s user=%s",
            session.clientText(),
            session.clientPort(),
            session.service().word(),
            mechanism.name(),
            reason,
            MsaLog.quote(login));
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
                mechanism.name(),
                reason));
  }
}
