package org.whosent.msa.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * A socket whose reads all end at one time, those of TLS over it too. A read timeout alone begins
 * anew with each octet, so that a server that drips a handshake or a record octet by octet would
 * hold us for days.
 */
final class TimedSocket extends Socket {
  private volatile long untilNanos = System.nanoTime();

  /** Reads fail after that time, counted from now. */
  void allow(Duration span) {
    untilNanos = System.nanoTime() + span.toNanos();
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return new FilterInputStream(super.getInputStream()) {
      @Override
      public int read() throws IOException {
        await();
        return in.read();
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        await();
        return in.read(bytes, offset, length);
      }
    };
  }

  private void await() throws IOException {
    long left = untilNanos - System.nanoTime();
    if (left <= 0) {
      throw new SocketTimeoutException("time is over");
    }
    setSoTimeout(Math.clamp(left / 1_000_000, 1, Integer.MAX_VALUE));
  }
}
