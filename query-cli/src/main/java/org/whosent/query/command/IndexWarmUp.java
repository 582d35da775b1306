package org.whosent.query.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.whosent.query.ExitStatus;
import org.whosent.query.TemporaryDirectory;

/**
 * The training run for the ahead-of-time cache of {@code index}: reads made-up logs of the two
 * servers most in use, in turns, into an index of its own. What classes that takes an {@code index}
 * that starts with the cache has at hand. Profiles are not kept: code that was compiled by those of
 * such a run made long logs dearer.
 *
 * <p>Nothing of the operator's is read, and everything lies in a temporary directory that is
 * removed. Used once.
 */
public final class IndexWarmUp implements Callable<Integer> {
  /** Of each file. */
  private static final long BYTES = 2_000_000;

  /** So many files of each server: what began in one goes on in the next. */
  private static final int FILES = 2;

  private final Function<String[], Integer> whosent;
  private final long bytes;

  /**
   * With as many lines as need every class.
   *
   * @param whosent runs {@code whosent} with arguments: given from outside, so that commands do not
   *     know it
   */
  public IndexWarmUp(Function<String[], Integer> whosent) {
    this(whosent, BYTES);
  }

  IndexWarmUp(Function<String[], Integer> whosent, long bytes) {
    this.whosent = whosent;
    this.bytes = bytes;
  }

  @Override
  public Integer call() throws Exception {
    Instant start = Instant.now().minus(Duration.ofDays(1));
    List<WarmUpLog> logs =
        List.of(
            new WarmUpLog(WarmUpLog.Server.POSTFIX, start),
            new WarmUpLog(WarmUpLog.Server.EXIM, start));
    try (TemporaryDirectory temporary = new TemporaryDirectory("whosent-warm-up")) {
      Path file = temporary.path().resolve("mail.log");
      String data = temporary.path().resolve("data").toString();
      for (int i = 0; i < FILES; i++) {
        for (WarmUpLog log : logs) {
          // What began in the file before goes on here, and updates its record.
          log.write(file, bytes);
          index("--data", data, "--host", "mail.example.com", "--timezone", "UTC", file.toString());
          Files.delete(file);
        }
      }
    }
    return ExitStatus.DONE;
  }

  private void index(String... rest) throws IOException {
    String[] arguments = new String[rest.length + 1];
    arguments[0] = "index";
    System.arraycopy(rest, 0, arguments, 1, rest.length);
    int status = whosent.apply(arguments);
    if (status != ExitStatus.DONE) {
      throw new IOException("index ended with " + status);
    }
  }
}
