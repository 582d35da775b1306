package org.whosent.msa.smtp;

import java.io.IOException;
import org.whosent.msa.smtp.SmtpInput.Fault;

/**
 * The octets of a message on their way to where it is kept: counts them, checks them and passes
 * them on; after the first fault it only counts. Not thread-safe.
 *
 * <p>What is written has CRLF line endings throughout, with one at the end, or it has a fault. A
 * {@link Kind#BINARY} message has that in its header only; its body is whatever was sent.
 */
final class MessageWriter {
  /** Where the octets of a message go. */
  interface Sink {
    void write(byte[] bytes, int offset, int length) throws IOException;
  }

  /** What may be in a message. */
  enum Kind {
    /** Lines; a bare CR or LF is a fault. */
    LINES,
    /** Lines; a bare CR or LF becomes CRLF. */
    NORMALIZED_LINES,
    /** RFC 3030 section 3: a header of lines, and a body of any octets. */
    BINARY
  }

  private final Sink sink;
  private final long maxBytes;
  private final int maxLineBytes;
  private final Kind kind;
  private final byte[] chunk = new byte[8192];
  private int filled;
  private long size;
  private long lineSize;
  private boolean afterCr;
  private boolean inHeader = true;
  private boolean eightBit;
  private Fault fault = Fault.NONE;
  private IOException storageFault;

  /**
   * For one message.
   *
   * @param maxBytes octets of the message
   * @param maxLineBytes octets of a line with its CRLF
   */
  MessageWriter(Sink sink, long maxBytes, int maxLineBytes, Kind kind) {
    this.sink = sink;
    this.maxBytes = maxBytes;
    this.maxLineBytes = maxLineBytes;
    this.kind = kind;
  }

  /** Octets as they came, in pieces of any size: a CRLF may be cut in two. */
  void octets(byte[] octets, int offset, int count) {
    for (int i = offset; i < offset + count; i++) {
      octet(octets[i]);
    }
  }

  private void octet(byte b) {
    if (kind == Kind.BINARY && !inHeader) {
      eightBit |= b < 0;
      store(b);
      return;
    }
    if (afterCr) {
      afterCr = false;
      if (b == '\n') {
        endLine();
        return;
      }
      bareNewline();
    }
    switch (b) {
      case '\r' -> afterCr = true;
      case '\n' -> bareNewline();
      default -> put(b);
    }
  }

  /** One octet that is neither CR nor LF. */
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

  /** A CRLF. */
  void endLine() {
    store((byte) '\r');
    store((byte) '\n');
    inHeader &= lineSize > 0;
    lineSize = 0;
  }

  /** A CR or an LF without the other. */
  void bareNewline() {
    if (kind == Kind.NORMALIZED_LINES) {
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

  /**
   * Ends the message. A last line without CRLF, which only BDAT can bring, gets one: there is no
   * other way to hand it on as lines.
   */
  void finish() {
    if (afterCr) {
      afterCr = false;
      bareNewline();
    }
    if (lineSize > 0 && (inHeader || kind != Kind.BINARY)) {
      endLine();
    }
    if (fault == Fault.NONE && filled > 0) {
      drain();
    }
  }

  /** The first fault so far. */
  Fault fault() {
    return fault;
  }

  /** Why the sink failed, when that is the fault. */
  IOException storageFault() {
    return storageFault;
  }

  /** Octets so far, those after a fault too. */
  long size() {
    return size;
  }

  /** True when there was an octet beyond ASCII. */
  boolean eightBit() {
    return eightBit;
  }
}
