package org.whosent.msa.hop;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.whosent.msa.client.SmtpClient;

/**
 * Connections to the hops that wait for their next message. Thread-safe.
 *
 * <p>The one that came back last is used first, so that those that are not needed grow old and go.
 * None is kept on which anything is still to be read: a late reply would be taken for the answer to
 * another message's command.
 */
final class IdleConnections implements AutoCloseable {
  private static final int MAX_MESSAGES = 100;

  /** How long an answer is waited for that nobody needs. */
  private static final Duration RESET = Duration.ofSeconds(5);

  private static final Duration MAX_AGE = Duration.ofMinutes(5);

  private record Waiting(SmtpClient client, long sinceNanos) {}

  private final Duration idle;
  private final Map<Integer, ArrayDeque<Waiting>> byAddress = new HashMap<>();
  private boolean reaping;
  private boolean closed;

  /**
   * None yet.
   *
   * @param idle how long one waits; zero for not at all
   */
  IdleConnections(Duration idle) {
    this.idle = idle;
  }

  /** A connection to that address, or null when none waits. */
  SmtpClient take(int address) {
    while (true) {
      Waiting waiting;
      synchronized (this) {
        waiting = byAddress.getOrDefault(address, new ArrayDeque<>()).pollLast();
      }
      if (waiting == null) {
        return null;
      }
      if (!isOld(waiting) && waiting.client.isQuiet()) {
        return waiting.client;
      }
      // It may have been closed by the other side, with or without a word.
      goodbye(waiting.client);
    }
  }

  /** Keeps a connection that is in no transaction, or closes it. */
  void giveBack(int address, SmtpClient client) {
    boolean keep =
        !idle.isZero()
            && client.isQuiet()
            && client.countMessage() < MAX_MESSAGES
            && client.age().compareTo(MAX_AGE) < 0;
    synchronized (this) {
      keep &= !closed;
      if (keep) {
        byAddress
            .computeIfAbsent(address, _ -> new ArrayDeque<>())
            .addLast(new Waiting(client, System.nanoTime()));
        if (!reaping) {
          reaping = true;
          Thread.ofVirtual().name("msa-hop-reaper").start(this::reap);
        }
      }
    }
    if (!keep) {
      goodbye(client);
    }
  }

  /**
   * Ends the transaction that a connection is in, and keeps it; closes it where that cannot be. May
   * take some seconds.
   *
   * @param unheard how many answers are to come to what was said last
   */
  void giveBackReset(int address, SmtpClient client, int unheard) {
    try {
      for (int i = 0; i < unheard; i++) {
        client.reply(RESET);
      }
      if (client.command("RSET", RESET).isCompletion()) {
        giveBack(address, client);
      } else {
        // Above all after a 354: it is out of step, and takes what is said for a message.
        goodbye(client);
      }
    } catch (IOException e) {
      client.close();
    }
  }

  private boolean isOld(Waiting waiting) {
    return System.nanoTime() - waiting.sinceNanos > idle.toNanos();
  }

  /** Runs while any connection waits. */
  private void reap() {
    while (true) {
      try {
        Thread.sleep(idle.dividedBy(4).plusMillis(1));
      } catch (InterruptedException e) {
        return;
      }
      List<SmtpClient> old = new ArrayList<>();
      boolean last;
      synchronized (this) {
        for (ArrayDeque<Waiting> waiting : byAddress.values()) {
          while (!waiting.isEmpty() && isOld(waiting.peekFirst())) {
            old.add(waiting.pollFirst().client);
          }
        }
        reaping = byAddress.values().stream().anyMatch(waiting -> !waiting.isEmpty());
        last = !reaping;
      }
      old.forEach(IdleConnections::goodbye);
      if (last) {
        return;
      }
    }
  }

  /** Nobody waits for the other side's goodbye. */
  static void goodbye(SmtpClient client) {
    Thread.startVirtualThread(client::quit);
  }

  @Override
  public void close() {
    List<SmtpClient> all = new ArrayList<>();
    synchronized (this) {
      closed = true;
      byAddress.values().forEach(waiting -> waiting.forEach(w -> all.add(w.client)));
      byAddress.clear();
    }
    all.forEach(IdleConnections::goodbye);
  }
}
