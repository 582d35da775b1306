package org.whosent.query.output;

import java.io.Closeable;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A line on standard error that counts while something long goes on; only where standard error is a
 * terminal. Not thread-safe.
 */
public final class Progress implements Closeable {
  private static final long EVERY_NANOS = 250_000_000;

  private final PrintStream out; // null when nothing is shown
  private long last = System.nanoTime();
  private int width;

  private Progress(PrintStream out) {
    this.out = out;
  }

  /** Shown when standard error is a terminal, and results do not go to the same one. */
  public static Progress standardError(boolean resultsComeAtTheEnd) {
    return new Progress(
        isTerminal(2) && (resultsComeAtTheEnd || !isTerminal(1)) ? System.err : null);
  }

  /** The JVM knows of its console as a whole only; Linux of each descriptor. */
  static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    if (Files.isSymbolicLink(link)) {
      try {
        String target = Files.readSymbolicLink(link).toString();
        return target.startsWith("/dev/pts/")
            || target.startsWith("/dev/tty")
            || target.equals("/dev/console");
      } catch (IOException e) {
        return false;
      }
    }
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** Says how far it is; cheap to call often. The text is ours: it holds nothing of the input. */
  public void say(long done, String words) {
    if (out == null || System.nanoTime() - last < EVERY_NANOS) {
      return;
    }
    last = System.nanoTime();
    String line = done + " " + words;
    out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
    out.flush();
    width = line.length();
  }

  /** Takes the line away. */
  @Override
  public void close() {
    if (out != null && width > 0) {
      out.print("\r" + " ".repeat(width) + "\r");
      out.flush();
    }
  }
}
