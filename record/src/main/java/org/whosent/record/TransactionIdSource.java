package org.whosent.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Gives out transaction IDs, each greater than all before it, across restarts and clocks set back.
 * Thread-safe.
 *
 * <p>Instead of forcing every ID to disk, a mark some seconds ahead is: all IDs given out lie below
 * it. After a restart the next ID lies at or above the mark or the clock, whichever is later. One
 * process per file; whoever opens it twice breaks the promise, so the caller holds the data
 * directory's lock.
 *
 * <p>Whenever a new mark is written, so before the first ID after a pause and every few seconds
 * under load, the keys are read again: a rotated key is taken up without a restart. Keys that
 * cannot be read then leave those at hand in use.
 */
public final class TransactionIdSource {
  private static final long AHEAD_MILLIS = 5_000;

  /** Clocks are set back by an hour now and then; by more, records land in other days. */
  private static final long NOTABLE_MILLIS = 7_200_000;

  private TransactionKeys keys;
  private final int node;
  private final InstantSource clock;
  private final Path markFile;
  private long millis;
  private int counter;
  private long mark;

  /**
   * Opens the source; {@code markFile} is made when absent.
   *
   * @throws IOException when the mark cannot be read or written
   */
  public TransactionIdSource(TransactionKeys keys, int node, Path markFile, InstantSource clock)
      throws IOException {
    this.keys = keys;
    this.node = node;
    this.clock = clock;
    this.markFile = markFile;
    if (Files.exists(markFile)) {
      String text = Files.readString(markFile, StandardCharsets.US_ASCII).strip();
      try {
        this.mark = Long.parseLong(text);
      } catch (NumberFormatException e) {
        throw new IOException(
            markFile + ": not a number: remove the file if no ID lies in the future", e);
      }
    }
    // As if everything below the mark were used up, so that the first ID writes a new mark.
    this.millis = Math.max(mark, clock.millis()) - 1;
    this.counter = TransactionId.MAX_COUNTER;
  }

  /**
   * The next ID.
   *
   * @throws IOException when the mark cannot be written: then no ID may be given out
   */
  public synchronized TransactionId next() throws IOException {
    long now = clock.millis();
    if (now > millis) {
      millis = now;
      counter = 0;
    } else if (counter < TransactionId.MAX_COUNTER) {
      counter++;
    } else {
      millis++;
      counter = 0;
    }
    if (millis >= mark) {
      writeMark(millis + AHEAD_MILLIS);
    }
    return keys.sign(millis, node, counter);
  }

  /**
   * The time that IDs go on from, where that is well ahead of the clock: the clock was ahead itself
   * when earlier ones were given out. Else null.
   */
  public synchronized Instant ahead() {
    long next = Math.max(mark, millis);
    return next - clock.millis() > NOTABLE_MILLIS ? Instant.ofEpochMilli(next) : null;
  }

  private void writeMark(long newMark) throws IOException {
    Path temporary = markFile.resolveSibling(markFile.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap((newMark + "\n").getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    try {
      Files.move(temporary, markFile, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException(markFile + ": the file system cannot replace a file atomically", e);
    }
    // Else a power failure could bring the old mark back, and a clock set back the IDs above it.
    DirectorySync.force(markFile.toAbsolutePath().getParent());
    mark = newMark;
    try {
      TransactionKeys reread = keys.reread();
      if (!reread.isEmpty()) {
        keys = reread;
      }
    } catch (IOException e) {
      // Mail goes on with the keys at hand; the next start names the file.
    }
  }
}
