package org.whosent.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Runs the real program in a process of its own, as a script would. */
public final class Program {
  private static final long LIMIT_SECONDS = 120;

  /** The commands that the launcher starts with other flags. */
  private static final Set<String> RUN_LONG = Set.of("index", "msa", "demo");

  private Program() {}

  /**
   * What came of it.
   *
   * @param status the exit status
   * @param out standard output
   * @param err standard error
   */
  public record Result(int status, String out, String err) {
    /** Standard output by line. */
    public List<String> lines() {
      return out.lines().toList();
    }
  }

  /** Runs {@code whosent} with these arguments and nothing on standard input. */
  public static Result run(Object... arguments) throws IOException, InterruptedException {
    return runWithInput(new byte[0], arguments);
  }

  /** The same with something on standard input. */
  public static Result runWithInput(byte[] input, Object... arguments)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("whosent-out", ".txt");
    Path err = Files.createTempFile("whosent-err", ".txt");
    try {
      Process process =
          command(arguments).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      try (OutputStream standardInput = process.getOutputStream()) {
        standardInput.write(input);
      } catch (IOException e) {
        // It may end without having read all of it.
      }
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "still running after " + LIMIT_SECONDS + " s: " + List.of(arguments));
      }
      return new Result(
          process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    } finally {
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }

  /** The process to be started, for tests that hold its pipes themselves. */
  public static ProcessBuilder command(Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            // As the launcher has it, and why: it ends before compiling has paid.
            "-XX:CompileThresholdScaling=10",
            "--enable-native-access=ALL-UNNAMED"));
    StartCache.Kind kind = StartCache.Kind.LONG;
    if (arguments.length == 0 || !RUN_LONG.contains(arguments[0].toString())) {
      // As the launcher has it too; it is a third of a look-up.
      command.add("-Djdk.util.jar.enableMultiRelease=false");
      kind = StartCache.Kind.SHORT;
    }
    command.addAll(StartCache.arguments(kind, List.copyOf(command)));
    command.add("org.whosent.query.Whosent");
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("WHOSENT_DATA");
    // As the launcher does.
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder;
  }
}
