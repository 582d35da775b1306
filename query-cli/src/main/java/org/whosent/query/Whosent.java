package org.whosent.query;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.whosent.query.command.AccessLogCommand;
import org.whosent.query.command.AutoconfigCommand;
import org.whosent.query.command.DemoCommand;
import org.whosent.query.command.DoctorCommand;
import org.whosent.query.command.EraseCommand;
import org.whosent.query.command.ExportCommand;
import org.whosent.query.command.HoldCommand;
import org.whosent.query.command.IndexCommand;
import org.whosent.query.command.IndexWarmUp;
import org.whosent.query.command.KeyCommand;
import org.whosent.query.command.MsaCommand;
import org.whosent.query.command.PicocliRunner;
import org.whosent.query.command.PlainTrace;
import org.whosent.query.command.PurgeCommand;
import org.whosent.query.command.RebuildCommand;
import org.whosent.query.command.SealCommand;
import org.whosent.query.command.SearchCommand;
import org.whosent.query.command.ServerWarmUp;
import org.whosent.query.command.StatusCommand;
import org.whosent.query.command.SubmitCommand;
import org.whosent.query.command.TraceCommand;
import org.whosent.query.command.UserCommand;
import org.whosent.query.command.UserReportCommand;
import org.whosent.query.command.VerifyCommand;
import org.whosent.query.command.WarmUpCommand;
import org.whosent.query.command.WarmUpStore;
import org.whosent.query.output.ClosedPipeException;
import org.whosent.query.output.ResultWriter;
import org.whosent.query.output.SafeText;
import org.whosent.record.IoReason;
import org.whosent.record.settings.SettingsException;

/**
 * The {@code whosent} command: picks one command and turns whatever comes of it into an exit
 * status.
 *
 * <p>Only the command that was asked for is loaded and reflected upon; a look-up from a cold start
 * is what people wait for.
 */
public final class Whosent {
  private record Entry(String name, String summary, Supplier<Callable<Integer>> command) {}

  /** Of zstd-jni, as its errors call it. */
  private static final String NATIVE_LIBRARY = "libzstd-jni";

  private Whosent() {}

  public static void main(String[] arguments) {
    // Numbers in ASCII digits, wherever it is started: many of them are read again, from files'
    // names
    // and from files. The launcher's locale has them too; Persian and Arabic ones have others.
    Locale.setDefault(Locale.ROOT);
    // Standard error in UTF-8 and unbuffered by line, whatever the locale says.
    System.setErr(
        new PrintStream(
            new java.io.FileOutputStream(java.io.FileDescriptor.err),
            true,
            StandardCharsets.UTF_8));
    int status = run(arguments);
    System.err.flush();
    // Threads of libraries must not keep a finished command alive. Runtime.exit would look for a
    // logger first, which takes as long as a look-up; nothing waits for an orderly end where the
    // native library, which is else unpacked and deleted at the end, has a file of its own.
    if (System.getProperty("ZstdNativePath") == null) {
      Runtime.getRuntime().exit(status);
    }
    Runtime.getRuntime().halt(status);
  }

  /** Runs one command; never throws. */
  public static int run(String... arguments) {
    String name = arguments.length == 0 ? "" : arguments[0];
    try {
      switch (name) {
        case "" -> {
          System.err.print(Commands.help());
          return ExitStatus.ERROR;
        }
        case "-h", "--help", "help" -> {
          return arguments.length > 1 && name.equals("help")
              ? run(arguments[1], "--help")
              : print(Commands.help());
        }
        case "-V", "--version" -> {
          return print("whosent " + version() + "\n");
        }
        case "warm-up" -> {
          if (arguments.length == 2
              && (arguments[1].equals("--help") || arguments[1].equals("-h"))) {
            return print(
                """
                Usage: whosent warm-up [index|msa]
                Make a start-up cache, so that the JVM need not learn the program anew each time: for
                look-ups by the installed command (as root), with 'index' for reading logs, or with
                'msa' for the submission server.

                Exit status: 0 done, 2 an error.

                Examples:
                  whosent warm-up
                  whosent warm-up index
                """);
          }
          if (arguments.length == 2 && arguments[1].equals("msa")) {
            return new ServerWarmUp().call();
          }
          if (arguments.length == 2 && arguments[1].equals("index")) {
            return new IndexWarmUp(Whosent::run).call();
          }
          if (arguments.length < 3 || arguments.length > 4) {
            throw new OperatorException(
                "the launcher calls this; people call 'warm-up index' or 'warm-up msa'");
          }
          Path data = Path.of(arguments[2]);
          if (arguments[1].equals("store")) {
            return new WarmUpStore(data).call();
          }
          Path library = arguments.length > 3 ? Path.of(arguments[3]) : null;
          return new WarmUpCommand(Whosent::run, data, library).call();
        }
        default -> {
          String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
          Callable<Integer> plain = name.equals("trace") ? PlainTrace.read(rest) : null;
          if (plain != null) {
            return plain.call();
          }
          for (Entry entry : Commands.ALL) {
            if (entry.name.equals(name)) {
              return PicocliRunner.run(entry.command.get(), rest);
            }
          }
        }
      }
      System.err.println(
          name.startsWith("-")
              ? "whosent: '%s' stands before the command; write it behind: whosent COMMAND %1$s"
                  .formatted(SafeText.forTerminal(name))
              : "whosent: there is no command '%s'; see 'whosent --help'"
                  .formatted(SafeText.forTerminal(name)));
      return ExitStatus.ERROR;
    } catch (ClosedPipeException e) {
      return ExitStatus.DONE;
    } catch (OperatorException e) {
      return say(name, e.getMessage());
    } catch (SettingsException e) {
      e.lines().forEach(line -> say(name, line));
      return ExitStatus.ERROR;
    } catch (NoSuchFileException e) {
      return say(name, e.getFile() + ": no such file or directory");
    } catch (IOException e) {
      return say(name, IoReason.withFile(e));
    } catch (UncheckedIOException e) {
      // Without words of its own it has its cause's class and message.
      boolean wordless = e.getCause().toString().equals(e.getMessage());
      return say(name, wordless ? IoReason.withFile(e.getCause()) : e.getMessage());
    } catch (OutOfMemoryError e) {
      // Else the JVM's status would be 1, which says that nothing was found.
      return say(name, "there is not enough memory: " + e.getMessage());
    } catch (ExceptionInInitializerError | UnsatisfiedLinkError e) {
      String why = String.valueOf(e.getMessage());
      return why.contains(NATIVE_LIBRARY)
          ? say(
              name,
              why
                  + ": it is unpacked into java.io.tmpdir, which must be writable and not noexec;"
                  + " or run 'whosent warm-up', which unpacks it beside the program")
          : bug(name, e);
    } catch (Exception | LinkageError | StackOverflowError e) {
      return bug(name, e);
    }
  }

