package org.whosent.indexer.log.reader;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.Forgotten;

/**
 * Sessions that a Dovecot proxy hands on to a Dovecot behind it, where the lines of both are in one
 * log: both call a session by the same ID. The proxy may log in as a master user of its own for
 * everybody ({@code master=} in its password database), and a real master user may have logged in
 * at the proxy. Each of them has a {@link DovecotMasterLogin}, and the proxy's line tells which
 * name is its own: {@code submission-login: proxy(ACCOUNT,ADDRESS:PORT): Started proxying to …
 * (master NAME) (0.841 secs): user=<…>, …, session=<…>}.
 *
 * <p>2.3's lines of master users tell no session, and nothing is known then. Bounded: of too many
 * sessions the one heard of longest ago is forgotten. Not thread-safe.
 */
final class DovecotProxied {
  private static final String BEGIN = "submission-login: proxy(";
  private static final String STARTED = ": Started proxying to ";
  private static final String MASTER = " (master ";
  private static final Pattern NAMED =
      Pattern.compile(
          "(.{1,256})\\) \\([0-9.]{1,12} secs\\): user=<.*, session=<([A-Za-z0-9+/]{1,64})>",
          Pattern.DOTALL);

  /** Of a session that has more lines nothing is known. */
  private static final int LINES = 3;

  /** One that is there twice (a log that is read again) counts once. */
  private record Line(Instant time, DovecotMasterLogin login) {}

  private static final class Session {
    Instant heard;
    String proxys;
    Set<Line> lines = Set.of();
  }

  /** What is known of whose a session was. */
  enum Whose {
    /** The account's, as far as anything tells. */
    ACCOUNT,
    /** Another's, who is not known. */
    UNKNOWN,
    /** A master user's. */
    MASTER
  }

  /**
   * An answer.
   *
   * @param master his name where he is known; else null
   */
  record Answer(Whose whose, String master) {}

  private static final Answer ACCOUNTS = new Answer(Whose.ACCOUNT, null);
  private static final Answer UNKNOWN = new Answer(Whose.UNKNOWN, null);

  private final SessionTable<String, Session> sessions;

  DovecotProxied(Forgotten forgotten) {
    sessions = new SessionTable<>(SessionTable.MANY, forgotten, session -> session.heard);
  }

  /** Somebody's password was right at the proxy, or the proxy's at the server behind. */
  void master(Instant time, DovecotMasterLogin login) {
    Session session = session(login.session(), time);
    if (session.lines.size() <= LINES) {
      Set<Line> lines = new HashSet<>(session.lines);
      lines.add(new Line(time, login));
      session.lines = Set.copyOf(lines);
    }
  }

  /** Reads the proxy's line; any other one says nothing. */
  void read(Instant time, String message) {
    if (!message.startsWith(BEGIN)) {
      return;
    }
    // An account that is called so stands there twice.
    int started = message.indexOf(STARTED);
    int master = message.indexOf(MASTER);
    if (started < 0
        || master < started
        || started != message.lastIndexOf(STARTED)
        || master != message.lastIndexOf(MASTER)) {
      return;
    }
    Matcher named = NAMED.matcher(message).region(master + MASTER.length(), message.length());
    if (named.matches()) {
      session(named.group(2), time).proxys = named.group(1);
    }
  }

  private Session session(String id, Instant time) {
    Session session = sessions.get(id);
    if (session == null) {
      session = new Session();
      session.heard = time;
      sessions.put(id, session);
    }
    return session;
  }

  /** Whose session it was in which that account sent mail through a proxy. */
  Answer of(String id, String account) {
    Session session = sessions.get(id);
    if (session == null || session.lines.isEmpty()) {
      return ACCOUNTS;
    }
    Set<String> masters = new HashSet<>();
    boolean known = session.proxys != null && session.lines.size() <= LINES;
    for (Line line : session.lines) {
      DovecotMasterLogin login = line.login();
      known &= login.master() != null && login.account().equals(account);
      masters.add(login.master());
    }
    masters.remove(session.proxys);
    if (session.lines.size() == 1 && (session.proxys == null || masters.isEmpty())) {
      return ACCOUNTS; // the proxy's
    }
    return known && masters.size() == 1
        ? new Answer(Whose.MASTER, masters.iterator().next())
        : UNKNOWN;
  }
}
