package org.whosent.record;

import java.time.Instant;
import java.util.List;

/**
 * One line of the MSA's journal, by its {@code type}. The package description is the specification;
 * {@link JournalCodec} reads and writes it.
 */
public sealed interface JournalEntry {

  /** When it happened. */
  Instant time();

  /** The server's name as it stands in {@code by}. */
  String host();

  /** The word after {@code type} in JSON. */
  String type();

  /** A message was received whole from an authorised user; written before the next hop has it. */
  record Submission(SubmissionRecord record) implements JournalEntry {
    @Override
    public Instant time() {
      return record.time();
    }

    @Override
    public String host() {
      return record.host();
    }

    @Override
    public String type() {
      return "submission";
    }
  }

  /**
   * What the next hop made of it.
   *
   * @param recipients each with outcome, reply, next hop and the queue ID that it gave
   */
  record Outcome(Instant time, String host, String transactionId, List<Recipient> recipients)
      implements JournalEntry {
    public Outcome {
      recipients = List.copyOf(recipients);
    }

    @Override
    public String type() {
      return "outcome";
    }
  }

  /**
   * A command or message that was refused for policy, with the reply that the client got.
   * Everything but time, host and reply may be null.
   */
  record Refusal(
      Instant time,
      String host,
      String service,
      String client,
      Integer clientPort,
      String helo,
      String user,
      String command,
      String mailFrom,
      String recipient,
      String reply)
      implements JournalEntry {
    @Override
    public String type() {
      return "refusal";
    }
  }

  /**
   * An authentication that failed.
   *
   * @param login what was typed as the name, or what a token that is good names, cut to 320
   *     characters; never anything of the secret. With foreign-authorization-id it is whose secret
   *     it was, not as whom they wanted to act
   * @param reason unknown-user, wrong-secret, suspended, malformed, aborted,
   *     foreign-authorization-id, blocked (not tried after too many failures): for the operator
   *     only
   */
  record LoginFailure(
      Instant time,
      String host,
      String service,
      String client,
      Integer clientPort,
      String helo,
      String login,
      String mechanism,
      String reason)
      implements JournalEntry {
    @Override
    public String type() {
      return "login-failure";
    }
  }

  /** Nothing happened and the server was there: tells silence from a gap. */
  record Heartbeat(Instant time, String host) implements JournalEntry {
    @Override
    public String type() {
      return "heartbeat";
    }
  }
}
