package org.whosent.indexer.ingest.input;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntToLongFunction;
import org.whosent.indexer.log.LookAhead;

/**
 * Lines of a byte stream with their offsets, in bounded memory. A line of more than {@link
 * #LONGEST} bytes is passed over and reported; NUL bytes before a line are skipped (a log that was
 * truncated under its writer begins with them), and so is a byte order mark at offset 0. A line
 * with {@link #HOLE} of them in its midst is two: the head of one, what a crash left unwritten, and
 * the next one or its tail. It is passed over as one that is too long.
 *
 * <p>Not thread-safe.
 */
public final class LineInput implements Closeable {
  /** Bytes of a line that is still read. */
  public static final int LONGEST = 1 << 20;

  /** So many NUL bytes no server writes. */
  static final int HOLE = 32;

  /** From so many bytes before a line it is found: a line feed is before it, or the mark. */
  public static final int MOST_BEFORE = ByteOrderMark.LENGTH;

  /** Of memory: a file grows by parts of these, also within one write. */
  private static final int PAGE = 4096;

  /** What {@link #next} found. */
  public enum Found {
    /** A line with its line feed. */
    LINE,
    /** A line longer than the bound, or with a hole; its content is gone. */
    OVERLONG,
    /** The stream ended within a line; {@link #line} has what there is of it. */
    UNFINISHED,
    /** The stream ended after a line. */
    END
  }

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long LINE_FEEDS = '\n' * ONES;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int from;
  private int to;
  private byte[] line = new byte[4096];
  private int length;
  private long lineStart;
  private long offset;

  /** Where the lines stand in their file, by number; null where they stand as they come. */
  private final IntToLongFunction places;

  private int number = -1;

  /** Met in looking ahead; for when the lines before it are read. */
  private IOException failed;

  /** There are NUL bytes in the line, as there are of any hole, perhaps too few for one. */
  private boolean zeros;

  /** The last call found a whole line; what was the last one before it. */
  private boolean whole;

  private byte[] before = new byte[4096];
  private int beforeLength;
  private long beforeStart;
  private long beforeEnd;

  /**
   * Reads from here.
   *
   * @param offset what the first byte's offset in the file is
   */
  public LineInput(InputStream in, long offset) {
    this(in, offset, null);
  }

  /**
   * Reads lines that do not come as they stand in their file.
   *
   * @param places where they do, by their number from 0: what {@link #lineStart} returns
   */
  LineInput(InputStream in, IntToLongFunction places) {
    this(in, 0, places);
  }

  private LineInput(InputStream in, long offset, IntToLongFunction places) {
    this.in = in;
    this.offset = offset;
    this.beforeEnd = offset;
    this.places = places;
  }

  /** The next line, of which {@link #line}, {@link #length} and {@link #lineStart} then tell. */
  public Found next() throws IOException {
    if (whole) {
      byte[] other = before;
      before = line;
      line = other;
      beforeLength = length;
      beforeStart = lineStart;
      beforeEnd = offset;
      whole = false;
    }
    length = 0;
    zeros = false;
    boolean overlong = false;
    boolean started = false;
    lineStart = offset;
    number++;
    while (true) {
      if (from == to) {
        if (failed != null) {
          throw failed;
        }
        to = Math.max(0, in.read(buffer, 0, buffer.length));
        from = 0;
        if (to == 0) {
          return overlong || started ? Found.UNFINISHED : Found.END;
        }
      }
      if (offset == 0) {
        skipMark();
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
      int end = lineFeed();
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
        whole = true;
        if (zeros && !overlong && hasHole()) {
          overlong = true;
          length = 0;
        }
        return overlong ? Found.OVERLONG : Found.LINE;
      }
    }
  }

  /** At the very beginning, of which the buffer has at least a byte. */
  private void skipMark() throws IOException {
    while (to < ByteOrderMark.LENGTH && ByteOrderMark.isBegun(buffer, to)) {
      int read = in.read(buffer, to, buffer.length - to);
      if (read <= 0) {
        return;
      }
      to += read;
    }
    if (ByteOrderMark.isAhead(buffer, to)) {
      from = ByteOrderMark.LENGTH;
      offset = ByteOrderMark.LENGTH;
    }
  }

  /**
   * The bytes behind the last line, as {@link LookAhead} says, where lines come as they stand in
   * their file. They are not all there either where the file ends within a line or at the end of a
   * page of memory: it may have been copied in the midst of one write. Reads, and so waits for a
   * pipe that nobody writes to; {@link #next} then goes on as without.
   *
   * @param complete nothing will stand behind what there is
   */
  public byte[] behind(int most, boolean complete) {
    if (to - from < most) {
      System.arraycopy(buffer, from, buffer, 0, to - from);
      to -= from;
      from = 0;
      fill(most);
    }
    int size = Math.min(most, to - from);
    boolean torn = size > 0 && buffer[from + size - 1] != '\n' || (offset + size) % PAGE == 0;
    boolean known = size == most || complete && failed == null && !torn;
    return known ? Arrays.copyOfRange(buffer, from, from + size) : null;
  }

  private void fill(int most) {
    try {
      while (failed == null && to < most) {
        int read = in.read(buffer, to, buffer.length - to);
        if (read <= 0) {
          return;
        }
        to += read;
      }
    } catch (IOException e) {
      failed = e;
    }
  }

  /** The last line, which was whole, is as if it had not been read. */
  public void putBack() {
    whole = false;
  }

  /** Where the next line feed is in the buffer, or its end. */
  private int lineFeed() {
    int at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      long bytes = (long) LONGS.get(buffer, at);
      zeros |= bytes == 0;
      long differs = bytes ^ LINE_FEEDS;
      long found = (differs - ONES) & ~differs & HIGHS;
      if (found != 0) {
        return at + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    while (at < to && buffer[at] != '\n') {
      zeros |= buffer[at] == 0;
      at++;
    }
    return at;
  }

  private boolean hasHole() {
    int run = 0;
    for (int at = 0; at < length && run < HOLE; at++) {
      run = line[at] == 0 ? run + 1 : 0;
    }
    return run == HOLE;
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
  public byte[] line() {
    return line;
  }

  public int length() {
    return length;
  }

  /** The offset of the last line's first byte in its file. */
  public long lineStart() {
    return places == null ? lineStart : places.applyAsLong(number);
  }

  /** The offset behind the last line's line feed. */
  public long offset() {
    return offset;
  }

  /** The bytes of the last line that was whole, whatever was found after it. */
  public byte[] wholeLine() {
    return whole ? line : before;
  }

  public int wholeLength() {
    return whole ? length : beforeLength;
  }

  /** The offset of its first byte. */
  public long wholeStart() {
    return whole ? lineStart : beforeStart;
  }

  /** The offset behind its line feed; where reading began, when there was none. */
  public long wholeEnd() {
    return whole ? offset : beforeEnd;
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
