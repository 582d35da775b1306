package org.whosent.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.whosent.query.Program;

/** The manual page lists the commands that there are, in the words and the order of the help. */
class ManPageTest {
  private static final Pattern IN_HELP = Pattern.compile("(?m)^  ([a-z][a-z-]*) +(.+)$");
  private static final Pattern IN_PAGE = Pattern.compile("(?m)^\\.TP.*\n\\.B (.+)\n(.+)$");

  private static List<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(match -> match.group(1) + ": " + match.group(2))
        .toList();
  }

  @Test
  void itsCommandsAreThoseOfTheHelp() throws Exception {
    Path root = Path.of(System.getProperty("whosent.root"));
    String page = Files.readString(root.resolve("packaging/whosent.1")).replace("\\-", "-");
    String commands = page.substring(page.indexOf(".SH COMMANDS"), page.indexOf(".SH EXIT"));
    List<String> expected = found(IN_HELP, Program.run("--help").out());
    assertTrue(expected.size() > 15, expected.toString());
    assertEquals(expected, found(IN_PAGE, commands));
  }
}
