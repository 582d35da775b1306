package org.whosent.query.command;

import java.nio.file.Path;
import java.util.List;
import org.whosent.indexer.store.Actor;
import org.whosent.query.ExitStatus;
import org.whosent.query.OperatorException;
import org.whosent.query.access.Look;
import org.whosent.query.output.ClosedPipeException;
import org.whosent.record.site.Site;
import picocli.CommandLine.Option;

/** {@code --case N}, the same in every command that is written to the access log. */
public final class AccessOption {
  @Option(
      names = "--case",
      paramLabel = "N",
      description = "The case that this is for, such as a ticket number; the access log keeps it.")
  private String caseNumber;

  private String name;
  private List<String> arguments;

  /** As Picocli makes it. */
  public AccessOption() {}

  /** As if this had been typed after {@code whosent trace}. */
  AccessOption(String caseNumber, List<String> arguments) {
    this.caseNumber = caseNumber;
    typed("trace", arguments);
  }

  String caseNumber() {
    return caseNumber;
  }

  /** What was typed, for the log. */
  void typed(String name, List<String> arguments) {
    this.name = name;
    this.arguments = List.copyOf(arguments);
  }

  /** What a command does between question and answer; gives the exit status. */
  @FunctionalInterface
  interface Answering {
    int run(Look look) throws Exception;
  }

  /**
   * Runs what shows records, between the two lines in the access log.
   *
   * @throws OperatorException when {@code site.yaml} wants a case and none is given, or the log
   *     cannot be written; then nothing was run
   */
  int look(Path dataDirectory, Site site, Answering command) throws Exception {
    checkCase(dataDirectory, site);
    return run(dataDirectory, false, command);
  }

  /** The same for what changes or deletes: the log is on disk before it does. */
  int change(Path dataDirectory, Site site, Answering command) throws Exception {
    checkCase(dataDirectory, site);
    return run(dataDirectory, true, command);
  }

  /** The same for what a timer runs: it has no case, even where one is required. */
  int housekeeping(Path dataDirectory, Answering command) throws Exception {
    return run(dataDirectory, true, command);
  }

  private void checkCase(Path dataDirectory, Site site) throws OperatorException {
    if (site.privacy().requireCase() && (caseNumber == null || caseNumber.isBlank())) {
      throw new OperatorException(
          dataDirectory.resolve(Site.FILE)
              + " says 'requireCase: true'; say with --case for which case you look");
    }
  }

  private int run(Path dataDirectory, boolean force, Answering command) throws Exception {
    if (caseNumber != null && caseNumber.isBlank()) {
      throw new OperatorException("--case: an empty value is no case: say which, or leave it out");
    }
    Look look = Look.begin(dataDirectory, Actor.current(), name, caseNumber, arguments, force);
    int status;
    try {
      status = command.run(look);
    } catch (Throwable e) {
      try {
        look.answer(e instanceof ClosedPipeException ? ExitStatus.DONE : ExitStatus.ERROR);
      } catch (OperatorException unwritten) {
        e.addSuppressed(unwritten);
      }
      throw e;
    }
    look.answer(status);
    return status;
  }
}
