package org.whosent.msa.auth;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import org.whosent.msa.Turns;
import org.whosent.msa.auth.SaslExchange.BlockedException;
import org.whosent.msa.auth.SaslExchange.Gate;

/**
 * Turns at checking a password or a token, of which few can be checked at one time, by
 * neighbourhood. Thread-safe.
 *
 * <p>A neighbourhood is wider than what failures are counted by, an IPv4 /24 or an IPv6 /48, since
 * that much is easily one guesser's. Known weak: guessers in very many neighbourhoods.
 */
public final class LoginTurns {
  private final Turns turns;

  private record Neighbourhood(boolean six, long bits) {
    static Neighbourhood of(InetAddress client) {
      ClientNetwork network = ClientNetwork.of(client);
      return new Neighbourhood(
          network.six(), network.bits() >> (client instanceof Inet6Address ? 16 : 8));
    }
  }

  /**
   * All are free.
   *
   * @param atOneTime how many have a turn together
   * @param patience how long one is waited for
   */
  public LoginTurns(int atOneTime, Duration patience) {
    this.turns = new Turns(atOneTime, patience);
  }

  /**
   * Waits for a turn. Whoever gets one calls {@link #end} when it is over.
   *
   * @param gate is told of the wait, and asked again after it
   * @throws BlockedException when the login was blocked meanwhile; there is no turn then, as with
   *     each exception
   * @throws InterruptedException when the client has gone
   * @throws IOException when it takes too long
   */
  public void take(InetAddress client, String login, Gate gate)
      throws BlockedException, InterruptedException, IOException {
    if (!turns.take(Neighbourhood.of(client), gate::waiting)) {
      return;
    }
    boolean passed = false;
    try {
      gate.pass(login);
      passed = true;
    } finally {
      if (!passed) {
        turns.end();
      }
    }
  }

  /** Gives the turn to the next. */
  public void end() {
    turns.end();
  }

  /** How many wait. */
  public int size() {
    return turns.size();
  }

  /** How many neighbourhoods are remembered. */
  int neighbourhoods() {
    return turns.places();
  }
}
