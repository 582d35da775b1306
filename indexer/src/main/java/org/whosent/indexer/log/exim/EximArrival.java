package org.whosent.indexer.log.exim;

import java.util.List;
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
    List<String> recipients) {
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

  /** Handed in on this machine, not over the network. */
  boolean isLocal() {
    return client == null;
  }
}
