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
 * @param size null where several readings differ in it
 * @param isAuthenticated somebody had logged in
 * @param isDoubtful the line reads in several ways, of which this is what they have in common
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
    Long size,
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

  /** What a line says up to the client, where the rest is not clear. */
  static EximArrival head(
      String sender,
      String reference,
      String clientName,
      String helo,
      String client,
      String loginBeforeColon,
      boolean isAuthenticated) {
    return new EximArrival(
        sender,
        reference,
        clientName,
        helo,
        client,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        loginBeforeColon,
        null,
        null,
        null,
        List.of(),
        isAuthenticated,
        true);
  }

  /**
   * What two readings of a line have in common, where they have the client: who answers Exim's
   * question for the ident with fields of its line, or adds some by MAIL AUTH, may have his name in
   * doubt, but not his address, which is what leads to him then.
   *
   * @return null when they have another, or none
   */
  EximArrival agreed(EximArrival other) {
    if (equals(other)) {
      return this;
    }
    if (isLocal() || !client.equals(other.client)) {
      return null;
    }
    return new EximArrival(
        sender,
        same(reference, other.reference),
        same(clientName, other.clientName),
        same(helo, other.helo),
        client,
        same(clientPort, other.clientPort),
        same(localPort, other.localPort),
        null,
        same(protocol, other.protocol),
        same(tls, other.tls),
        same(authenticator, other.authenticator),
        same(login, other.login),
        same(loginBeforeColon, other.loginBeforeColon),
        same(size, other.size),
        same(messageId, other.messageId),
        same(subject, other.subject),
        recipients.equals(other.recipients) ? recipients : List.of(),
        isAuthenticated && other.isAuthenticated,
        true);
  }

  /** Only what it says up to the client, and the login. */
  EximArrival head() {
    return head(sender, reference, clientName, helo, client, loginBeforeColon, isAuthenticated);
  }

  /** True where another reading has the same client, and names nobody else than this one. */
  boolean isOfSame(EximArrival other) {
    return Objects.equals(client, other.client)
        && (login == null || login.equals(other.login))
        && (loginBeforeColon == null || loginBeforeColon.equals(other.loginBeforeColon));
  }

  private static <T> T same(T one, T other) {
    return Objects.equals(one, other) ? one : null;
  }

  /** What Exim writes as a recipient has a domain; its own fields behind the size need none. */
  boolean hasFieldForRecipient() {
    return recipients.stream()
        .anyMatch(address -> address.indexOf('@') < 0 || address.startsWith("id="));
  }

  /** Handed in on this machine, not over the network. */
  boolean isLocal() {
    return client == null;
  }
}
