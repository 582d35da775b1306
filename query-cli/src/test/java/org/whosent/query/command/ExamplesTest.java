package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.whosent.query.Program;
import picocli.CommandLine;

/**
 * Each command's help ends with examples, which the command takes; nothing in them is carried out.
 */
class ExamplesTest {
  private static final int COLUMNS = 80;

  private static final List<Callable<Integer>> COMMANDS =
      List.of(
          new AccessLogCommand(),
          new AutoconfigCommand(),
          new DemoCommand(),
          new DoctorCommand(),
          new EraseCommand(),
          new ExportCommand(),
          new HoldCommand(),
          new IndexCommand(),
          new KeyCommand(),
          new MsaCommand(),
          new PurgeCommand(),
          new RebuildCommand(),
          new SealCommand(),
          new SearchCommand(),
          new StatusCommand(),
          new SubmitCommand(),
          new TraceCommand(),
          new UserCommand(),
          new UserReportCommand(),
          new VerifyCommand());

  private static List<String> examples(String help) {
    assertTrue(
        Pattern.compile("\n\nExamples?:\n(?:  whosent .+\n){1,3}$").matcher(help).find(), help);
    return help.lines().filter(line -> line.startsWith("  whosent ")).toList();
  }

  @Test
  void everyCommandTakesItsExamples() {
    for (Callable<Integer> command : COMMANDS) {
      CommandLine line = new CommandLine(command);
      for (String example : examples(line.setUsageHelpWidth(100).getUsageMessage())) {
        assertTrue(example.length() <= COLUMNS, example);
        List<String> words = List.of(example.strip().split(" "));
        assertEquals(line.getCommandName(), words.get(1), example);
        String[] rest = words.subList(2, words.size()).toArray(String[]::new);
        assertDoesNotThrow(() -> line.parseArgs(rest), example);
      }
    }
  }

  @Test
  void noCommandIsWithoutExamples() throws Exception {
    List<String> all =
        Pattern.compile("(?m)^  ([a-z][a-z-]*) ")
            .matcher(Program.run("--help").out())
            .results()
            .map(match -> match.group(1))
            .filter(name -> !name.equals("warm-up"))
            .sorted()
            .toList();
    assertEquals(
        COMMANDS.stream().map(command -> new CommandLine(command).getCommandName()).toList(), all);
    assertEquals(
        List.of("  whosent warm-up", "  whosent warm-up index"),
        examples(Program.run("warm-up", "--help").out()));
  }
}
