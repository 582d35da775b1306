package org.whosent.indexer.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;

/**
 * Who is at the keyboard, as far as the operating system tells. Immutable.
 *
 * @param osUser the user that the process runs as
 * @param sudoUser who called sudo, by sudo's own word; whoever may set environment variables as
 *     {@code osUser} may write anything there. Null without it
 * @param loginUid Linux's audit user ID: set at login, changed by neither su nor sudo. Null where
 *     there is none
 * @param host the machine's name; null when it is not told
 * @param sudoUserDoubted true when the kernel says that somebody else than {@code sudoUser} logged
 *     in: then sudo did not set it, or su came before sudo
 */
public record Actor(
    String osUser, String sudoUser, Long loginUid, String host, boolean sudoUserDoubted) {
  /** The kernel's word for "not set". */
  private static final long UNSET = 0xFFFF_FFFFL;

  /** Of this process. */
  public static Actor current() {
    String variable = System.getenv("SUDO_USER");
    String sudo = variable == null || variable.isEmpty() ? null : variable;
    Long uid = loginUid(first(Path.of("/proc/self/loginuid")));
    return new Actor(
        System.getProperty("user.name"),
        sudo,
        uid,
        first(Path.of("/proc/sys/kernel/hostname")),
        isDoubted(sudo, uid));
  }

  /** The system is asked only where there is something to compare. */
  static boolean isDoubted(String sudoUser, Long loginUid) {
    if (sudoUser == null || loginUid == null) {
      return false;
    }
    try {
      UserPrincipalLookupService accounts =
          FileSystems.getDefault().getUserPrincipalLookupService();
      // The JDK takes a number for the account that has it.
      return !accounts
          .lookupPrincipalByName(sudoUser)
          .equals(accounts.lookupPrincipalByName(loginUid.toString()));
    } catch (UserPrincipalNotFoundException _) {
      return true; // nobody's name
    } catch (IOException | UnsupportedOperationException _) {
      return false; // not to be found out
    }
  }

  static Long loginUid(String text) {
    try {
      long uid = text == null ? UNSET : Long.parseLong(text);
      return uid == UNSET ? null : uid;
    } catch (NumberFormatException _) {
      return null;
    }
  }

  private static String first(Path file) {
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8).strip();
      return text.isEmpty() ? null : text;
    } catch (IOException _) {
      return null; // not Linux, or not shown to us
    }
  }
}
