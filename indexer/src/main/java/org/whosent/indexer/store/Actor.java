package org.whosent.indexer.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Who is at the keyboard, as far as the operating system tells. Immutable.
 *
 * @param osUser the user that the process runs as
 * @param sudoUser who called sudo, by sudo's own word; whoever may set environment variables as
 *     {@code osUser} may write anything there. Null without it
 * @param loginUid Linux's audit user ID: set at login, changed by neither su nor sudo. Null where
 *     there is none
 * @param host the machine's name; null when it is not told
 */
public record Actor(String osUser, String sudoUser, Long loginUid, String host) {
  /** The kernel's word for "not set". */
  private static final long UNSET = 0xFFFF_FFFFL;

  /** Of this process. */
  public static Actor current() {
    String sudo = System.getenv("SUDO_USER");
    return new Actor(
        System.getProperty("user.name"),
        sudo == null || sudo.isEmpty() ? null : sudo,
        loginUid(first(Path.of("/proc/self/loginuid"))),
        first(Path.of("/proc/sys/kernel/hostname")));
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
