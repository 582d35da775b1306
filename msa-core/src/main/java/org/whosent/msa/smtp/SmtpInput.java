package org.whosent.msa.smtp;

import java.io.EOFException;
import java.io.IOException;

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
   * @param text as ISO-8859-1, one character an octet, without CRLF; of one that is too long its
   *     beginning, and nothing of one that ends otherwise
   */
  record Line(String text, Fault fault) {}

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
      fill();
    }
    return buffer[next++] & 0xff;
  }

  private void fill() throws IOException {
    int count = connection.read(buffer);
    if (count < 0) {
      throw new EOFException();
    }
    next = 0;
    end = count;
  }

  /**
   * Reads the octets of a chunk (RFC 3030), all of them and none more, whatever they look like.
   *
   * @param out null when they are to be forgotten
   * @throws EOFException when the stream ends before
   */
  void readChunk(long size, MessageWriter out, Pace pace) throws IOException {
    long left = size;
    while (left > 0) {
      if (next == end) {
        pace.beforeRead();
        fill();
      }
      // Those too that came with the command: of small chunks it is all.
      int count = (int) Math.min(left, end - next);
      pace.received(count);
      if (out != null) {
        out.octets(buffer, next, count);
      }
      next += count;
      left -= count;
    }
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
        return new Line(line.toString(), count + 1 > maxBytes ? Fault.LINE_TOO_LONG : fault);
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
   * transparency (RFC 5321 section 4.5.2). Where bare newlines are made whole, dots after them are
   * still content.
   *
   * @throws EOFException when the stream ends before the data: there is no message then
   */
  void readData(MessageWriter out, Pace pace) throws IOException {
    State state = State.LINE_START;
    while (true) {
      if (next == end) {
        pace.beforeRead();
        fill();
        pace.received(end);
      }
      int b = buffer[next++] & 0xff;
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
            return;
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
}
