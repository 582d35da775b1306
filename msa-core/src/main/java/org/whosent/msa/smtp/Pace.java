package org.whosent.msa.smtp;

import java.time.Duration;
import org.whosent.msa.Limits;

/**
 * Holds a client that sends message data to a least rate: so many octets within each window, the
 * next window beginning when they have come. And to a time for all of it, which grows with what has
 * come. Who is slower is told 421 (RFC 5321 section 4.5.3.2 leaves the server's side to us). Not
 * thread-safe.
 */
final class Pace {
  private static final int BYTES_PER_SECOND_AT_LEAST = 4096;

  private final Connection connection;
  private final long timeoutNanos;
  private final long windowNanos;
  private final long perWindow;
  private final long startNanos = System.nanoTime();
  private long windowStartNanos = startNanos;
  private long inWindow;
  private long received;

  Pace(Connection connection, Limits limits) {
    this(
        connection,
        limits.dataTimeout(),
        limits.dataRateWindow(),
        limits.minDataRate() * limits.dataRateWindow().toSeconds());
  }

  /**
   * Begins now.
   *
   * @param timeout for all data, longer by a second for every 4 KiB that came
   * @param window in which {@code perWindow} octets are to come
   */
  Pace(Connection connection, Duration timeout, Duration window, long perWindow) {
    this.connection = connection;
    this.timeoutNanos = timeout.toNanos();
    this.windowNanos = window.toNanos();
    this.perWindow = perWindow;
  }

  /** Sets until when the connection may wait for the next octets. */
  void beforeRead() {
    connection.allow(left());
  }

  /** How long the next octets may take to come. */
  Duration left() {
    long now = System.nanoTime();
    long extra = Duration.ofSeconds(received / BYTES_PER_SECOND_AT_LEAST).toNanos();
    long left = startNanos + timeoutNanos + extra - now;
    if (perWindow > 0) {
      left = Math.min(left, windowStartNanos + windowNanos - now);
    }
    return Duration.ofNanos(left);
  }

  /** Counts octets that came. */
  void received(int count) {
    received += count;
    inWindow += count;
    if (inWindow >= perWindow) {
      inWindow = 0;
      windowStartNanos = System.nanoTime();
    }
  }
}
