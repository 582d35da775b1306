package org.whosent.indexer.ingest.input;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.whosent.record.IoReason;

/**
 * The lines of a file from the last to the first, each with its place in the file. What was read of
 * the file is kept in another one, which has no name any more: so it is what was looked at before,
 * whatever becomes of the file meanwhile, and goes with the process. Not thread-safe.
 */
public final class TurnedRound implements Closeable {
  /**
   * More are not turned round: each takes 16 bytes of memory, and more while there is room made.
   */
  private static final long MOST_LINES =
      Math.min(4_000_000, Runtime.getRuntime().maxMemory() / 128);

  /** Bytes of a file that is turned round, at most. */
  private static final long MOST_BYTES = 1L << 31;

  /** So much is read at once. */
  private static final int WINDOW = 1 << 20;

  private final FileChannel kept;
  private long length;

  /** By line: where it begins, and where the next one does. */
  private long[] starts = new long[1 << 12];

  private long[] ends = new long[1 << 12];
  private int lines;
  private boolean waiting;

  /** Nothing yet. */
  public TurnedRound() throws IOException {
    try {
      Path file = Files.createTempFile("whosent-", ".turned"); // its owner's alone
      try {
        kept = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw noRoom(e);
    }
  }

  /** Or it would look as if the log itself was in trouble. */
  private static IOException noRoom(IOException e) {
    return new IOException(
        "its newest lines come first, and there is no room to turn it round in %s (%s)"
            .formatted(System.getProperty("java.io.tmpdir"), IoReason.of(e)),
        e);
  }

  /** The same bytes; what is read of them is kept. */
  public InputStream keeping(InputStream content) {
    return new BulkStream() {
      @Override
      public int read(byte[] into, int offset, int most) throws IOException {
        int read = content.read(into, offset, most);
        try {
          ByteBuffer bytes = ByteBuffer.wrap(into, offset, Math.max(0, read));
          while (bytes.hasRemaining()) {
            length += kept.write(bytes, length);
          }
        } catch (IOException e) {
          throw noRoom(e);
        }
        return read;
      }

      @Override
      public void close() throws IOException {
        content.close();
      }
    };
  }

  /** Adds the line that was found last, with its line feed; false when it would be too much. */
  public boolean add(LineInput in) {
    if (lines >= MOST_LINES || length > MOST_BYTES) {
      return false;
    }
    if (lines == starts.length) {
      starts = Arrays.copyOf(starts, 2 * lines);
      ends = Arrays.copyOf(ends, 2 * lines);
    }
    starts[lines] = in.lineStart();
    ends[lines++] = in.offset();
    return true;
  }

  /** Says that there is a line without its line feed behind the last one. */
  public void waiting(boolean is) {
    waiting = is;
  }

  /** Whether there is. */
  public boolean isWaiting() {
    return waiting;
  }

  /** The lines, last first; closed with this. */
  public LineInput lines() {
    return new LineInput(new Backwards(), number -> starts[lines - 1 - number]);
  }

  @Override
  public void close() {
    try {
      kept.close();
    } catch (IOException _) {
      // it was read only
    }
  }

  private final class Backwards extends BulkStream {
    /** The line at hand; those before it come after it. */
    private int line = lines - 1;

    /** How much of it was given. */
    private long given;

    private byte[] window = new byte[0];
    private long windowStart;

    @Override
    public int read(byte[] into, int offset, int most) throws IOException {
      int read = 0;
      while (read < most && line >= 0) {
        long from = starts[line] + given;
        int part = (int) Math.min(most - read, ends[line] - from);
        if (from < windowStart || from + part > windowStart + window.length) {
          load(from, part);
        }
        System.arraycopy(window, (int) (from - windowStart), into, offset + read, part);
        read += part;
        given += part;
        if (starts[line] + given == ends[line]) {
          line--;
          given = 0;
        }
      }
      return read > 0 || most == 0 ? read : -1;
    }

    /** What is wanted lies at the end of what is read: the rest is wanted next. */
    private void load(long from, int part) throws IOException {
      long end = from + part;
      windowStart = Math.max(0, end - Math.max(WINDOW, part));
      ByteBuffer bytes = ByteBuffer.allocate((int) (end - windowStart));
      while (bytes.hasRemaining()) {
        if (kept.read(bytes, windowStart + bytes.position()) < 0) {
          throw new IOException("what was kept of it is shorter than it was");
        }
      }
      window = bytes.array();
    }
  }
}
