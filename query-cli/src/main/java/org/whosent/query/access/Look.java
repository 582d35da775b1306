package org.whosent.query.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.whosent.indexer.store.Actor;
import org.whosent.query.OperatorException;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;
import org.whosent.record.IoReason;
import org.whosent.record.JsonOut;
import org.whosent.record.SubmissionRecord;

/**
 * One command that shows or changes records, in the access log: the question is written by {@link
 * #begin}, before anything is read, the answer by {@link #answer}, whatever happens between.
 *
 * <p>The question is on disk before a record is shown: a power failure must not take away who
 * looked. What only shows reads meanwhile, on the first thread, since the disk takes as long as a
 * cold look-up's reading. That an answer is lost only leaves open how much was seen.
 *
 * <p>A signal that ends the process writes the answer of a command that only shows: whoever has
 * read enough and presses Ctrl-C has seen those records all the same. Thread-safe for that; its
 * methods are called by one thread.
 */
public final class Look {
  /** More arguments are counted, not written: a look at ten thousand files is still one line. */
  static final int MAX_ARGUMENTS = 100;

  /** Longer ones are cut, with an ellipsis. */
  static final int MAX_ARGUMENT_LENGTH = 1000;

  /** More users are counted, not written. */
  static final int MAX_USERS = 1000;

  /** Beyond this even counting stops, so that an export of everybody stays bounded. */
  private static final int MAX_COUNTED_USERS = 100_000;

  private final AccessLog log;
  private final String id;
  private final boolean force;
  private final Set<String> users = new LinkedHashSet<>();

  /** What was typed as names, folded: whose it is nobody knows, and some of it is passwords. */
  private final Set<String> typed = new HashSet<>();

  private long shown;
  private boolean signalled;
  private Thread hook;

  /** Makes the question durable; null where it is. */
  private Thread forcing;

  /** Why it could not; to be read once that thread has ended. */
  private IOException unforced;

  private Look(AccessLog log, String id, boolean force) {
    this.log = log;
    this.id = id;
    this.force = force;
  }

  /**
   * Writes the question.
   *
   * @param who at the keyboard
   * @param caseNumber or null
   * @param arguments as typed, without the command's name
   * @param force the question and the answer are to be on disk before it goes on: for commands that
   *     change or delete
   * @throws OperatorException when it cannot be written: then nothing may be answered
   */
  public static Look begin(
      Path dataDirectory,
      Actor who,
      String command,
      String caseNumber,
      List<String> arguments,
      boolean force)
      throws OperatorException {
    Instant now = Instant.now();
    String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    String line =
        JsonOut.object(
            true,
            out -> {
              out.number("v", 1);
              out.text("type", "question");
              out.text("look", id);
              out.time("time", now);
              out.text("osUser", who.osUser());
              out.text("sudoUser", who.sudoUser());
              out.number("loginUid", who.loginUid());
              if (who.sudoUserDoubted()) {
                out.flag("sudoUserDoubted", true);
              }
              out.text("host", who.host());
              out.text("command", command);
              out.text("case", caseNumber);
              out.texts(
                  "arguments", arguments.stream().limit(MAX_ARGUMENTS).map(Look::cut).toList());
              out.number("argumentCount", arguments.size());
            });
    AccessLog log = new AccessLog(dataDirectory);
    try {
      log.append(now, line, force);
    } catch (IOException e) {
      throw new OperatorException(unwritten(log, e), e);
    }
    Look look = new Look(log, id, force);
    if (!force) {
      look.forceSoon(now);
      // What a command had changed when it was cut off, its count does not say.
      look.answerOnSignal();
    }
    return look;
  }

  private static String unwritten(AccessLog log, IOException e) {
    return log
        + ": the access log cannot be written, so nothing is shown or changed: "
        + IoReason.of(e);
  }

