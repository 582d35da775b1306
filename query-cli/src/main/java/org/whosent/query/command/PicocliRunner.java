package org.whosent.query.command;

import java.util.List;
import java.util.concurrent.Callable;
import org.whosent.query.ExitStatus;
import org.whosent.query.output.ResultWriter;
import org.whosent.query.output.SafeText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** Parses one command's arguments and runs it; wrong usage is one line and exit status 2. */
public final class PicocliRunner {
  private PicocliRunner() {}

  /** Picocli says what is missing before it says what is too much, which may be that, mistyped. */
  private static String reason(RuntimeException e, List<String> unmatched) {
    String much = unmatched.isEmpty() ? "" : unmatched.getFirst();
    if (much.startsWith("-")) {
      return "Unknown option: '" + SafeText.forTerminal(much) + "'";
    }
    if (e instanceof CommandLine.UnmatchedArgumentException) {
      return "'" + SafeText.forTerminal(much) + "' is too much: no option stands before it";
    }
    return SafeText.forTerminal(e.getMessage().lines().findFirst().orElse("wrong usage"))
        .replaceFirst(" \\(case-insensitive\\) but was '", ", found '")
        .replaceFirst("^Invalid value for positional parameter at index \\d+ \\([^)]*\\): ", "")
        // Java's names of types say nothing to an operator.
        .replaceFirst("' is not an? (?:int|long)$", "' is no number");
  }

  /** Runs the command. What it throws goes to the caller. */
  public static int run(Callable<Integer> command, String... arguments) throws Exception {
    CommandLine line = new CommandLine(command);
    String name = "whosent " + command.getClass().getAnnotation(Command.class).name();
    line.setCommandName(name);
    line.getCommandSpec().mixinStandardHelpOptions(false);
    line.getCommandSpec()
        .addOption(
            CommandLine.Model.OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help.")
                .build());
    line.setUnmatchedOptionsArePositionalParams(false);
    // '--recipient @example.org' is a domain, also where a file has that name.
    line.setExpandAtFiles(false);
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    line.setUsageHelpWidth(100);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    ParseResult parsed;
    try {
      parsed = line.parseArgs(arguments);
    } catch (RuntimeException e) {
      // Not named in the catch clause: the JVM would load Picocli's class to check this one, in
      // look-ups without Picocli too.
      if (!(e instanceof CommandLine.ParameterException)) {
        throw e;
      }
      System.err.println(
          name + ": " + reason(e, line.getUnmatchedArguments()) + "; see '" + name + " --help'");
      return ExitStatus.ERROR;
    }
    if (parsed.isUsageHelpRequested()) {
      try (ResultWriter out = ResultWriter.standardOutput()) {
        out.text(line.getUsageMessage());
      }
      return ExitStatus.DONE;
    }
    for (CommandLine.Model.CommandSpec mixin : line.getCommandSpec().mixins().values()) {
      if (mixin.userObject() instanceof AccessOption access) {
        access.typed(name.substring("whosent ".length()), List.of(arguments));
      }
    }
    return command.call();
  }
}
