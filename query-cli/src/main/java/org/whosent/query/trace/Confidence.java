package org.whosent.query.trace;

import java.util.Locale;

/** How sure an identification is. */
public enum Confidence {
  /** An ID of ours, content that matches, and a recipient or a next hop that matches too. */
  CERTAIN,
  /** An identifier and the content submitted under it, or a bare ID that was asked for. */
  STRONG,
  /**
   * An identifier and an independent match, but nothing shows the content to be the one submitted:
   * the log holds none, or none came. Whoever has received a message can put all of its header over
   * a text of his own, and nobody can tell that apart.
   */
  LIKELY;

  /** The word in output. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
