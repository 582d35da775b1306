package org.whosent.record;

/**
 * How a message came into the server; decides what a record may say of its sender.
 *
 * <p>A record without an origin is one whose opening line was never read (rotated away before the
 * first ingest, or still to come): it names nobody, and it is not "unauthenticated" either.
 */
public enum Origin {
  /** Submitted over SMTP by somebody who had authenticated (RFC 4954). */
  AUTHENTICATED,
  /** Handed to the local {@code sendmail} command by an operating system account. */
  LOCAL,
  /** Received over SMTP without authentication: inbound mail, or a trusted relay. */
  UNAUTHENTICATED,
  /** Made by the mail server itself: a bounce, a delay warning, a postmaster notice. */
  INTERNAL;

  /** The word used in JSON: the name in lower case. */
  public String word() {
    return switch (this) {
      case AUTHENTICATED -> "authenticated";
      case LOCAL -> "local";
      case UNAUTHENTICATED -> "unauthenticated";
      case INTERNAL -> "internal";
    };
  }

  /**
   * The origin that a JSON word names.
   *
   * @throws IllegalArgumentException for any other word
   */
  public static Origin ofWord(String word) {
    for (Origin origin : values()) {
      if (origin.word().equals(word)) {
        return origin;
      }
    }
    throw new IllegalArgumentException("no origin is called '" + word + "'");
  }
}
