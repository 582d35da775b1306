package org.whosent.msa;

import java.time.Duration;
import org.whosent.record.settings.Settings;

/**
 * The bounds of sessions and messages. Immutable. Everything a client can make grow has one.
 *
 * @param maxMessageBytes octets of a message, announced by SIZE (RFC 1870)
 * @param maxHeaderBytes octets of a message's header
 * @param maxLineBytes octets of one line of message data with its CRLF. RFC 5321 section 4.5.3.1.6
 *     obliges us to take 1000; common clients send HTML in longer ones, and refusing those would
 *     only teach people to go around the server. 64 KiB is still nothing to hold.
 * @param maxRecipients of one message; RFC 5321 section 4.5.3.1.8 obliges us to take 100
 * @param maxConnections at one time
 * @param maxConnectionsPerAddress at one time, per IPv4 address or IPv6 /64
 * @param maxErrors refused commands in one session before it is ended
 * @param maxLoginFailures failed logins in one session before it is ended
 * @param commandTimeout for the next command; RFC 5321 section 4.5.3.2.7 asks for 5 minutes
 * @param dataTimeout for the data of a message, longer by a second for every 4 KiB that came
 * @param minDataRate octets of message data a second, over each window; zero for any
 * @param dataRateWindow over which that is taken
 * @param sessionTimeout for a whole session
 * @param loginFailureDelay before the answer to a failed login; doubles with each from a network
 * @param maxLoginFailuresPerAccount of one account from one network before both together are
 *     blocked for a time
 * @param maxLoginFailuresPerNetwork from one network before it is
 * @param loginFailureWindow after which failed logins are forgotten
 * @param maxHopConnections to the next hops at one time
 * @param hopIdle how long a connection to a hop waits for its next message; zero for not at all
 * @param credentialCache how long a password that was verified need not be hashed again; zero for
 *     not at all
 * @param loginBlock how long the first block lasts; each further one twice as long as the last
 */
public record Limits(
    long maxMessageBytes,
    int maxHeaderBytes,
    int maxLineBytes,
    int maxRecipients,
    int maxConnections,
    int maxConnectionsPerAddress,
    int maxErrors,
    int maxLoginFailures,
    Duration commandTimeout,
    Duration dataTimeout,
    long minDataRate,
    Duration dataRateWindow,
    Duration sessionTimeout,
    Duration loginFailureDelay,
    int maxLoginFailuresPerAccount,
    int maxLoginFailuresPerNetwork,
    Duration loginFailureWindow,
    Duration loginBlock,
    int maxHopConnections,
    Duration hopIdle,
    Duration credentialCache) {

  static Limits of(Settings settings) {
    return new Limits(
        settings.number("maxMessageBytes", 50L << 20, 1024, 1L << 31),
        (int) settings.number("maxHeaderBytes", 256 << 10, 1024, 16 << 20),
        (int) settings.number("maxLineBytes", 64 << 10, 1000, 16 << 20),
        (int) settings.number("maxRecipients", 100, 1, 10_000),
        (int) settings.number("maxConnections", 1000, 1, 100_000),
        (int) settings.number("maxConnectionsPerAddress", 100, 1, 100_000),
        (int) settings.number("maxErrors", 20, 1, 1000),
        (int) settings.number("maxLoginFailures", 3, 1, 100),
        positive(settings, "commandTimeout", Duration.ofMinutes(5)),
        positive(settings, "dataTimeout", Duration.ofMinutes(10)),
        settings.number("minDataRate", 100, 0, 1 << 20),
        positive(settings, "dataRateWindow", Duration.ofMinutes(3)),
        positive(settings, "sessionTimeout", Duration.ofHours(2)),
        Duration.ofMillis(settings.number("loginFailureDelayMillis", 1000, 0, 60_000)),
        (int) settings.number("maxLoginFailuresPerAccount", 5, 1, 1000),
        (int) settings.number("maxLoginFailuresPerNetwork", 20, 1, 100_000),
        positive(settings, "loginFailureWindow", Duration.ofHours(1)),
        positive(settings, "loginBlock", Duration.ofMinutes(10)),
        (int) settings.number("maxHopConnections", 200, 1, 100_000),
        Duration.ofSeconds(settings.number("hopIdleSeconds", 20, 0, 240)),
        Duration.ofSeconds(settings.number("credentialCacheSeconds", 60, 0, 300)));
  }

  private static Duration positive(Settings settings, String key, Duration byDefault) {
    Duration span = settings.span(key, byDefault);
    if (span.isZero() || span.compareTo(Duration.ofDays(1)) > 0) {
      settings.problem(key, "expected a span from 1s to 1d");
      return byDefault;
    }
    return span;
  }
}
