package org.whosent.msa.hop;

import java.util.EnumSet;
import java.util.Set;

/**
 * What the next hop is told with MAIL. Immutable. All text was checked by its grammar before: it
 * goes into a command as it stands.
 *
 * @param reversePath without angle brackets; empty for the null one
 * @param body what the client declared of the message's octets
 * @param utf8 true when the client asked for SMTPUTF8
 * @param dsn RET and ENVID as they are to be said, or empty
 * @param size octets that the client declared, or 0
 * @param submitter who the client is; null when the hop is not to be told
 */
public record Envelope(
    String reversePath, Body body, boolean utf8, String dsn, long size, Submitter submitter) {

  /** What may be in a message. */
  public enum Body {
    /** Lines, of octets that may be beyond ASCII. */
    LINES,
    /** Any octets in any order (RFC 3030 section 3). */
    BINARY
  }

  /** With nothing but a sender. */
  public static Envelope of(String reversePath) {
    return new Envelope(reversePath, Body.LINES, false, "", 0, null);
  }

  /** What a hop must have to be told this. */
  Set<Extension> needs() {
    Set<Extension> needs = EnumSet.noneOf(Extension.class);
    if (body == Body.BINARY) {
      needs.add(Extension.CHUNKING);
      needs.add(Extension.BINARY);
    }
    if (utf8) {
      needs.add(Extension.UTF8);
    }
    if (!dsn.isEmpty()) {
      needs.add(Extension.DSN);
    }
    return needs;
  }
}
