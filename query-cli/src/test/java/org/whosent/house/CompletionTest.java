package org.whosent.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.formats.LogSources;
import org.whosent.query.Program;

/** What bash offers behind {@code whosent} is what the commands take, no less and no more. */
class CompletionTest {
  private static final Path SCRIPT =
      Path.of(System.getProperty("whosent.root")).resolve("packaging/completion.bash");

  private static final Pattern COMMAND = Pattern.compile("(?m)^  ([a-z][a-z-]*) ");
  private static final Pattern OPTION = Pattern.compile("(?m)^ {2,6}(?:-., )?(--[a-z0-9-]+)");

  /** Options that take one of a few words, which are all that its help has in small letters. */
  private static final Pattern CHOICE = Pattern.compile("(--[a-z-]+)=([a-z|]+)(?=[\\]\\s])");

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1)).toList();
  }

  /** What is offered for the last of these words, sorted; with bash's own rules for words. */
  private static List<String> offered(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "--norc", "-uc"));
    command.add(
        """
        . "$0"
        complete -p whosent >/dev/null || exit 3
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _whosent
        [ ${#COMPREPLY[@]} = 0 ] || printf '%s\\n' "${COMPREPLY[@]}"
        """);
    command.add(SCRIPT.toString());
    command.add("whosent");
    Collections.addAll(command, words);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), out);
    return out.lines().sorted().toList();
  }

  @Test
  void everyCommandAndEveryOptionOfIt() throws Exception {
    List<String> commands = found(COMMAND, Program.run("--help").out());
    assertTrue(commands.size() > 15, commands.toString());
    TreeSet<String> first = new TreeSet<>(commands);
    first.addAll(List.of("help", "--help", "--version"));
    assertEquals(List.copyOf(first), offered(""));
    for (String command : commands) {
      String help = Program.run(command, "--help").out();
      TreeSet<String> options = new TreeSet<>(found(OPTION, help));
      options.add("--help");
      assertEquals(List.copyOf(options), offered(command, "--"), command);
      CHOICE
          .matcher(help)
          .results()
          .forEach(
              choice -> {
                List<String> values =
                    List.of(choice.group(2).split("\\|")).stream().sorted().toList();
                try {
                  assertEquals(values, offered(command, choice.group(1), ""), command);
                  assertEquals(values, offered(command, choice.group(1), "="), command);
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
    }
  }

  @Test
  void wordsBehindACommand() throws Exception {
    for (String command : List.of("hold", "key", "user")) {
      String help = Program.run(command, "--help").out();
      String words = found(Pattern.compile("(?m)^ +([a-z]+(?:\\|[a-z]+)+)\\s*$"), help).getLast();
      assertEquals(List.of(words.split("\\|")).stream().sorted().toList(), offered(command, ""));
      assertEquals(List.of(), offered(command, "--data", ""), "names of files");
    }
    assertEquals(List.of("index", "msa"), offered("warm-up", ""));
    assertEquals(List.of("trace"), offered("help", "tr"));
    assertEquals(List.of(), offered("trace", ""), "names of files");
    assertEquals(List.of(), offered("no-such-command", ""));
  }

  @Test
  void whatIsBegunIsCompleted() throws Exception {
    assertEquals(List.of("user", "user-report"), offered("us"));
    assertEquals(List.of("--undelivered", "--until"), offered("search", "--un"));
    assertEquals(List.of("json"), offered("trace", "--output", "=", "js"));
    List<String> formats = new ArrayList<>(LogSources.ALL.stream().map(LogSource::name).toList());
    formats.add("auto");
    assertEquals(formats.stream().sorted().toList(), offered("index", "--format", ""));
  }
}
