package org.whosent.query.command;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.whosent.query.ExitStatus;

/**
 * Ends a long-running command in good order on SIGTERM, SIGINT or SIGHUP: the work is asked to
 * stop, what is open is finished, and the process ends with status 0, or with the one that was
 * {@linkplain #endsWith said}. Thread-safe.
 */
final class Termination implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;
  private volatile int status = ExitStatus.DONE;

  /** From now on a signal runs {@code stop}, and the process waits for {@link #close}. */
  Termination(Runnable stop) {
    this(stop, PATIENCE);
  }

  /** The same, with how long the process waits before it ends the hard way. */
  Termination(Runnable stop, Duration patience) {
    hook =
        new Thread(
            () -> {
              stop.run();
              boolean inOrder;
              try {
                inOrder = finished.await(patience.toSeconds(), TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                inOrder = false;
              }
              if (!inOrder) {
                System.err.println(
                    "whosent: did not end within "
                        + patience.toSeconds()
                        + " s; ending the hard way");
              }
              System.err.flush();
              Runtime.getRuntime().halt(inOrder ? status : ExitStatus.ERROR);
            },
            "termination");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * What the process ends with when a signal was why the work ended; said before {@link #close}.
   */
  void endsWith(int exitStatus) {
    status = exitStatus;
  }

  /** The command has finished; without a signal everything goes on as if nothing had been. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The signal came: the hook waits for this.
    }
    finished.countDown();
  }
}
