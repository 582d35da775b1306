package org.whosent.msa.auth;

import com.ongres.saslprep.SASLprep;
import java.util.Optional;

/**
 * SASLprep (RFC 4013): one form for names and passwords that look alike, as SCRAM's two sides must
 * agree on one. Stateless, thread-safe.
 */
final class Saslprep {
  private static final SASLprep PROFILE = new SASLprep();

  private Saslprep() {}

  /** A password as it is stored; empty when it has what none may have (controls, unassigned). */
  static Optional<String> stored(char[] password) {
    try {
      String prepared = new String(PROFILE.prepareStored(password));
      return prepared.isEmpty() ? Optional.empty() : Optional.of(prepared);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** A name as it is asked for; empty when it has what none may have. */
  static Optional<String> query(String name) {
    try {
      String prepared = new String(PROFILE.prepareQuery(name.toCharArray()));
      return prepared.isEmpty() ? Optional.empty() : Optional.of(prepared);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
