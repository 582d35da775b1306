package org.whosent.indexer.log.sendmail;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.record.Addresses;

/**
 * Who is at the other end of a session, as Sendmail writes it after {@code relay=} ({@code
 * getauthinfo} in {@code daemon.c}): {@code [ident@][name ][address][ (may be forged)]} for a
 * connection, {@code account@localhost} for a command on the machine itself.
 *
 * <p>The ident part is the other side's word; Sendmail strips it of blanks, commas, brackets and
 * {@code =} ({@code cleanstrcpy}), so that it may be empty. Immutable.
 *
 * @param account the operating system account, or null for a connection
 * @param name the verified reverse name, or null
 * @param address the client's address, or null for a local command
 */
record SendmailRelay(String account, String name, String address) {
  private static final String IDENT = "(?:[^ ,=@\\[\\]()]{0,255}@)?";

  /** As a part of larger patterns; no groups. */
  static final String CONNECTION =
      IDENT
          + "(?:[A-Za-z0-9._-]{1,255} )?"
          + "\\[(?:IPv6:)?[0-9A-Fa-f.:]{2,45}\\](?: \\(may be forged\\))?";

  private static final Pattern PARTS =
      Pattern.compile(
          IDENT
              + "(?:([A-Za-z0-9._-]{1,255}) )?"
              + "\\[((?:IPv6:)?[0-9A-Fa-f.:]{2,45})\\]( \\(may be forged\\))?");

  private static final Pattern LOCAL = Pattern.compile("([^ ,=@\\[\\]()<>]{1,64})@localhost");

  /** The parts, or null when the text is no such thing. */
  static SendmailRelay of(String text) {
    Matcher local = LOCAL.matcher(text);
    if (local.matches()) {
      return new SendmailRelay(local.group(1), null, null);
    }
    Matcher matcher = PARTS.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    return new SendmailRelay(
        null,
        matcher.group(3) == null ? matcher.group(1) : null,
        Addresses.canonical(matcher.group(2)));
  }

  /** True for a connection from this machine to itself. */
  boolean isLoopback() {
    return Addresses.isLoopback(address);
  }
}
