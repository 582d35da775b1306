package org.whosent.indexer.log.sendmail;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.reader.SessionTable;
import org.whosent.indexer.log.reader.SetBackClock;
import org.whosent.indexer.log.text.TornText;
import org.whosent.indexer.log.text.Xtext;
import org.whosent.record.QueueIdTime;

/**
 * Which Sendmail process serves whom. A process serves one connection; what it says of it before
 * the first message (TLS, AUTH) has no queue ID, so that only the process ID joins it to the
 * messages ({@code srvrsmtp.c}). Process IDs come again, below log level 10 nothing shows where a
 * connection begins, and the lines that do may be lost, while a whole office has one address. So a
 * login counts only for messages with the very same {@code relay=}: for the first of them that
 * begins within {@link #SHORT_PAUSE} of it, as its queue ID says, and then for those whose queue
 * IDs show that they are the same process's, within {@link #LONGEST_PAUSE} of the one before. A
 * process takes its queue IDs' second when the client connects: where that is just before the
 * login, it is the very process that said so ({@link Session#isWitness}), whatever came between.
 * For this the stamps' zone must be right, as it is where the ID of some message of that host tells
 * about the time of its line.
 *
 * <p>Whether there was a login the message's own line says ({@code proto=ESMTPA}), but for servers
 * before 8.16, and not behind HELO: who says that after his login makes it {@code proto=SMTP}. And
 * a login holds also where STARTTLS comes behind it, though RFC 3207 forbids that (seen with 8.17).
 * Of both the queue IDs tell that it is the same session. Where the clock is set back between the
 * two, a login counts for what comes soon and says that there was one. Of two logins of one process
 * at once, as where two machines have one name, neither counts for what the queue IDs do not tell
 * apart, also where the second one's session begins between the two.
 *
 * <p>Known weak: a client behind the address of one that has logged in less than {@link
 * #SHORT_PAUSE} ago and sent nothing, served by a process of the same ID, without login at an old
 * server, or where the line with its own login is lost; a process ID that comes again within the
 * second of a login. Not thread-safe.
 */
final class SendmailSessions {
  /** Sendmail's own Timeout.command is an hour. */
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(65);

  static final Duration SHORT_PAUSE = Duration.ofMinutes(10);

  /** From a login to the end of the first message; from the client's connection to its login. */
  private static final Duration LONGEST_UPLOAD = Duration.ofHours(1).minus(SHORT_PAUSE);

  /** So many queue IDs the counter in them lasts for at least. */
  private static final int COUNTED = 60;

  /** Digits of the time and of the process in a queue ID. */
  private static final int TIME = 6;

  private static final int PROCESS = 5;

  private static final Duration CLOCK_STEP = Duration.ofMinutes(1);
  private static final int HOSTS = 10_000;

  /** What a server writes after {@code proto=} for a client that said HELO last. */
  private static final String HELO = "SMTP";

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
    private Instant loggedIn;

    /** STARTTLS came since the login: the session's own, or that of the next one. */
    private boolean isTlsSince;

    /** Of the messages' queue IDs since the login; null when none has come. */
    private String stem;

    /** The same of the login before. */
    private String stemBefore;

    private int messages;

    /** When a session began though somebody had just logged in and not sent anything; or null. */
    private Instant crossed;

    private String crossedUser;

    Session(String relay, Instant time) {
      this.relay = relay;
      this.heard = time;
    }

    /** A session begins, or speaks TLS: what was known before is another's, or discarded. */
    void begins(Instant time, String version, String cipher) {
      if (mechanism != null && stem == null && time.isBefore(heard.plus(CLOCK_STEP))) {
        crossed = time;
        crossedUser = user;
      }
      heard = time;
      tlsVersion = version;
      tlsCipher = cipher;
      if (version != null && mechanism != null) {
        isTlsSince = true;
      } else {
        loggedOut();
      }
    }

    private void loggedOut() {
      stemBefore = stem == null || mechanism == null ? stemBefore : stem;
      stem = null;
      messages = 0;
      user = null;
      mechanism = null;
      isTlsSince = false;
    }

    /**
     * Somebody has logged in, which nobody can do twice in a session. What comes too soon to be of
     * another process with the ID of one that is over is the line once more, or of another machine
     * with this one's name: then of two logins neither counts, unless messages tell them apart.
     */
    void login(String newUser, String newMechanism, Instant time) {
      if (isTlsSince) {
        loggedOut();
      }
      boolean soon = mechanism != null && time.isBefore(heard.plus(CLOCK_STEP));
      heard = time;
      if (soon && newMechanism.equals(mechanism) && Objects.equals(newUser, user)) {
        return;
      }
      boolean unclear = soon && stem == null || isCrossed(newUser, time);
      loggedOut();
      user = unclear ? null : newUser;
      mechanism = newMechanism;
      loggedIn = time;
    }

    /** Two sessions at once, of two machines, of which either may be whose messages come. */
    private boolean isCrossed(String newUser, Instant time) {
      return crossed != null
          && time.isBefore(crossed.plus(CLOCK_STEP))
          && !Objects.equals(newUser, crossedUser);
    }

