package org.whosent.msa.hop;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.whosent.msa.HopAddress;
import org.whosent.msa.MsaConfiguration.HopTls;
import org.whosent.msa.client.SmtpClient;
import org.whosent.msa.client.SmtpReply;
import org.whosent.msa.client.SubmissionClient;
import org.whosent.record.ClueType;

/**
 * SMTP servers that take our mail, in the order of preference. Thread-safe.
 *
 * <p>All times together stay below what RFC 5321 section 4.5.3.2 lets our client wait: 5 minutes
 * for MAIL and RCPT, 10 for the final dot. A server that answers a client that has gone (RFC 1047)
 * makes duplicates.
 */
public final class SmtpHop implements NextHop {
  /** How long we wait for the hop. */
  public record Timeouts(Duration connect, Duration command, Duration finalDot) {
    public static final Timeouts STANDARD =
        new Timeouts(Duration.ofSeconds(15), Duration.ofSeconds(60), Duration.ofMinutes(8));
  }

  /**
   * How many connections there may be.
   *
   * @param most in use at one time, to all hops together
   * @param idle how long one that is not in use is kept
   * @param patience how long a message waits for one before its client is told to come back
   */
  public record Pooling(int most, Duration idle, Duration patience) {}

  /** Below the 5 minutes that clients wait for the answer to MAIL and RCPT. */
  static final Duration OPENING_IN_ALL = Duration.ofMinutes(4);

  /** Below the 10 minutes that clients wait for the answer to the final dot. */
  static final Duration HANDING_OVER_IN_ALL = Duration.ofMinutes(9);

  /** No other hop is tried after this: a bad one may take as long again, and a client waits 5. */
  static final Duration OPENING = Duration.ofSeconds(90);

  private static final Object STRANGERS = new Object();

  private final List<HopAddress.Smtp> addresses;
  private final HopTls tls;
  private final Introduction introduction;
  private final String hostname;
  private final Timeouts timeouts;
  private final Consumer<String> log;
  private final Pooling pooling;
  private final Places places;
  private final IdleConnections idle;
  private final KnownOffers offers;
  private final SendingGuard guard = new SendingGuard();
  private final SSLContext trusting;
  private final SSLContext verifying;

  /**
   * No connection is made yet.
   *
   * @param hostname for EHLO
   * @param log gets a line for each failure that is the operator's concern
   */
  public SmtpHop(
      List<HopAddress.Smtp> addresses,
      HopTls tls,
      Introduction introduction,
      String hostname,
      Timeouts timeouts,
      Pooling pooling,
      SSLContext trusting,
      SSLContext verifying,
      Consumer<String> log) {
    this.addresses = List.copyOf(addresses);
    this.tls = tls;
    this.introduction = introduction;
    this.hostname = hostname;
    this.timeouts = timeouts;
    this.pooling = pooling;
    this.places = new Places(pooling.most());
    this.idle = new IdleConnections(pooling.idle());
    this.offers = new KnownOffers(addresses.size(), this::ask);
    this.trusting = trusting;
    this.verifying = verifying;
    this.log = log;
  }

  @Override
  public Offer offer() {
    return offers.common();
  }

  /** Greets a hop to hear what it has; the connection waits for a message then. */
  private void ask(int index) {
    try {
      idle.giveBack(index, connect(index, System.nanoTime() + KnownOffers.PATIENCE.toNanos()));
    } catch (IOException e) {
      logFailure(index, e);
    }
  }

  @Override
  public Transaction begin(Envelope envelope) {
    return new SmtpHopTransaction(this, envelope);
  }

  /** Waits for leave to use a connection; false when there is none to be had. */
  boolean enter(Envelope envelope) {
    return places.take(holder(envelope), pooling.patience());
  }

  void leave(Envelope envelope) {
    places.leave(holder(envelope));
  }

  /** Who has the place. All who have not logged in are one, so that users come first. */
  private static Object holder(Envelope envelope) {
    Submitter submitter = envelope.submitter();
    return submitter == null || submitter.login() == null
        ? STRANGERS
        : ClueType.USER.fold(submitter.login());
  }

  IdleConnections idle() {
    return idle;
  }

  SendingGuard guard() {
    return guard;
  }

  @Override
  public void close() {
    idle.close();
  }

  int count() {
    return addresses.size();
  }

  Timeouts timeouts() {
    return timeouts;
  }

  String hostname() {
    return hostname;
  }

  Introduction introduction() {
    return introduction;
  }

  void log(String line) {
    log.accept(line);
  }

  /** Says which hop failed, and why. */
  void logFailure(int index, IOException failure) {
    HopAddress.Smtp address = addresses.get(index);
    String reason = SubmissionClient.reason(failure);
    boolean named = reason.startsWith(address.host() + "["); // by SmtpClient#name
    log("next hop " + (named ? "" : address.host() + ":" + address.port() + ": ") + reason);
  }

  /** What is left of a deadline, and no more than that much of it. */
  static Duration within(Duration most, long untilNanos) throws IOException {
    long left = untilNanos - System.nanoTime();
    if (left <= 0) {
      throw new SocketTimeoutException("no answer in time");
    }
    return left < most.toNanos() ? Duration.ofNanos(Math.max(left, 1_000_000)) : most;
  }

  /**
   * A new connection that has been greeted and may be used.
   *
   * @throws IOException when there is none to be had from this address until then
   */
  SmtpClient connect(int index, long untilNanos) throws IOException {
    SmtpClient client = connect(addresses.get(index), untilNanos);
    offers.note(index, Offer.of(client));
    return client;
  }

  private SmtpClient connect(HopAddress.Smtp address, long untilNanos) throws IOException {
    try {
      return connect(address, tls != HopTls.NONE, untilNanos);
    } catch (SSLException e) {
      if (tls != HopTls.OPPORTUNISTIC || address.tls()) {
        throw e;
      }
      log.accept("next hop " + address.host() + ": no TLS, going on in clear: " + e.getMessage());
      return connect(address, false, untilNanos);
    }
  }

  private SmtpClient connect(HopAddress.Smtp address, boolean wantTls, long untilNanos)
      throws IOException {
    SmtpClient client =
        SmtpClient.connect(address.host(), address.port(), within(timeouts.connect(), untilNanos));
    try {
      if (address.tls()) {
        startTls(client, address, untilNanos);
      }
      need(client.reply(within(timeouts.command(), untilNanos)), client);
      need(client.hello(hostname, within(timeouts.command(), untilNanos)), client);
      if (wantTls && !client.isTls()) {
        if (client.offers("STARTTLS")
            && client.command("STARTTLS", within(timeouts.command(), untilNanos)).isPositive()) {
          startTls(client, address, untilNanos);
          need(client.hello(hostname, within(timeouts.command(), untilNanos)), client);
        } else if (tls != HopTls.OPPORTUNISTIC) {
          throw new IOException(client.name() + ": offers no TLS, which 'hopTls' requires");
        }
      }
      return client;
    } catch (IOException | RuntimeException e) {
      client.close();
      throw e;
    }
  }

  private void startTls(SmtpClient client, HopAddress.Smtp address, long untilNanos)
      throws IOException {
    boolean verified = tls == HopTls.VERIFIED;
    client.startTls(
        verified ? verifying : trusting,
        address.host(),
        verified,
        within(timeouts.command(), untilNanos));
  }

  private static void need(SmtpReply reply, SmtpClient client) throws IOException {
    if (!reply.isPositive()) {
      throw new IOException(client.name() + ": " + reply);
    }
  }
}
