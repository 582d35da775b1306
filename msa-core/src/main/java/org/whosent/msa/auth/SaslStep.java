package org.whosent.msa.auth;

/** What follows from a client's response. */
public sealed interface SaslStep {
  /** The client is to answer this; before base64. */
  record Challenge(byte[] octets) implements SaslStep {}

  /**
   * The exchange has failed, which the mechanism tells by a challenge; whatever the client says to
   * that, or if it goes, changes nothing (RFC 7628 section 3.2.3).
   */
  record Failed(byte[] octets, Done done) implements SaslStep {}

  /**
   * The exchange is over.
   *
   * @param login as a good token says it, else as the client said it; null when neither does
   */
  record Done(String login, LoginResult result) implements SaslStep {}
}
