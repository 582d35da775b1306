package org.whosent.indexer.log.exim;

import java.util.List;
import java.util.Objects;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.Words;

/**
 * What Exim says when it has taken a message: {@code <= sender …}. Immutable; null where the line
 * does not say.
 *
 * @param reference the queue ID after {@code R=}: the message that this one is about
 * @param login the authenticated identity, decoded
 * @param loginBeforeColon what it is where no login holds a colon: see {@link EximLogin}
 * @param localPort the port of ours that the client used
 * @param tls after {@code X=}: protocol, cipher suite, bits
 * @param isAuthenticated somebody had logged in
 * @param isDoubtful the line reads in several ways, which differ in who logged in and how
 */
record EximArrival(
    String sender,
    String reference,
    String clientName,
    String helo,
    String client,
    Integer clientPort,
    Integer localPort,
    String ident,
    String protocol,
    String tls,
    String authenticator,
    String login,
    String loginBeforeColon,
    long size,
    String messageId,
    String subject,
    List<String> recipients,
    boolean isAuthenticated,
    boolean isDoubtful) {
  EximArrival {
    recipients = List.copyOf(recipients);
  }

  /**
   * Reads the line.
   *
   * @param line a line whose end is the arrival's
   * @param start behind {@code "<= "}
   * @param words for what every other line repeats
   * @return null when it is none, or one that reads in two ways
   */
  static EximArrival parse(LineBytes line, int start, Words words) {
    return new EximArrivalGrammar(line, start, words).read();
  }

  /**
   * What two readings of a line have in common, where they agree in all but the ident and who
   * logged in: a client that answers Exim's question for the ident with fields of its line may have
   * its name in doubt, but not its address, which is what leads to it then.
   *
   * @return null when they do not
   */
  EximArrival agreed(EximArrival other) {
    if (equals(other)) {
      return this;
    }
    EximArrival one = inDoubt(other);
    return isLocal() || !one.equals(other.inDoubt(this)) ? null : one;
  }

  private EximArrival inDoubt(EximArrival other) {
    return new EximArrival(
        sender,
        reference,
        clientName,
        helo,
        client,
        clientPort,
        localPort,
        null,
        Objects.equals(protocol, other.protocol) ? protocol : null,
        Objects.equals(tls, other.tls) ? tls : null,
        Objects.equals(authenticator, other.authenticator) ? authenticator : null,
        null,
        null,
        size,
        messageId,
        subject,
        recipients,
        isAuthenticated && other.isAuthenticated,
        true);
  }

  /** Handed in on this machine, not over the network. */
  boolean isLocal() {
    return client == null;
  }
}
