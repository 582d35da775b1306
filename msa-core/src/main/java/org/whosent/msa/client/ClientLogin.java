package org.whosent.msa.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Base64;

/** AUTH from the client's side (RFC 4954). Stateless. */
public final class ClientLogin {
  private static final int MAX_STEPS = 8;

  private ClientLogin() {}

  /**
   * Logs in, under TLS only: RFC 5068 section 5 and RFC 8314 section 3 want no credentials in
   * clear.
   *
   * @param wanted the mechanism, or null for the best that is offered and takes a password
   * @return the server's last reply; 235 is success, anything else a refusal
   * @throws LoginException when nothing was refused but it cannot go on: no TLS, no mechanism in
   *     common, a server that does not follow the mechanism or cannot prove who it is
   */
  public static SmtpReply login(
      SmtpClient client, Credentials credentials, ClientMechanism wanted, Duration timeout)
      throws IOException, LoginException {
    if (!client.isTls()) {
      throw new LoginException("credentials are not sent in clear");
    }
    ClientMechanism mechanism = wanted;
    if (mechanism == null) {
      mechanism =
          ClientMechanism.best(client)
              .orElseThrow(
                  () ->
                      new LoginException(
                          "no mechanism in common; the server offers "
                              + (ClientMechanism.offered(client.extensions()).isEmpty()
                                  ? "none"
                                  : String.join(
                                      " ", ClientMechanism.offered(client.extensions())))));
    }
    if (mechanism == ClientMechanism.SCRAM_SHA_256_PLUS && !ScramExchange.canBind(client)) {
      throw new LoginException("SCRAM-SHA-256-PLUS: this TLS session exports no key material");
    }
    ClientMechanism.Exchange exchange = mechanism.start(credentials, client);
    byte[] initial = exchange.initial();
    String auth = "AUTH " + mechanism.saslName();
    SmtpReply reply =
        initial == null
            ? client.command(auth, timeout)
            : client.secret(
                auth + " " + ClientMechanism.base64(initial), auth + " (secret)", timeout);
    for (int step = 0; reply.code() == 334; step++) {
      if (step >= MAX_STEPS) {
        throw new LoginException(mechanism.saslName() + ": the server asks without end");
      }
      byte[] challenge;
      try {
        challenge = Base64.getDecoder().decode(reply.lines().getFirst().strip());
      } catch (IllegalArgumentException e) {
        throw new LoginException(mechanism.saslName() + ": the server's challenge is not base64");
      }
      String answer = ClientMechanism.base64(exchange.answer(challenge));
      reply = client.secret(answer, "(secret)", timeout);
    }
    if (reply.isPositive() && !exchange.isComplete()) {
      throw new LoginException(
          mechanism.saslName() + ": the server has not shown that it knows the password");
    }
    return reply;
  }
}
