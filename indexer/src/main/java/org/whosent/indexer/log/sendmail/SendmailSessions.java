package org.whosent.indexer.log.sendmail;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.reader.SessionTable;
import org.whosent.indexer.log.reader.SetBackClock;
import org.whosent.indexer.log.text.TornText;
import org.whosent.indexer.log.text.Xtext;

/**
 * Which Sendmail process serves whom. A process serves one connection; what it says of it before
 * the first message (TLS, AUTH) has no queue ID, so that only the process ID joins it to the
 * messages ({@code srvrsmtp.c}). Process IDs come again, and below log level 10 nothing shows where
 * a connection begins. So a login counts only for messages with the very same {@code relay=}, for a
 * while after the session's last sign of life: {@link #LONGEST_PAUSE} where the message's own line
 * says that there was a login ({@code proto=ESMTPA}, 8.16 and later), {@link #SHORT_PAUSE} where
 * the server is too old to say so. Where the clock is set back between the two, a login counts for
 * what comes soon and says that there was one.
 *
 * <p>Known weak: with an old server at log level 9, a client behind the address of one that has
 * logged in less than {@link #SHORT_PAUSE} ago, served by a process of the same ID, without login.
 * Not thread-safe.
 */
final class SendmailSessions {
  /** Sendmail's own Timeout.command is an hour. */
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(65);

  static final Duration SHORT_PAUSE = Duration.ofMinutes(10);
  private static final Duration CLOCK_STEP = Duration.ofMinutes(1);
  private static final int HOSTS = 10_000;

  private static final Pattern TLS =
      Pattern.compile(
          "STARTTLS=server, relay=("
              + SendmailRelay.CONNECTION
              + "), version=([A-Za-z0-9.]{1,16})(?:/[A-Za-z0-9.]{1,16})?, verify=[A-Za-z]{1,16},"
              + " cipher=([A-Za-z0-9_-]{1,64}), bits=[0-9]{1,5}/[0-9]{1,5}");

  /**
   * What stands before authid cannot hold a comma, and nothing of the client's stands behind it.
   */
  private static final Pattern AUTH =
      Pattern.compile(
          "AUTH=server, relay=("
              + SendmailRelay.CONNECTION
              + "), authid=(.{1,128}), mech=([A-Za-z0-9_-]{1,20}), bits=[0-9]{1,5}",
          Pattern.DOTALL);

  /** {@code shortenstring(user, 128)} puts this into the middle of what is too long. */
  private static final String CUT = "...";

  private static final int PERHAPS_CUT = 120;

  private static final class Session {
    private final String relay;
    private Instant heard;
    private String tlsVersion;
    private String tlsCipher;
    private String user;
    private String mechanism;

    Session(String relay, Instant time) {
      this.relay = relay;
      this.heard = time;
    }
  }

  /**
   * What a message's line may be completed with.
   *
   * @param certain false when somebody has logged in, or must have, and it is not known who
   * @param user null when nobody has
   */
  record Found(
      boolean certain, String user, String mechanism, String tlsVersion, String tlsCipher) {}

  private final SessionTable<String, Session> byProcess;
  private final Set<String> hostsThatSay = new HashSet<>();
  private final SetBackClock setBack = new SetBackClock();

  SendmailSessions(Forgotten forgotten) {
    byProcess = new SessionTable<>(SessionTable.MANY, forgotten, session -> session.heard);
  }

  /** A line of that time is read, of whatever kind. */
  void seen(Instant time) {
    setBack.isBehind(time);
  }

  /**
   * Takes note of a line without a queue ID; null when it is not about a session.
   *
   * @param host as the line names it: several may have one name after {@code by}
   */
  LineKind read(String host, String process, Instant time, String message) {
    if (message.startsWith("connect from ")) {
      byProcess.put(key(host, process), new Session(message.substring(13), time));
      return LineKind.KNOWN;
    }
    if (message.startsWith("STARTTLS=server, relay=")) {
      Matcher matcher = TLS.matcher(message);
      if (!matcher.matches()) {
        return message.contains("version=") ? LineKind.UNKNOWN : LineKind.KNOWN;
      }
      Session session = session(host, process, time, matcher.group(1));
      session.tlsVersion = matcher.group(2);
      session.tlsCipher = matcher.group(3);
      session.user = null; // RFC 3207 section 4.2: what was known before is discarded
      session.mechanism = null;
      return LineKind.KNOWN;
    }
    if (message.startsWith("AUTH=server, ")) {
      Matcher matcher = AUTH.matcher(message);
      if (!matcher.matches() || TornText.isIn(matcher.group(2))) {
        byProcess.remove(key(host, process)); // somebody has logged in there
        return LineKind.UNKNOWN;
      }
      Session session = session(host, process, time, matcher.group(1));
      String login = matcher.group(2);
      boolean cut = login.length() >= PERHAPS_CUT && login.contains(CUT) || login.length() == 128;
      session.user = cut ? null : Xtext.decode(login);
      session.mechanism = matcher.group(3);
      return cut ? LineKind.UNKNOWN : LineKind.KNOWN;
    }
    return null;
  }

  private Session session(String host, String process, Instant time, String relay) {
    Session session = byProcess.get(key(host, process));
    if (session == null || !session.relay.equals(relay)) {
      session = new Session(relay, time);
      byProcess.put(key(host, process), session);
    }
    session.heard = time;
    return session;
  }

  /**
   * Whose a message is that this process took from that other end.
   *
   * @param host as the line names it
   * @param saysLogin the message's line says that there was a login
   */
  Found of(String host, String process, Instant time, String relay, boolean saysLogin) {
    if (saysLogin && hostsThatSay.size() < HOSTS) {
      hostsThatSay.add(host);
    }
    Session session = process.isEmpty() ? null : byProcess.get(key(host, process));
    if (session == null || !session.relay.equals(relay)) {
      return new Found(!saysLogin, null, null, null, null);
    }
    Duration pause = Duration.between(session.heard, time);
    boolean live =
        pause.compareTo(saysLogin ? LONGEST_PAUSE : SHORT_PAUSE) <= 0
            && (pause.compareTo(CLOCK_STEP.negated()) >= 0
                || saysLogin && setBack.wasSetBack(session.heard, time, SHORT_PAUSE));
    if (live) {
      session.heard = time;
    }
    String version = live ? session.tlsVersion : null;
    String cipher = live ? session.tlsCipher : null;
    boolean loggedIn = session.mechanism != null;
    if (!saysLogin && (!loggedIn || hostsThatSay.contains(host))) {
      return new Found(true, null, null, version, cipher);
    }
    boolean certain = live && loggedIn && session.user != null;
    return new Found(
        certain,
        certain ? session.user : null,
        certain ? session.mechanism : null,
        version,
        cipher);
  }

  private static String key(String host, String process) {
    return host + ' ' + process;
  }
}
