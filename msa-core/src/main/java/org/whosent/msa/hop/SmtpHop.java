package org.whosent.msa.hop;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.whosent.msa.MsaConfiguration.HopAddress;
import org.whosent.msa.MsaConfiguration.HopTls;
import org.whosent.msa.client.SmtpClient;
import org.whosent.msa.client.SmtpReply;

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

  /** No other hop is tried after this: a bad one may take as long again, and a client waits 5. */
  static final Duration OPENING = Duration.ofSeconds(90);

  private final List<HopAddress.Smtp> addresses;
  private final HopTls tls;
  private final String hostname;
  private final Timeouts timeouts;
  private final Consumer<String> log;
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
      String hostname,
      Timeouts timeouts,
      SSLContext trusting,
      SSLContext verifying,
      Consumer<String> log) {
    this.addresses = List.copyOf(addresses);
    this.tls = tls;
    this.hostname = hostname;
    this.timeouts = timeouts;
    this.trusting = trusting;
    this.verifying = verifying;
    this.log = log;
  }

  @Override
  public Transaction begin(String reversePath) {
    return new SmtpHopTransaction(this, reversePath);
  }

  int count() {
    return addresses.size();
  }

  Timeouts timeouts() {
    return timeouts;
  }

  void log(String line) {
    log.accept(line);
  }

  /**
   * A connection that has been greeted and may be used.
   *
   * @throws IOException when there is none to be had from this address now
   */
  SmtpClient connect(int index) throws IOException {
    HopAddress.Smtp address = addresses.get(index);
    try {
      return connect(address, tls != HopTls.NONE);
    } catch (SSLException e) {
      if (tls != HopTls.OPPORTUNISTIC || address.tls()) {
        throw e;
      }
      log.accept("next hop " + address.host() + ": no TLS, going on in clear: " + e.getMessage());
      return connect(address, false);
    }
  }

  private SmtpClient connect(HopAddress.Smtp address, boolean wantTls) throws IOException {
    SmtpClient client = SmtpClient.connect(address.host(), address.port(), timeouts.connect());
    try {
      if (address.tls()) {
        startTls(client, address);
      }
      need(client.reply(timeouts.command()), client);
      need(client.hello(hostname, timeouts.command()), client);
      if (wantTls && !client.isTls()) {
        if (client.offers("STARTTLS")
            && client.command("STARTTLS", timeouts.command()).isPositive()) {
          startTls(client, address);
          need(client.hello(hostname, timeouts.command()), client);
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

  private void startTls(SmtpClient client, HopAddress.Smtp address) throws IOException {
    boolean verified = tls == HopTls.VERIFIED;
    client.startTls(verified ? verifying : trusting, address.host(), verified, timeouts.command());
  }

  private static void need(SmtpReply reply, SmtpClient client) throws IOException {
    if (!reply.isPositive()) {
      throw new IOException(client.name() + ": " + reply);
    }
  }
}
