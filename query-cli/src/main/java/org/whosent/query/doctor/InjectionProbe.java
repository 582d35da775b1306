package org.whosent.query.doctor;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.whosent.msa.client.SmtpClient;
import org.whosent.msa.client.SmtpReply;
import org.whosent.msa.client.SubmissionClient;
import org.whosent.msa.client.SubmissionClient.Door;

/**
 * Puts a NOOP behind STARTTLS in the same packet, as somebody on the path could (CVE-2011-0411): a
 * server that answers it under TLS takes a stranger's words for the client's. Stateless.
 */
final class InjectionProbe {
  /** How long an answer to the smuggled command is waited for. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private InjectionProbe() {}

  static Finding ask(Examination examination, Door door) {
    Target target = examination.target();
    String port = "port " + door.port();
    try (SmtpClient client = examination.greeted(door)) {
      client.sendAhead(List.of("STARTTLS", "NOOP"));
      SmtpReply reply = client.reply(target.timeout());
      if (reply.code() != 220) {
        return Finding.pass(port + " refuses: " + reply);
      }
      try {
        client.startTls(examination.trusting(), target.tlsName(), false, target.timeout());
      } catch (IOException e) {
        return Finding.pass(port + " ends the connection");
      }
      try {
        return Finding.fail(
            port + " answers under TLS what was sent in clear: " + client.reply(PATIENCE));
      } catch (SocketTimeoutException e) {
        client.quit();
        return Finding.pass(port + " drops what was sent in clear");
      } catch (IOException e) {
        return Finding.pass(port + " ends the connection");
      }
    } catch (IOException e) {
      return Finding.unknown(port + ": " + SubmissionClient.reason(e));
    }
  }
}
