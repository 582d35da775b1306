package org.whosent.query.trace;

/** How sure an identification is. */
public enum Confidence {
  /** An ID of ours, content that matches, and a recipient or a next hop that matches too. */
  CERTAIN,
  /** An identifier and the content submitted under it, or a bare ID that was asked for. */
  STRONG,
  /**
   * An identifier and an independent match, but nothing shows the content to be the one submitted:
   * the log holds none, or none came. Whoever has received a message can put all of its header over
   * a text of his own, and nobody can tell that apart. In output it is {@code strong} too, as those
   * who read it know that word, with {@link Check#REPLAY} in the evidence.
   */
  BY_HEADER;

  /** The word in output: {@code certain} or {@code strong}. */
  public String word() {
    return this == CERTAIN ? "certain" : "strong";
  }
}
