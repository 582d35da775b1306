package org.whosent.msa.auth;

import java.util.Set;

/**
 * What a mechanism has to do with on one connection. Immutable.
 *
 * @param allowed by the configuration
 * @param chosen true when the configuration names them, so that they are offered to whomever they
 *     suit; false when they are all that there are
 * @param tokens null when nobody logs in by token
 * @param channelBinding the connection's {@code tls-exporter} (RFC 9266); null when it has none
 */
public record SaslContext(
    Set<SaslMechanism> allowed,
    boolean chosen,
    UserStore users,
    TokenLogins tokens,
    byte[] channelBinding,
    LoginOrigin origin) {
  /** True when SCRAM is offered: everybody can use it, or the operator wants it all the same. */
  boolean offersScram() {
    return switch (users.scramCoverage()) {
      case NOBODY -> false;
      case SOME -> chosen;
      case EVERYBODY -> true;
    };
  }
}