  /** Ours, not theirs: loudly, with all there is to find it. */
  private static int bug(String command, Throwable e) {
    System.err.println("whosent " + command + ": this is a bug in whosent, please report it:");
    e.printStackTrace();
    return ExitStatus.ERROR;
  }

  private static int say(String command, String line) {
    System.err.println("whosent " + command + ": " + SafeText.forTerminal(line));
    return ExitStatus.ERROR;
  }

  private static String version() {
    String version = Whosent.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  /** As results are written: what cannot be is an error, but for a closed pipe. */
  private static int print(String text) {
    try (ResultWriter out = ResultWriter.standardOutput()) {
      out.text(text);
    }
    return ExitStatus.DONE;
  }

  /** A class of its own, so that the plainest trace does not load it. */
  private static final class Commands {
    /** All commands, in the order in which the help lists them. */
    static final List<Entry> ALL =
        List.of(
            new Entry(
                "demo", "Submit, index and trace a complaint, all on loopback", DemoCommand::new),
            new Entry(
                "trace", "Name the user who sent a message, with the evidence", TraceCommand::new),
            new Entry(
                "search",
                "List records by user, client, sender, recipient, ID, time",
                SearchCommand::new),
            new Entry(
                "export", "Write all matching records as CSV or JSON lines", ExportCommand::new),
            new Entry(
                "user-report",
                "Show what an account did: volume, clients, new networks, recipients",
                UserReportCommand::new),
            new Entry("index", "Read journals and mail logs into the index", IndexCommand::new),
            new Entry("msa", "Run the submission server", MsaCommand::new),
            new Entry(
                "user", "Add, change, list, suspend and resume users of the MSA", UserCommand::new),
            new Entry("submit", "Submit a message, as a mail program should", SubmitCommand::new),
            new Entry(
                "doctor", "Check a live submission server against RFC 5068", DoctorCommand::new),
            new Entry(
                "autoconfig",
                "Print the settings by which mail programs find the server",
                AutoconfigCommand::new),
            new Entry("key", "List or rotate the keys for transaction IDs", KeyCommand::new),
            new Entry("purge", "Delete what is older than the retention", PurgeCommand::new),
            new Entry(
                "seal", "Pack the days that are over: smaller, faster look-ups", SealCommand::new),
            new Entry(
                "hold",
                "Keep records from being deleted, e.g. on a court's order",
                HoldCommand::new),
            new Entry("erase", "Delete the records of one user", EraseCommand::new),
            new Entry(
                "access-log", "List who looked at what, and for which case", AccessLogCommand::new),
            new Entry("status", "Show what the index holds, covers and lacks", StatusCommand::new),
            new Entry("verify", "Read and check the whole index", VerifyCommand::new),
            new Entry("rebuild", "Rebuild a day's index from its records", RebuildCommand::new));

    static String help() {
      StringBuilder help = new StringBuilder();
      help.append("whosent: which authenticated user sent this message?\n\n");
      help.append("Usage: whosent COMMAND [OPTION]... [ARGUMENT]...\n\n");
      for (Entry entry : ALL) {
        line(help, entry.name, entry.summary);
      }
      line(help, "warm-up", "Make a start-up cache for look-ups, index or the MSA");
      help.append("\n'whosent COMMAND --help' describes each command.\n");
      help.append("Exit status: 0 identified, found or done; 1 not identified or nothing found;");
      return help.append(" 2 an error.\n").toString();
    }

    private static void line(StringBuilder help, String name, String summary) {
      help.append("  ").append(name).repeat(' ', 12 - name.length()).append(summary).append('\n');
    }
  }
}