    /**
     * True when the process that gave out that queue ID is the one in which somebody has logged in,
     * whatever was said since: it was there before and is still.
     */
    boolean isWitness(String id) {
      return mechanism != null
          && isWithin(LONGEST_UPLOAD, QueueIdTime.ofSendmail(id, loggedIn), loggedIn);
    }

    /** Whether it comes soon enough: the first message after the login, or the next one. */
    boolean isInTime(String id, Duration pause) {
      return stem != null
          ? pause.compareTo(LONGEST_PAUSE) <= 0
          : pause.compareTo(SHORT_PAUSE) <= 0
              || pause.compareTo(LONGEST_UPLOAD) <= 0
                  && isWithin(SHORT_PAUSE, heard, QueueIdTime.ofSendmail(id, heard));
    }

    /** False when that queue ID is another process's than the ones before. */
    boolean gives(String id, Duration pause) {
      String given = stemOf(id);
      return stem == null
          ? !given.equals(stemBefore)
          : stem.equals(given) || messages >= COUNTED && pause.compareTo(CLOCK_STEP) <= 0;
    }

    void given(String id, Instant time) {
      String newStem = stemOf(id);
      messages = newStem.equals(stem) ? messages + 1 : 1;
      stem = newStem;
      heard = time;
    }
  }

  /**
   * What all queue IDs of one process have in common: when it needed the first (seen with 8.17:
   * when the client connected), and its own ID; between them one or two letters count. It takes a
   * new second when it has counted to the end ({@code assign_queueid} of {@code queue.c}).
   */
  private static String stemOf(String id) {
    return id.length() < TIME + 1 + PROCESS
        ? id // as before 8.10, which knew no logins
        : id.substring(0, TIME) + id.substring(id.length() - PROCESS);
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
  private final Set<String> hostsInTime = new HashSet<>();
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
      session(host, process, time, message.substring(13)).begins(time, null, null);
      return LineKind.KNOWN;
    }
    if (message.startsWith("STARTTLS=server, relay=")) {
      Matcher matcher = TLS.matcher(message);
      if (!matcher.matches()) {
        return message.contains("version=") ? LineKind.UNKNOWN : LineKind.KNOWN;
      }
      Session session = session(host, process, time, matcher.group(1));
      session.begins(time, matcher.group(2), matcher.group(3));
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
      session.login(cut ? null : Xtext.decode(login), matcher.group(3), time);
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
    return session;
  }

  /**
   * Whose a message is that this process took from that other end.
   *
   * @param host as the line names it
   * @param id the message's
   * @param protocol as the message's line has it, or null
   * @param saysLogin the message's line says that there was a login
   */
  Found of(
      String host,
      String process,
      Instant time,
      String id,
      String relay,
      String protocol,
      boolean saysLogin) {
    if (saysLogin && hostsThatSay.size() < HOSTS) {
      hostsThatSay.add(host);
    }
    boolean inTime = isWithin(SHORT_PAUSE, QueueIdTime.ofSendmail(id, time), time);
    if (inTime && hostsInTime.size() < HOSTS) {
      hostsInTime.add(host);
    }
    Session session = process.isEmpty() ? null : byProcess.get(key(host, process));
    if (session == null || !session.relay.equals(relay)) {
      return new Found(!saysLogin, null, null, null, null);
    }
    boolean witness = hostsInTime.contains(host) && session.isWitness(id);
    if (session.isTlsSince && !witness) {
      session.loggedOut(); // the login was another session's
    }
    Duration pause = Duration.between(session.heard, time);
    boolean live =
        session.gives(id, pause)
            && (witness || session.isInTime(id, pause))
            && (pause.compareTo(CLOCK_STEP.negated()) >= 0
                || saysLogin && setBack.wasSetBack(session.heard, time, SHORT_PAUSE));
    if (live) {
      session.given(id, time);
    }
    String version = live ? session.tlsVersion : null;
    String cipher = live ? session.tlsCipher : null;
    boolean loggedIn = session.mechanism != null;
    boolean afterHelo = HELO.equals(protocol); // which says nothing of a login
    if (!saysLogin && (!loggedIn || !afterHelo && hostsThatSay.contains(host))) {
      return new Found(true, null, null, version, cipher);
    }
    boolean certain = live && loggedIn && session.user != null && (!afterHelo || witness);
    return new Found(
        certain,
        certain ? session.user : null,
        certain ? session.mechanism : null,
        version,
        cipher);
  }

  /** Whether the first is no later than the second, and no more than the span before it. */
  private static boolean isWithin(Duration span, Instant first, Instant second) {
    if (first == null || second == null) {
      return false;
    }
    Duration between = Duration.between(first.truncatedTo(ChronoUnit.SECONDS), second);
    return !between.isNegative() && between.compareTo(span) <= 0;
  }

  private static String key(String host, String process) {
    return host.toLowerCase(Locale.ROOT) + ' ' + process;
  }
}
