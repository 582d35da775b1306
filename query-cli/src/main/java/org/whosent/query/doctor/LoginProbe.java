package org.whosent.query.doctor;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.whosent.msa.client.ClientLogin;
import org.whosent.msa.client.ClientMechanism;
import org.whosent.msa.client.Credentials;
import org.whosent.msa.client.LoginException;
import org.whosent.msa.client.SmtpClient;
import org.whosent.msa.client.SmtpReply;
import org.whosent.msa.client.SubmissionClient;
import org.whosent.msa.client.SubmissionClient.Door;

/**
 * Tries a login that nobody has: never a real one, since the way there may be tapped. Stateless.
 */
final class LoginProbe {
  private LoginProbe() {}

  private static Credentials madeUp() {
    byte[] random = new byte[9];
    new SecureRandom().nextBytes(random);
    String text = HexFormat.of().formatHex(random);
    return new Credentials("whosent-no-such-user-" + text, text);
  }

  /** In clear: the server must not even look at it. */
  static Finding inClear(Examination examination, Door door) {
    String port = "port " + door.port();
    Credentials nobody = madeUp();
    byte[] message =
        ("\0" + nobody.user() + "\0" + nobody.secret())
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    try (SmtpClient client = examination.greeted(door)) {
      SmtpReply reply =
          client.command(
              "AUTH PLAIN " + java.util.Base64.getEncoder().encodeToString(message),
              examination.target().timeout());
      client.quit();
      return switch (reply.code()) {
        // RFC 4954 section 6: 535 is said of credentials that were looked at, 454 likewise.
        case 235, 334, 535, 454 -> Finding.fail(port + " takes a password in clear: " + reply);
        default ->
            reply.isPermanent()
                ? Finding.pass(port + " refuses: " + reply)
                : Finding.unknown(port + " says " + reply);
      };
    } catch (IOException e) {
      return Finding.unknown(port + ": " + SubmissionClient.reason(e));
    }
  }

  /** Under TLS: it must be looked at and refused. */
  static Finding underTls(Examination examination, Door door) {
    String port = "port " + door.port();
    try (SmtpClient client = examination.open(door)) {
      ClientMechanism mechanism =
          ClientMechanism.offered(client.extensions()).contains("PLAIN")
              ? ClientMechanism.PLAIN
              : null;
      SmtpReply reply =
          ClientLogin.login(client, madeUp(), mechanism, examination.target().timeout());
      client.quit();
      if (reply.isPositive()) {
        return Finding.fail(port + " lets in a user who does not exist: " + reply);
      }
      return reply.isPermanent()
          ? Finding.pass(port + " refuses a user who does not exist: " + reply)
          : Finding.unknown(port + " says " + reply);
    } catch (IOException e) {
      return Finding.unknown(port + ": " + SubmissionClient.reason(e));
    } catch (LoginException e) {
      return Finding.unknown(port + ": " + e.getMessage());
    }
  }
}
