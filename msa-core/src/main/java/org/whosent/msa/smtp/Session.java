package org.whosent.msa.smtp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.whosent.msa.Limits;
import org.whosent.msa.Listener;
import org.whosent.msa.LoginRules;
import org.whosent.msa.MsaConfiguration;
import org.whosent.msa.auth.LoginOrigin;
import org.whosent.msa.auth.SaslContext;
import org.whosent.msa.auth.User;
import org.whosent.msa.tls.ChannelBinding;
import org.whosent.record.Addresses;

/**
 * One client's dialogue. Run by one thread; {@link #drain} and {@link #cut} may be called by
 * others.
 *
 * <p>Whatever the client does ends in a reply or in the end of the connection, never in an
 * exception that escapes. A failure of our own is logged with its trace and answered 451.
 */
public final class Session {
  private final SessionContext context;
  private final Listener.Service service;
  private final Connection connection;
  private final SmtpInput input;
  private final InetAddress client;
  private final int clientPort;
  private final Refusals refusals;
  private final CommandGate gate;
  private final Standing standing;

  private String helo;
  private boolean extended;

  private volatile MailTransaction transaction;
  private int errors;
  private int loginFailures;

  /** True when the last command was a BDAT that was refused. */
  private boolean refusedChunk;

  /** True for a refusal that is no new error: the client sent its chunks without waiting. */
  private boolean isRepeated;

  private final Object idleLock = new Object();
  private boolean idle;
  private boolean draining;

  Session(SessionContext context, Listener.Service service, Connection connection) {
    this.context = context;
    this.service = service;
    this.connection = connection;
    this.input = new SmtpInput(connection);
    this.client = connection.client();
    this.clientPort = connection.clientPort();
    this.refusals = new Refusals(this);
    this.gate = new CommandGate(this);
    this.standing = new Standing(context.users());
  }

  /** The whole dialogue, from the greeting to the end of the connection. */
  void run() {
    try (connection) {
      dialogue();
    } finally {
      reset();
    }
  }

  private void dialogue() {
    try {
      connection.allow(limits().commandTimeout());
      if (service == Listener.Service.SUBMISSIONS) {
        handshake();
      }
      reply(Reply.of(220, null, configuration().hostname() + " ESMTP Whosent"));
      converse();
    } catch (SocketTimeoutException e) {
      say(Reply.last(421, "4.4.2", configuration().hostname() + " waited too long, closing"));
    } catch (IOException e) {
      // The client went away: its right at any time, and what was not acknowledged is void.
    } catch (InterruptedException e) {
      say(Reply.last(421, "4.3.2", configuration().hostname() + " is shutting down"));
    } catch (RuntimeException e) {
      context.log().line("internal error in a session: %s", e);
      e.printStackTrace();
      say(Reply.last(421, "4.3.0", "internal error, closing"));
    }
  }

  private void converse() throws IOException, InterruptedException {
    gate.awaitCommand();
    while (true) {
      if (isToEnd()) {
        say(Reply.last(421, "4.3.2", configuration().hostname() + " is shutting down"));
        return;
      }
      SmtpInput.Line line;
      try {
        line = input.readLine(Commands.AUTH_LINE);
      } finally {
        synchronized (idleLock) {
          idle = false;
        }
      }
      isRepeated = false;
      Reply reply = answer(line);
      // Now, since a reply may fill the socket's buffer: who does not read is waited for as well.
      gate.awaitCommand();
      if (reply == null) {
        continue;
      }
      if (isProtocolError(reply) && !isRepeated && ++errors >= limits().maxErrors()) {
        say(reply);
        Reply last = Reply.last(421, "4.7.0", "too many errors, closing");
        refusals.ofProtocol(last);
        say(last);
        return;
      }
      reply(reply);
      if (reply.close()) {
        return;
      }
    }
  }

  /** A refused recipient or message is none: a list with many dead addresses is honest mail. */
  private static boolean isProtocolError(Reply reply) {
    return reply.code() >= 500 && reply.code() < 540 || reply.code() == 555;
  }

  /** Decides, under the lock that {@link #drain} takes, whether the session waits or ends. */
  private boolean isToEnd() {
    synchronized (idleLock) {
      if (draining && transaction == null) {
        return true;
      }
      idle = transaction == null && !input.hasBuffered();
      return false;
    }
  }

  /**
   * Looks the user up again: what the operator changed since the login holds at once. Called by the
   * session's thread.
   *
   * @return null, or the end of the session when the user may not go on
   */
  Reply withdrawn() {
    return standing.withdrawn();
  }

  private Reply answer(SmtpInput.Line line) throws IOException, InterruptedException {
    CommandLine said = CommandLine.of(line.text());
    String argument = said.argument();
    Command command = Commands.named(said.verb());
    Reply refusal = gate.refuse(line, command, argument);
    if (refusal == null) {
      refusedChunk = false;
      return command.handler().handle(this, argument);
    }
    if (!CommandLine.mayBeChunk(line.text())) {
      refusedChunk = false;
      return refusal;
    }
    // What follows a BDAT is no command, whatever becomes of it.
    if (line.fault() != SmtpInput.Fault.NONE || command == null) {
      return BdatHandler.outOfStep();
    }
    isRepeated = refusedChunk;
    refusedChunk = true;
    return refusal.close() ? refusal : BdatHandler.refuse(this, argument, refusal);
  }

