package org.whosent.query.doctor;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.whosent.msa.client.ClientLogin;
import org.whosent.msa.client.LoginException;
import org.whosent.msa.client.OutgoingMessage;
import org.whosent.msa.client.RefusedException;
import org.whosent.msa.client.SmtpClient;
import org.whosent.msa.client.SmtpReply;
import org.whosent.msa.client.SubmissionClient;
import org.whosent.query.submit.ProbeMessage;

/** Hands in the one probe message, with the test account, as a careful client. Stateless. */
final class ProbeSubmission {
  private ProbeSubmission() {}

  /**
   * How far it went.
   *
   * @param login how the login came out
   * @param submission how the message came out
   * @param id the ID that the server gave; null when it gave none or took nothing
   * @param message what was handed in; null when nothing was
   */
  record Outcome(Finding login, Finding submission, String id, OutgoingMessage message) {}

  static Outcome send(Target target) {
    SubmissionClient submission =
        new SubmissionClient(
            target.host(),
            target.doors(),
            target.verifying(),
            target.tlsName(),
            target.ourName(),
            target.timeout(),
            (_, _) -> {});
    Finding login = Finding.unknown("not tried");
    try (SmtpClient client = submission.connect()) {
      SmtpReply reply =
          ClientLogin.login(client, target.credentials(), target.mechanism(), target.timeout());
      if (reply.code() != 235) {
        client.quit();
        return none(Finding.fail(client.name() + " refuses the test account: " + reply));
      }
      login = Finding.pass("the test account logs in at " + client.name());
      OutgoingMessage message =
          ProbeMessage.make(target.sender(), List.of(target.recipient()), Instant.now());
      SmtpReply accepted = submission.send(client, message);
      client.quit();
      Finding taken =
          accepted.queueId() == null
              ? Finding.unknown("accepted, but the reply gives no ID: " + accepted)
              : Finding.pass("accepted: " + accepted);
      return new Outcome(login, taken, accepted.queueId(), message);
    } catch (RefusedException e) {
      return new Outcome(
          login, Finding.fail("the probe is refused: " + e.getMessage()), null, null);
    } catch (LoginException e) {
      return none(Finding.unknown(e.getMessage()));
    } catch (IOException e) {
      Finding trouble = Finding.unknown(SubmissionClient.reason(e));
      return login.result() == Finding.Result.PASS
          ? new Outcome(login, trouble, null, null)
          : none(trouble);
    }
  }

  private static Outcome none(Finding login) {
    return new Outcome(login, Finding.unknown("there was no login"), null, null);
  }
}
