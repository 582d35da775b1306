package org.whosent.msa.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.whosent.msa.MessageAnalyser;
import org.whosent.msa.Turns;
import org.whosent.record.SubmissionRecord;

/**
 * Reads what records say of messages' content, on as many threads of the system's as there are
 * processors. Thread-safe.
 *
 * <p>Not on the sessions' virtual threads: a message may cost seconds of a processor, which they
 * are not made to share, and a few such messages would stop every session. Users have turns: who
 * sends many such messages at one time waits for their own. All who have not logged in are one of
 * them.
 */
public final class ContentReader implements AutoCloseable {
  /**
   * How long a turn is waited for. With what the next hop may take afterwards it stays below the 10
   * minutes that clients wait for the answer to the final dot (RFC 5321 section 4.5.3.2.6).
   */
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  private final MessageAnalyser analyser;
  private final Turns turns;
  private final ExecutorService threads;

  /** Starts threads when there is something to read. */
  public ContentReader(MessageAnalyser analyser) {
    int atOneTime = Runtime.getRuntime().availableProcessors();
    this.analyser = analyser;
    this.turns = new Turns(atOneTime, PATIENCE);
    this.threads =
        Executors.newFixedThreadPool(
            atOneTime, Thread.ofPlatform().daemon().name("msa-content-", 0).factory());
  }

  /**
   * Turns at reading, to be taken before {@link #read} and ended after it, with the user as the
   * place.
   */
  public Turns turns() {
    return turns;
  }

  /**
   * Reads a message and fills the record. Comes back when that is over, also when interrupted:
   * until then the record is written to.
   *
   * @throws IOException when the stream fails
   */
  void read(InputStream message, SubmissionRecord.Builder into) throws IOException {
    Future<?> reading =
        threads.submit(
            () -> {
              analyser.analyse(message, into);
              return null;
            });
    boolean interrupted = false;
    try {
      while (true) {
        try {
          reading.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failed -> throw failed;
        case RuntimeException failed -> throw failed;
        case Error failed -> throw failed;
        default -> throw new IllegalStateException(e.getCause());
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
