package org.whosent.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.whosent.msa.MsaConfiguration;
import org.whosent.query.Program;
import org.whosent.query.trace.Verdict;

/** What the README shows must work: its configuration, its commands, its verdicts, its map. */
class ReadmeTest {
  private static final Path ROOT = Path.of(System.getProperty("whosent.root"));

  private static String readme() throws Exception {
    return Files.readString(ROOT.resolve("README.md"));
  }

  private static List<String> found(String pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = Pattern.compile(pattern, Pattern.MULTILINE | Pattern.DOTALL).matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  @Test
  void theConfigurationIsTaken() throws Exception {
    List<String> blocks = found("^```yaml\n(.*?)^```", readme());
    assertFalse(blocks.isEmpty());
    for (String block : blocks) {
      MsaConfiguration.parse(ROOT.resolve("msa.yaml"), block);
    }
  }

  @Test
  void theCommandsExist() throws Exception {
    String help = Program.run("--help").out();
    Set<String> commands = new TreeSet<>(found("\\./whosent ([a-z][a-z-]*)", readme()));
    assertTrue(commands.size() > 5, commands.toString());
    for (String command : commands) {
      assertTrue(help.contains("\n  " + command + " "), command);
    }
    for (String command : found("^  ([a-z][a-z-]*) ", help)) {
      Program.Result result = Program.run(command, "--help");
      assertEquals(0, result.status(), command);
      assertTrue(result.out().startsWith("Usage: whosent " + command), result.out());
    }
    assertEquals(
        Program.run("trace", "--help").out(), Program.run("help", "trace").out(), "as git has it");
    assertEquals(2, Program.run("help", "no-such-command").status());
  }

  @Test
  void theVerdictsAreThoseOfTheCode() throws Exception {
    List<String> inReadme = found("^\\| `([a-z-]+)` \\|", readme());
    assertEquals(
        Stream.of(Verdict.values()).map(Verdict::word).sorted().toList(),
        inReadme.stream().sorted().toList());
  }

  @Test
  void theMapNamesEveryModule() throws Exception {
    List<String> modules =
        found("<module>([a-z-]+)</module>", Files.readString(ROOT.resolve("pom.xml")));
    for (String module : modules) {
      assertTrue(readme().contains("| `" + module + "/` |"), module);
    }
  }
}