  /** True when a password may be told here. */
  boolean mayLogIn() {
    return connection.tls() != null || configuration().mayLogInWithoutTls(client);
  }

  /** What SASL mechanisms have to do with on this connection as it is now. */
  SaslContext saslContext() {
    SSLSession tls = connection.tls();
    LoginRules logins = configuration().logins();
    return new SaslContext(
        logins.mechanisms(),
        logins.mechanismsChosen(),
        context.users(),
        context.tokens(),
        tls == null ? null : ChannelBinding.of(tls).orElse(null),
        new LoginOrigin(service.word(), client, clientPort, tls != null));
  }

  /** Buffers a reply; it goes out when the client is waited for, so that pipelining pays. */
  void reply(Reply reply) throws IOException {
    connection.write(reply.wire());
  }

  /** Replies at once, if the client still listens. */
  private void say(Reply reply) {
    try {
      connection.allow(Duration.ofSeconds(5));
      connection.write(reply.wire());
      connection.flush();
    } catch (IOException e) {
      // it does not
    }
  }

  /** Forgets the transaction, if one is open. */
  void reset() {
    MailTransaction open = transaction;
    transaction = null;
    if (open != null) {
      open.close();
    }
  }

  /** RFC 3207 section 4.2: after STARTTLS nothing is known of the client any more. */
  void startTls() throws IOException {
    connection.write(Reply.of(220, "2.0.0", "go ahead").wire());
    input.dropBuffered();
    reset();
    helo = null;
    extended = false;
    // A login in clear, where the operator allows one, may have been somebody else's in between.
    standing.forget();
    handshake();
    input.dropBuffered();
  }

  private void handshake() throws IOException {
    try {
      connection.startTls(context.tls());
    } catch (SSLException e) {
      context
          .complaints()
          .line(
              "TLS handshake failed client=%s port=%d service=%s: %s",
              clientText(), clientPort, service.word(), e.getMessage());
      throw e;
    }
  }

  void greeted(String name, boolean extended) {
    reset();
    this.helo = name;
    this.extended = extended;
  }

  void authenticated(User who, String byMechanism) {
    standing.loggedIn(who, byMechanism);
    gate.restart();
  }

  void begin(MailTransaction begun) {
    this.transaction = begun;
  }

  /** Ends the transaction after its message; the client may go on with another. */
  void ended() {
    reset();
    gate.restart();
  }

  int countLoginFailure() {
    return ++loginFailures;
  }

  /** What the client is refused is told here. */
  Refusals refusals() {
    return refusals;
  }

  CommandGate gate() {
    return gate;
  }

  SmtpInput input() {
    return input;
  }

  Connection connection() {
    return connection;
  }

  SessionContext context() {
    return context;
  }

  MsaConfiguration configuration() {
    return context.configuration();
  }

  Limits limits() {
    return context.configuration().limits();
  }

  Listener.Service service() {
    return service;
  }

  InetAddress client() {
    return client;
  }

  String clientText() {
    return Addresses.format(client);
  }

  int clientPort() {
    return clientPort;
  }

  String helo() {
    return helo;
  }

  /** True after EHLO, false after HELO. */
  boolean extended() {
    return extended;
  }

  /** Null until somebody has logged in. */
  User user() {
    return standing.user();
  }

  /** By which SASL mechanism they did. */
  String mechanism() {
    return standing.mechanism();
  }

  MailTransaction transaction() {
    return transaction;
  }

  /** Lets an open transaction end; otherwise says 421 now. Called from another thread. */
  void drain() {
    synchronized (idleLock) {
      draining = true;
      if (!idle) {
        return;
      }
    }
    connection.sendAside(
        Reply.last(421, "4.3.2", configuration().hostname() + " is shutting down").wire());
  }

  /**
   * Ends a session that waits for a command and whose user may not go on; any other ends itself
   * with its next command or the end of its message. Called from another thread.
   */
  void checkUser() {
    synchronized (idleLock) {
      if (!idle) {
        return;
      }
    }
    User who = user();
    Reply reply = who == null ? null : standing.check(who);
    if (reply != null) {
      refusals.ofWithdrawn("(idle)", who, reply);
      connection.sendAside(reply.wire());
    }
  }

  /** True for a stranger without a message on its way, who is waited for. For other threads. */
  boolean mayYield() {
    return user() == null && transaction == null && connection.waitsForClient();
  }

  /** Ends it if a command is waited for; false when none is. Called from another thread. */
  boolean yieldPlace() {
    synchronized (idleLock) {
      if (!idle) {
        return false;
      }
    }
    Reply last =
        Reply.last(421, "4.3.2", configuration().hostname() + " needs the connection for others");
    Thread.startVirtualThread(() -> connection.sendAside(last.wire()));
    return true;
  }

  /** Ends it at once. Called from another thread. */
  void cut() {
    connection.cut();
  }
}
