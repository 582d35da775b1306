package org.whosent.msa.hop;

/**
 * What the next hop is told with RCPT. Immutable; checked by its grammar before.
 *
 * @param address without angle brackets
 * @param dsn NOTIFY and ORCPT as they are to be said, or empty
 */
public record ForwardPath(String address, String dsn) {
  /** With no parameters. */
  public static ForwardPath of(String address) {
    return new ForwardPath(address, "");
  }
}
