package org.whosent.query.trace;

import java.util.Locale;

/** How sure an identification is. */
public enum Confidence {
  /** An ID of ours, content that matches, and a recipient or a next hop that matches too. */
  CERTAIN,
  /** An identifier and an independent match, or a bare ID that was asked for. */
  STRONG;

  /** The word in output. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
