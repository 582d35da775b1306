package org.whosent.msa.smtp;

import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;

/**
 * Command lines and message data off the wire. Not thread-safe.
 *
 * <p>RFC 5321 section 2.3.8: only CRLF ends a line, and a lone CR or LF is nothing but an error.
 * Servers that took {@code LF . CRLF} or its like for the end of the data let one message smuggle
 * in another (CVE-2023-51764), so here those are content, and content to be refused. All counts are
 * bounded; what is too much is read and dropped, so that the dialogue stays in step.
 */
final class SmtpInput {
  /** Octets of an over-long command line that are read before we give up on the client. */
  private static final int MAX_SKIPPED = 1 << 20;

  private static final int BYTES_PER_SECOND_AT_LEAST = 4096;

  private final Connection connection;
  private final byte[] buffer = new byte[8192];
  private int next;
  private int end;

  SmtpInput(Connection connection) {
    this.connection = connection;
  }

  /** What is wrong with a line or with message data. */
  enum Fault {
    NONE,
    BARE_NEWLINE,
    NUL,
    LINE_TOO_LONG,
    TOO_LARGE,
    STORAGE
  }

  /**
   * A command line.
   *
   * @param text as ISO-8859-1, one character an octet, without CRLF; empty when there is a fault
   */
  record Line(String text, Fault fault) {}

  /** What message data were. */
  record Data(Fault fault, IOException storageFault, boolean eightBit) {}

  /** Where the octets of a message go. */
  interface Sink {
    void write(byte[] bytes, int offset, int length) throws IOException;
  }

  /** True when the client has sent more than was read: it pipelines. */
  boolean hasBuffered() {
    return next < end;
  }

  /**
   * Forgets what was read ahead. RFC 3207 section 4.2: nothing that came before TLS may be taken
   * for something said under it (CVE-2011-0411).
   */
  void dropBuffered() {
    next = 0;
    end = 0;
  }

  private int read() throws IOException {
    if (next == end) {
      int count = connection.read(buffer);
      if (count < 0) {
        throw new EOFException();
      }
      next = 0;
      end = count;
    }
    return buffer[next++] & 0xff;
  }

  /**
   * The next line.
   *
   * @param maxBytes with CRLF
   * @throws EOFException at the end of the stream
   */
  Line readLine(int maxBytes) throws IOException {
    StringBuilder line = new StringBuilder(80);
    Fault fault = Fault.NONE;
    int count = 0;
    while (true) {
      int b = read();
      count++;
      if (b == '\n') {
        // Not waited out to a CRLF: a client that ends its lines so would wait for us as well.
        return new Line("", Fault.BARE_NEWLINE);
      }
      if (b == '\r') {
        if (read() != '\n') {
          return new Line("", Fault.BARE_NEWLINE);
        }
        boolean tooLong = count + 1 > maxBytes;
        fault = tooLong ? Fault.LINE_TOO_LONG : fault;
        return new Line(fault == Fault.NONE ? line.toString() : "", fault);
      }
      if (b == 0) {
        fault = Fault.NUL;
      }
      if (count < maxBytes) {
        line.append((char) b);
      } else if (count > MAX_SKIPPED) {
        throw new EOFException("a line without end");
      }
    }
  }

  private enum State {
    LINE_START,
    DOT,
    DOT_CR,
    IN_LINE,
    CR
  }

  /**
   * Reads message data to {@code CRLF . CRLF} and nothing else; takes away the dots that stand for
   * transparency (RFC 5321 section 4.5.2).
   *
   * @param normalize true to write CRLF for a bare CR or LF instead of finding fault with it; dots
   *     after it are still content
   * @throws EOFException when the stream ends before the data: there is no message then
   */
  Data readData(Sink sink, long maxBytes, int maxLineBytes, boolean normalize, Duration timeout)
      throws IOException {
    DataWriter out = new DataWriter(sink, maxBytes, maxLineBytes, normalize);
    State state = State.LINE_START;
    long received = 0;
    connection.allow(timeout);
    while (true) {
      if (next == end) {
        long extra = Math.min(received, maxBytes) / BYTES_PER_SECOND_AT_LEAST;
        connection.allow(timeout.plusSeconds(extra).minusNanos(out.elapsedNanos()));
      }
      int b = read();
      received++;
      switch (state) {
        case LINE_START -> {
          if (b == '.') {
            state = State.DOT;
            continue;
          }
        }
        case DOT -> {
          if (b == '\r') {
            state = State.DOT_CR;
            continue;
          }
        }
        case DOT_CR -> {
          if (b == '\n') {
            return out.finish();
          }
          out.bareNewline();
        }
        case CR -> {
          if (b == '\n') {
            out.endLine();
            state = State.LINE_START;
            continue;
          }
          out.bareNewline();
        }
        case IN_LINE -> {}
      }
      switch (b) {
        case '\r' -> state = State.CR;
        case '\n' -> {
          out.bareNewline();
          state = State.IN_LINE;
        }
        default -> {
          out.put((byte) b);
          state = State.IN_LINE;
        }
      }
    }
  }

  /** Counts, checks and passes on; after the first fault it only counts. */
  private static final class DataWriter {
    private final Sink sink;
    private final long maxBytes;
    private final int maxLineBytes;
    private final boolean normalize;
    private final long startNanos = System.nanoTime();
    private final byte[] chunk = new byte[8192];
    private int filled;
    private long size;
    private long lineSize;
    private boolean eightBit;
    private Fault fault = Fault.NONE;
    private IOException storageFault;

    DataWriter(Sink sink, long maxBytes, int maxLineBytes, boolean normalize) {
      this.sink = sink;
      this.maxBytes = maxBytes;
      this.maxLineBytes = maxLineBytes;
      this.normalize = normalize;
    }

    long elapsedNanos() {
      return System.nanoTime() - startNanos;
    }

    void put(byte b) {
      if (b == 0) {
        fail(Fault.NUL);
      }
      eightBit |= b < 0;
      if (++lineSize > maxLineBytes - 2) {
        fail(Fault.LINE_TOO_LONG);
      }
      store(b);
    }

    void endLine() {
      store((byte) '\r');
      store((byte) '\n');
      lineSize = 0;
    }

    void bareNewline() {
      if (normalize) {
        endLine();
      } else {
        fail(Fault.BARE_NEWLINE);
      }
    }

    private void store(byte b) {
      if (++size > maxBytes) {
        fail(Fault.TOO_LARGE);
      }
      if (fault == Fault.NONE) {
        chunk[filled++] = b;
        if (filled == chunk.length) {
          drain();
        }
      }
    }

    private void drain() {
      try {
        sink.write(chunk, 0, filled);
      } catch (IOException e) {
        storageFault = e;
        fail(Fault.STORAGE);
      }
      filled = 0;
    }

    private void fail(Fault found) {
      if (fault == Fault.NONE) {
        fault = found;
      }
    }

    Data finish() {
      if (fault == Fault.NONE && filled > 0) {
        drain();
      }
      return new Data(fault, storageFault, eightBit);
    }
  }
}
