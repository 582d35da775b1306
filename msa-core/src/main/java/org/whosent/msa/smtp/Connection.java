package org.whosent.msa.smtp;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * A client's socket, in clear or under TLS, with a time after which it is cut.
 *
 * <p>Two guards keep that time. Reads wait no longer than what is left of it, and then fail with
 * {@link SocketTimeoutException}, so that the session can still say 421. And a {@link Watchdog}
 * closes the socket from outside a little later, because no read timeout stops a client that drips
 * a TLS record byte by byte, and none at all guards a write to a client that does not read.
 *
 * <p>Used by one session thread; {@link #cut} and {@link #sendAside} may be called by others.
 */
final class Connection implements AutoCloseable {
  private static final long GRACE_NANOS = Duration.ofSeconds(5).toNanos();

  /** More than the next hop's time-outs come to together. */
  private static final Duration WORK = Duration.ofMinutes(30);

  private final Socket raw;
  private InetAddress client;
  private int clientPort;
  private final Object writeLock = new Object();
  private volatile Socket socket;
  private InputStream in;
  private OutputStream out;
  private volatile long deadlineNanos;
  private final long sessionDeadlineNanos;
  private volatile boolean working;
  private final CountDownLatch cut = new CountDownLatch(1);

  Connection(Socket raw, Duration sessionTimeout) throws IOException {
    this.raw = raw;
    this.client = raw.getInetAddress();
    this.clientPort = raw.getPort();
    this.socket = raw;
    this.sessionDeadlineNanos = System.nanoTime() + sessionTimeout.toNanos();
    this.deadlineNanos = sessionDeadlineNanos;
    raw.setTcpNoDelay(true);
    streams();
  }

  private void streams() throws IOException {
    in = socket.getInputStream();
    out = new BufferedOutputStream(socket.getOutputStream(), 4096);
  }

  /** From now on the socket is good for that long, and never beyond the session's end. */
  void allow(Duration span) {
    working = false;
    long wanted = System.nanoTime() + span.toNanos();
    deadlineNanos = wanted - sessionDeadlineNanos > 0 ? sessionDeadlineNanos : wanted;
  }

  /**
   * While we work and the client waits, it is not to be cut for our slowness, nor because its
   * session grows long: a message may just have been handed on, and the reply must reach it. What
   * the work may take is bounded where it is done.
   */
  void allowWork() {
    working = true;
    deadlineNanos = System.nanoTime() + WORK.toNanos();
  }

  /**
   * While others come first. Its place may be taken meanwhile, so whoever waits asks {@link #isCut}
   * now and then.
   */
  void allowWait() {
    allow(WORK);
  }

  /** True once it was ended. */
  boolean isCut() {
    return cut.getCount() == 0;
  }

  /** True unless we are at work for the client: whoever cuts it now ends the session at once. */
  boolean waitsForClient() {
    return !working;
  }

  /** Makes the client wait, no longer than until the connection is cut. */
  void pause(Duration span) throws InterruptedException {
    // No work: the place may be taken by another meanwhile.
    allow(span.plus(WORK));
    boolean _ = cut.await(span.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** For {@link Watchdog}: cuts the socket when its time is well over. */
  void cutIfOverdue(long nowNanos) {
    if (nowNanos - deadlineNanos > GRACE_NANOS) {
      cut();
    }
  }

  /** Reads some bytes, after sending what is buffered; -1 at the end. */
  int read(byte[] buffer) throws IOException {
    flush();
    long left = deadlineNanos - System.nanoTime();
    if (left <= 0) {
      throw new SocketTimeoutException("time is over");
    }
    socket.setSoTimeout(Math.clamp(left / 1_000_000, 1, Integer.MAX_VALUE));
    return in.read(buffer);
  }

  void write(String text) throws IOException {
    synchronized (writeLock) {
      out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
  }

  void flush() throws IOException {
    synchronized (writeLock) {
      out.flush();
    }
  }

  /** A last word from another thread than the session's, and the end of reading. */
  void sendAside(String text) {
    try {
      allow(Duration.ofSeconds(5));
      write(text);
      flush();
      // Ends the session's blocked read; under TLS the close_notify goes out first.
      if (socket instanceof SSLSocket tls) {
        tls.shutdownOutput();
      }
      raw.shutdownInput();
    } catch (IOException e) {
      cut();
    }
  }

  /** Puts TLS over the connection, as server. */
  void startTls(SSLContext context) throws IOException {
    flush();
    SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(raw, null, true);
    tls.setUseClientMode(false);
    long left = Math.max(1, deadlineNanos - System.nanoTime());
    raw.setSoTimeout(Math.clamp(left / 1_000_000, 1, Integer.MAX_VALUE));
    tls.startHandshake();
    synchronized (writeLock) {
      socket = tls;
      streams();
    }
  }

  /** The TLS session, or null in clear. */
  SSLSession tls() {
    return socket instanceof SSLSocket tls ? tls.getSession() : null;
  }

  /**
   * Reads who the client is from what a load balancer says first ({@link ProxyHeader}). Called
   * before anything else is read.
   */
  void readProxyHeader() throws IOException {
    byte[] one = new byte[1];
    ProxyHeader.read(() -> read(one) < 0 ? -1 : one[0] & 0xff)
        .ifPresent(
            said -> {
              client = said.getAddress();
              clientPort = said.getPort();
            });
  }

  /** The client's address: the other end's, or what a load balancer said. */
  InetAddress client() {
    return client;
  }

  int clientPort() {
    return clientPort;
  }

  /** Ends it at once. Blocked reads and writes of the session fail. */
  void cut() {
    try {
      raw.close();
    } catch (IOException e) {
      // nobody is left to be told
    } finally {
      // Not before: who is made to wait must not be answered early.
      cut.countDown();
    }
  }

  @Override
  public void close() {
    try {
      allow(Duration.ofSeconds(5));
      flush();
      socket.close();
    } catch (IOException e) {
      // the client was faster
    } finally {
      cut();
    }
  }
}
