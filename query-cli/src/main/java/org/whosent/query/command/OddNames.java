package org.whosent.query.command;

import java.nio.file.Files;
import java.nio.file.Path;
import org.whosent.query.OperatorException;
import org.whosent.record.Printable;

/**
 * Names of files and users that cannot be written: what is not UTF-8 on the command line reaches a
 * Java program as U+FFFD, and a file or a user of another name would be made. Stateless.
 */
final class OddNames {
  private OddNames() {}

  /**
   * Refuses a name that is not the one that was typed.
   *
   * @throws OperatorException when it is none of an existing file and may have been another one
   */
  static void refuse(Path path) throws OperatorException {
    if (path.toString().indexOf('\ufffd') >= 0 && !Files.exists(path)) {
      throw new OperatorException(
          "%s: a name that is not UTF-8; take another one, or a link to it"
              .formatted(Printable.text(path.toString(), 300)));
    }
  }

  /** Where nothing was found: that this may not be what was typed. */
  static void explain(String command, String value) {
    if (value != null && value.indexOf('\ufffd') >= 0) {
      System.err.printf(
          "whosent %s: '%s' is not UTF-8, so it may not be what was meant; type it in a terminal"
              + " that writes UTF-8%n",
          command, Printable.text(value, 300));
    }
  }

  /**
   * Refuses a new user's name that is not the one that was typed.
   *
   * @throws OperatorException when it may have been another one
   */
  static void refuseUser(String name) throws OperatorException {
    if (name.indexOf('\ufffd') >= 0) {
      throw new OperatorException(
          "'%s': a name that is not UTF-8: nobody could log in by it"
              .formatted(Printable.text(name, 300)));
    }
  }
}
