package org.whosent.query.command;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.whosent.msa.auth.User;
import org.whosent.msa.auth.UserFile;
import org.whosent.query.ExitStatus;
import org.whosent.query.OperatorException;
import org.whosent.query.output.ResultWriter;
import org.whosent.query.output.SafeText;
import org.whosent.record.ClueType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code whosent user}: the MSA's file of users. */
@Command(
    name = "user",
    description = "Change the user file of the submission server, which notices changes by itself.",
    footer = {
      "",
      "add and passwd read the password from the first line of standard input, or ask for it on a",
      "terminal, and store a SCRAM verifier beside the hash. set takes key=value, or key= to"
          + " remove",
      "a key: from (addresses, @domains or * that the user may send as, joined by commas),"
          + " maxPerHour,",
      "maxPerDay, maxRecipientsPerHour, maxRecipientsPerDay, maxMessageBytes. list prints one name"
          + " a",
      "line, then, separated by tabs, suspended, no-password and what was set.",
      "Exit status: 0 done, 1 list found nobody, 2 an error.",
      "",
      "Examples:",
      "  whosent user add --users users.passwd alice@example.org",
      "  whosent user set --users users.passwd alice@example.org maxPerHour=50",
      "  whosent user suspend --users users.passwd alice@example.org"
    })
public final class UserCommand implements Callable<Integer> {
  enum Action {
    add,
    passwd,
    set,
    list,
    suspend,
    resume
  }

  private static final int MAX_PASSWORD = 4096;

  @Parameters(index = "0", paramLabel = "add|passwd|set|list|suspend|resume")
  private Action action;

  @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "The login.")
  private String name;

  @Parameters(
      index = "2..*",
      paramLabel = "KEY=VALUE",
      description = "With set: the settings of this user.")
  private List<String> settings = List.of();

  @Option(
      names = "--no-password",
      description = "With add: a user who can log in only by a token or another user store.")
  private boolean noPassword;

  @Option(
      names = "--users",
      required = true,
      paramLabel = "FILE",
      description =
          "The user file: name:hash[:key=value ...], one a line. add creates it if absent.")
  private Path file;

  @Override
  public Integer call() throws Exception {
    OddNames.refuse(file);
    UserFile users = new UserFile(file);
    if (action == Action.list) {
      return list(users);
    }
    if (name == null) {
      throw new OperatorException("user " + action + ": name the user");
    }
    if ((action == Action.set) == settings.isEmpty()) {
      throw new OperatorException(
          action == Action.set
              ? "user set: say what, e.g. maxPerHour=100"
              : "user " + action + ": key=value goes with 'set' only");
    }
    switch (action) {
      case add -> {
        OddNames.refuseUser(name);
        if (noPassword) {
          users.add(name, null);
        } else {
          withPassword(password -> users.add(name, password));
        }
      }
      case passwd -> withPassword(password -> users.setPassword(name, password));
      case set -> users.set(name, changes());
      case suspend -> users.suspend(name);
      case resume -> users.resume(name);
      case list -> throw new AssertionError("handled above");
    }
    return ExitStatus.DONE;
  }

  private int list(UserFile users) throws IOException {
    int found = 0;
    try (ResultWriter out = ResultWriter.standardOutput()) {
      for (User user : users.list()) {
        if (name == null || ClueType.USER.fold(user.name()).equals(ClueType.USER.fold(name))) {
          found++;
          StringBuilder line = new StringBuilder(SafeText.forTerminal(user.name()));
          line.append(user.suspended() ? "\tsuspended" : "");
          line.append(user.hasPassword() ? "" : "\tno-password");
          user.visibleSettings().forEach(s -> line.append('\t').append(SafeText.forTerminal(s)));
          out.line(line.toString());
        }
      }
    }
    return found == 0 ? ExitStatus.NOT_FOUND : ExitStatus.DONE;
  }

  private Map<String, String> changes() throws OperatorException {
    Map<String, String> changes = new LinkedHashMap<>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new OperatorException(
            "user set: expected key=value, found '" + SafeText.forTerminal(setting) + "'");
      }
      String value = setting.substring(equals + 1);
      if (setting.chars().anyMatch(Character::isWhitespace)) {
        throw new OperatorException(
            "user set: a setting has no blank in it, found '%s'; several senders are joined by commas"
                .formatted(SafeText.forTerminal(setting)));
      }
      changes.put(setting.substring(0, equals), value.isEmpty() ? null : value);
    }
    return changes;
  }

  private interface PasswordUse {
    /** False when SCRAM cannot carry the password. */
    boolean with(char[] password) throws IOException;
  }

  private static void withPassword(PasswordUse use) throws IOException, OperatorException {
    char[] password = readPassword();
    try {
      if (!use.with(password)) {
        System.err.println(
            "whosent: this password has characters that SCRAM forbids; it works with PLAIN and"
                + " LOGIN");
      }
    } finally {
      Arrays.fill(password, '\0');
    }
  }

  private static char[] readPassword() throws IOException, OperatorException {
    Console console = System.console();
    if (console != null && console.isTerminal()) {
      char[] first = console.readPassword("Password: ");
      char[] second = console.readPassword("Again: ");
      if (first == null || !Arrays.equals(first, second)) {
        throw new OperatorException("the two passwords differ; nothing was changed");
      }
      return first;
    }
    byte[] bytes = new byte[MAX_PASSWORD];
    int length = 0;
    InputStream in = System.in;
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      if (length == bytes.length) {
        throw new OperatorException(
            "the password on standard input is longer than " + MAX_PASSWORD + " bytes");
      }
      bytes[length++] = (byte) b;
    }
    if (length > 0 && bytes[length - 1] == '\r') {
      length--;
    }
    if (length == 0) {
      throw new OperatorException("no password came on standard input");
    }
    try {
      CharBuffer chars =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
      char[] password = new char[chars.remaining()];
      chars.get(password);
      return password;
    } catch (CharacterCodingException e) {
      throw new OperatorException("the password on standard input is not UTF-8", e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
