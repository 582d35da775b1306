package org.whosent.query;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The training run for {@link StartCache}: what the tests' commands do most, once each and one
 * after the other in one JVM, on made-up mail in a directory of its own. What a command says of it
 * does not matter, only which classes that takes. It is packed alone, so it may use no other class
 * of the tests.
 */
final class StartTraining {
  private static final String ID = "4jY9Sc3VmzzbyS5";

  private StartTraining() {}

  /** With the name of a kind, and an empty directory. */
  public static void main(String[] arguments) throws Exception {
    Path top = Path.of(arguments[1]);
    String data = top.resolve("data").toString();
    Path log =
        Files.writeString(
            top.resolve("mail.log"),
            """
            2026-11-23T15:52:48.100000+00:00 mail postfix/smtpd[9]: %1$s: \
            client=c.example[198.51.100.130], sasl_method=PLAIN, sasl_username=frank@example.com
            2026-11-23T15:52:48.200000+00:00 mail postfix/cleanup[10]: %1$s: \
            message-id=<a@b.example>
            """
                .formatted(ID));
    Path message =
        Files.writeString(
            top.resolve("message.eml"),
            """
            Received: from c.example by mail.example.com (Postfix) with ESMTPSA id %s;
             Mon, 23 Nov 2026 15:52:48 +0000 (UTC)
            Message-ID: <a@b.example>
            Subject: x

            y
            """
                .formatted(ID));
    String index = "index --data " + data + " --host mail.example.com " + log;
    Path users = Files.writeString(top.resolve("users"), "alice:{PLAIN}secret\n");
    List<String> lines =
        switch (arguments[0]) {
          case "LONG" -> List.of(index, index, "index --data " + data + " none", "demo");
          case "SHORT" ->
              List.of(
                  index,
                  "trace --data DATA " + ID,
                  "trace --data DATA --output json " + message,
                  "trace --data none " + ID,
                  "search --data DATA --user frank@example.com",
                  "search --data DATA --since 7d --output json",
                  "search --data none --user x",
                  "export --data DATA",
                  "export --data DATA --output json --to " + top.resolve("export.json"),
                  "user-report --data DATA --user frank@example.com",
                  "user list --users " + users,
                  "user suspend --users " + users + " alice",
                  "user resume --users " + users + " nobody",
                  "access-log --data DATA",
                  "hold add --data DATA --name h --user frank@example.com",
                  "hold list --data DATA",
                  "purge --data DATA --retention 8d --dry-run",
                  "purge --data DATA --retention 36500d",
                  "seal --data DATA",
                  "verify --data DATA",
                  "status --data DATA",
                  "status --data DATA --output json",
                  "hold release --data DATA --name h",
                  "erase --data DATA --user frank@example.com",
                  "rebuild --data DATA",
                  "doctor 127.0.0.1 --smtp-port 1 --submission-port 1 --submissions-port 1",
                  "search --no-such-option",
                  "no-such-command",
                  "help",
                  "trace --help");
          default -> throw new IllegalArgumentException(arguments[0]);
        };
    for (String line : lines) {
      System.err.println(line);
      Whosent.run(line.replace("DATA", data).split(" "));
    }
    // Threads of libraries must not keep it alive.
    Runtime.getRuntime().exit(0);
  }
}
