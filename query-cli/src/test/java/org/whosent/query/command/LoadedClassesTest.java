package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.query.Program;

/**
 * From which jars a look-up loads classes: from none that is signed. To check a signature takes
 * several times as long as the rest of a look-up, and the start-up cache keeps none of its classes.
 */
class LoadedClassesTest {
  private static final Pattern JAR = Pattern.compile("source: (file:[^\n]{1,1000}[.]jar)");

  @TempDir Path directory;

  @Test
  void noneOfASignedJarForAnIdOrAMessage() throws Exception {
    Path log = directory.resolve("mail.log");
    Files.writeString(
        log,
        """
        2026-11-23T15:52:48.100000+00:00 mail postfix/smtpd[9]: 4jY9Sc3VmzzbyS5: \
        client=c.example[198.51.100.130], sasl_method=PLAIN, sasl_username=frank@example.com
        2026-11-23T15:52:48.200000+00:00 mail postfix/cleanup[10]: 4jY9Sc3VmzzbyS5: \
        message-id=<a@b.example>
        """);
    Path data = directory.resolve("data");
    Program.Result indexed =
        Program.run("index", "--data", data, "--host", "mail.example.com", log);
    assertEquals(0, indexed.status(), indexed.err());
    Path message = directory.resolve("message.eml");
    Files.writeString(
        message,
        """
        Received: from c.example by mail.example.com (Postfix) with ESMTPSA id 4jY9Sc3VmzzbyS5;
         Mon, 23 Nov 2026 15:52:48 +0000 (UTC)
        Message-ID: <a@b.example>
        Subject: x

        y
        """);
    for (Object asked : List.of("4jY9Sc3VmzzbyS5", message)) {
      Path loaded = directory.resolve("loaded.txt");
      ProcessBuilder command = Program.command("trace", "--data", data, asked);
      // From the jars, not from a cache of them; and behind what turns other logging off.
      command.command().removeIf(argument -> argument.startsWith("-XX:AOTCache"));
      command
          .command()
          .add(
              command.command().indexOf("-cp"),
              "-Xlog:class+load:file=" + loaded + ":none:filecount=0");
      Process process =
          command
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("out.txt").toFile())
              .start();
      process.getOutputStream().close();
      int status = process.waitFor();
      assertTrue(status < 2, Files.readString(directory.resolve("out.txt")));
      Set<String> jars =
          JAR.matcher(Files.readString(loaded))
              .results()
              .map(found -> found.group(1))
              .collect(Collectors.toSet());
      assertTrue(jars.size() > 1, "loaded from " + jars);
      for (String jar : jars) {
        assertTrue(!isSigned(Path.of(URI.create(jar))), () -> asked + " loads from " + jar);
      }
    }
  }

  private static boolean isSigned(Path jar) throws Exception {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().anyMatch(entry -> entry.getName().matches("META-INF/[^/]{1,99}[.]SF"));
    }
  }
}
