package org.whosent.msa.client;

/** A login that cannot go on; the message is for the operator and holds no secret. */
public final class LoginException extends Exception {
  private static final long serialVersionUID = 1L;

  LoginException(String message) {
    super(message);
  }
}
