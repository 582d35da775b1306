package org.whosent.indexer.ingest;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/**
 * Lines of a byte stream with their offsets, in bounded memory. A line of more than {@link
 * #LONGEST} bytes is passed over and reported; NUL bytes before a line are skipped (a log that was
 * truncated under its writer begins with them).
 *
 * <p>Not thread-safe.
 */
final class LineInput implements Closeable {
  /** Bytes of a line that is still read. */
  static final int LONGEST = 1 << 20;

  /** What {@link #next} found. */
  enum Found {
    /** A line with its line feed. */
    LINE,
    /** A line longer than the bound; its content is gone. */
    OVERLONG,
    /** The stream ended within a line; {@link #line} has what there is of it. */
    UNFINISHED,
    /** The stream ended after a line. */
    END
  }

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int from;
  private int to;
  private byte[] line = new byte[4096];
  private int length;
  private long lineStart;
  private long offset;

  /**
   * Reads from here.
   *
   * @param offset what the first byte's offset in the file is
   */
  LineInput(InputStream in, long offset) {
    this.in = in;
    this.offset = offset;
  }

  /** The next line, of which {@link #line}, {@link #length} and {@link #lineStart} then tell. */
  Found next() throws IOException {
    length = 0;
    boolean overlong = false;
    boolean started = false;
    lineStart = offset;
    while (true) {
      if (from == to) {
        to = Math.max(0, in.read(buffer, 0, buffer.length));
        from = 0;
        if (to == 0) {
          return overlong || started ? Found.UNFINISHED : Found.END;
        }
      }
      if (!started) {
        while (from < to && buffer[from] == 0) {
          from++;
          offset++;
        }
        lineStart = offset;
        if (from == to) {
          continue;
        }
        started = true;
      }
      int end = from;
      while (end < to && buffer[end] != '\n') {
        end++;
      }
      int part = end - from;
      if (!overlong && length + part > LONGEST) {
        overlong = true;
        length = 0;
      }
      if (!overlong) {
        append(part);
      }
      offset += part;
      from = end;
      if (end < to) {
        from++;
        offset++;
        if (length > 0 && line[length - 1] == '\r') {
          length--;
        }
        return overlong ? Found.OVERLONG : Found.LINE;
      }
    }
  }

  private void append(int part) {
    if (line.length < length + part) {
      byte[] larger = new byte[Math.min(LONGEST, Math.max(length + part, 2 * line.length))];
      System.arraycopy(line, 0, larger, 0, length);
      line = larger;
    }
    System.arraycopy(buffer, from, line, length, part);
    length += part;
  }

  /** The bytes of the last line, up to {@link #length}; good until the next call. */
  byte[] line() {
    return line;
  }

  int length() {
    return length;
  }

  /** The offset of the last line's first byte. */
  long lineStart() {
    return lineStart;
  }

  /** The offset behind the last line's line feed. */
  long offset() {
    return offset;
  }

  /** Never throws: what was read was read, and a file that does not close loses nothing. */
  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      // see above
    }
  }
}