  private void forceSoon(Instant asked) {
    forcing =
        new Thread(
            () -> {
              try {
                log.force(asked);
              } catch (IOException e) {
                unforced = e;
              } catch (RuntimeException | Error e) {
                unforced = new IOException(e);
                throw e;
              }
            },
            "access-log-force");
    forcing.setDaemon(true);
    forcing.start();
  }

  /**
   * Waits until the question is on disk.
   *
   * @throws UncheckedIOException when it is not: then nothing may be shown
   */
  private void awaitForced() {
    boolean interrupted = false;
    while (forcing != null) {
      try {
        forcing.join();
        forcing = null;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (unforced != null) {
      throw new UncheckedIOException(unwritten(log, unforced), unforced);
    }
  }

  private void answerOnSignal() {
    hook = new Thread(this::endedBySignal, "access-log");
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException _) {
      hook = null; // a signal came: the process ends before it shows anything
    }
  }

  private synchronized void endedBySignal() {
    if (hook == null) {
      return;
    }
    signalled = true; // nothing more is shown
    try {
      write(null);
    } catch (OperatorException e) {
      System.err.println("whosent: " + e.getMessage());
    }
  }

  /** Until the process, which a signal ends, is no more. */
  private void awaitTheEnd() {
    while (signalled) {
      try {
        wait();
      } catch (InterruptedException _) {
        // there is nothing else to do
      }
    }
  }

  private static String cut(String argument) {
    return argument.length() <= MAX_ARGUMENT_LENGTH
        ? argument
        : argument.substring(0, MAX_ARGUMENT_LENGTH) + "…";
  }

  /** What joins its two lines. */
  public String id() {
    return id;
  }

  /** A record is about to be shown or was changed. */
  public synchronized void shown(SubmissionRecord record) {
    shown(1);
    String user = record.user() == null ? record.localUser() : record.user();
    if (user != null && users.size() < MAX_COUNTED_USERS) {
      users.add(cut(user));
    }
  }

  /**
   * A failed login is about to be shown. Of whom is named where one name was asked for. Else the
   * names only count: what people type there is now and then a password, and is not to stay here
   * for a year.
   *
   * @param asked the one that was asked for, or null
   */
  public synchronized void shown(FailedLogin login, String asked) {
    shown(1);
    if (asked != null) {
      users.add(cut(asked));
    } else if (login.failure().login() != null && typed.size() < MAX_COUNTED_USERS) {
      typed.add(ClueType.USER.fold(login.failure().login()));
    }
  }

  /**
   * So many records were changed, or are about to be shown or counted, that were not looked at one
   * by one.
   */
  public synchronized void shown(long records) {
    awaitForced();
    awaitTheEnd();
    shown += records;
  }

  /**
   * Writes the answer; the last thing that is done with a look.
   *
   * @throws OperatorException when it cannot be written, or the question is not on disk
   */
  public synchronized void answer(int exitStatus) throws OperatorException {
    awaitTheEnd();
    Thread unused = hook;
    hook = null;
    if (unused != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(unused);
      } catch (IllegalStateException _) {
        // a signal came just now: the hook finds nothing to do
      }
    }
    write((long) exitStatus);
    try {
      awaitForced(); // where nothing was shown nobody has waited yet
    } catch (UncheckedIOException e) {
      throw new OperatorException(e.getMessage(), e.getCause());
    }
  }

  /** The exit status is null where a signal decides it. */
  private void write(Long exitStatus) throws OperatorException {
    Instant now = Instant.now();
    String line =
        JsonOut.object(
            true,
            out -> {
              out.number("v", 1);
              out.text("type", "answer");
              out.text("look", id);
              out.time("time", now);
              out.number("shown", shown);
              out.texts("users", users.stream().limit(MAX_USERS).toList());
              out.number("userCount", users.size() + typed.size());
              out.number("status", exitStatus);
            });
    try {
      log.append(now, line, force);
    } catch (IOException e) {
      throw new OperatorException(
          log + ": the access log could not be completed (" + IoReason.of(e) + ")", e);
    }
  }
}
