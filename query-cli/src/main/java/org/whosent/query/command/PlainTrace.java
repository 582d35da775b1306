package org.whosent.query.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the plainest command lines of {@code whosent trace} without Picocli, which costs a cold
 * look-up more than all the rest (its class files are of a format that no class-data archive
 * takes).
 *
 * <p>It takes only what it understands wholly: {@code --data}, {@code --output} and {@code --case},
 * each at most once and with a value of its own, and inputs that begin with neither {@code -} (but
 * for {@code -} itself) nor {@code @}. Everything else, and everything that is wrong, is Picocli's,
 * so that there is one set of rules and one set of messages; a test holds the two to each other.
 * Stateless.
 */
public final class PlainTrace {
  private PlainTrace() {}

  /** The command, ready to be called; null when it is for Picocli to read. */
  public static TraceCommand read(String... arguments) {
    Path data = null;
    TraceCommand.Output output = null;
    String caseNumber = null;
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      switch (argument) {
        case "--data", "--output", "--case" -> {
          i++;
          String value = i < arguments.length ? arguments[i] : "";
          if (!isPlain(value)) {
            return null;
          }
          switch (argument) {
            case "--data" -> {
              if (data != null || value.indexOf('\0') >= 0) {
                return null;
              }
              data = Path.of(value);
            }
            case "--output" -> {
              if (output != null) {
                return null;
              }
              output = output(value);
              if (output == null) {
                return null;
              }
            }
            default -> {
              if (caseNumber != null) {
                return null;
              }
              caseNumber = value;
            }
          }
        }
        default -> {
          if (!argument.equals("-") && !isPlain(argument)) {
            return null;
          }
          inputs.add(argument);
        }
      }
    }
    return inputs.isEmpty()
        ? null
        : new TraceCommand(
            new DataOption(data),
            new AccessOption(caseNumber, Arrays.asList(arguments)),
            output == null ? TraceCommand.Output.text : output,
            inputs);
  }

  /** Nothing that Picocli might take for an option, a file of arguments or a quoted text. */
  private static boolean isPlain(String value) {
    if (value.isEmpty()) {
      return false;
    }
    char first = value.charAt(0);
    return first != '-' && first != '@' && first != '"' && first != '\'';
  }

  private static TraceCommand.Output output(String value) {
    return switch (value) {
      case "text" -> TraceCommand.Output.text;
      case "json" -> TraceCommand.Output.json;
      case "csv" -> TraceCommand.Output.csv;
      default -> null;
    };
  }
}
