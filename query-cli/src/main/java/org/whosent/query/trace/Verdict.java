package org.whosent.query.trace;

/** What tracing came to. */
public enum Verdict {
  /**
   * An identifier and an independent match, or a bare ID that was asked for; nothing against it.
   */
  IDENTIFIED("identified"),
  /** Several candidates survive, or only circumstantial clues. */
  INCONCLUSIVE("inconclusive"),
  /** An ID of ours on a message that was not submitted under it: replayed or framed. */
  CONTRADICTED("contradicted"),
  /** Claims to be ours; its tag does not verify. */
  FORGED("forged"),
  /** Ours, from before what is kept. */
  EXPIRED("expired"),
  /** Ours, but nobody logged in. */
  UNAUTHENTICATED("unauthenticated"),
  /** Says it is ours, should be in the index, and is not. */
  NOT_FOUND("not-found"),
  /** Nothing in it is ours. */
  FOREIGN("foreign");

  private final String word;

  Verdict(String word) {
    this.word = word;
  }

  /** The word in output. */
  public String word() {
    return word;
  }
}
