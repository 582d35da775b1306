package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.query.Program;

/**
 * On a machine whose language has digits of its own, numbers are written as they are read again.
 */
class ForeignLocaleTest {
  @TempDir Path directory;

  /** Its standard error, and its standard output behind it. */
  private String persian(Object... arguments) throws Exception {
    ProcessBuilder command = Program.command(arguments);
    command.command().addAll(1, List.of("-Duser.language=fa", "-Duser.country=IR"));
    Path out = directory.resolve("out.txt");
    Process process = command.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    process.getOutputStream().close();
    int status = process.waitFor();
    String said = Files.readString(out);
    assertEquals(0, status, said);
    return said;
  }

  @Test
  void digitsAreAscii() throws Exception {
    Path data = directory.resolve("data");
    Path log =
        Files.writeString(
            directory.resolve("mail.log"),
            """
            2026-11-23T15:52:48.100000+00:00 mail postfix/smtpd[9]: 4jY9Sc3VmzzbyS5: \
            client=c.example[198.51.100.130], sasl_method=PLAIN, sasl_username=frank@example.com
            """);
    String indexed = persian("index", "--data", data, "--host", "mail.example.com", log);
    assertTrue(indexed.contains("postfix, 1 line read, 1 record made"), indexed);
    persian("key", "rotate", "--data", data);
    try (Stream<Path> keys = Files.list(data.resolve("keys"))) {
      for (Path key : keys.filter(file -> file.toString().endsWith(".key")).toList()) {
        String text = Files.readString(key);
        assertTrue(text.contains("\nnode: 0\n"), text);
      }
    }
    String listed = persian("key", "list", "--data", data);
    assertTrue(listed.startsWith("node 0  in force from "), listed);
  }
}
