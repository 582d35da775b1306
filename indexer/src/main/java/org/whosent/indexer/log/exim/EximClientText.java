package org.whosent.indexer.log.exim;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.whosent.indexer.log.reader.SetBackClock;

/**
 * Which lines of a log a client may have written itself. With +smtp_mailauth Exim (4.96 to 4.100,
 * {@code receive.c}) writes what a client gives as MAIL AUTH behind the login as it is: its line
 * feeds too, and so whole lines. {@link EximForeignText} knows further such texts. An entry is one
 * write, of at most {@value #ENTRY} bytes ({@code macros.h}, LOG_BUFFER_SIZE). So every line that
 * begins within so many bytes behind the beginning of such a one is doubtful; none that is further
 * off is of that client.
 *
 * <p>Doubtful lines are believed in what they say of the client's own: he may write of himself what
 * he likes. What he makes up as the beginning of such an entry makes more lines doubtful, never
 * fewer.
 *
 * <p>Exim itself writes no line feed to syslog. Where a relay sent the file's lines, which stand
 * between those of others then, the stretch is {@value #RELAYED} bytes of the host's lines. Known
 * weak: one that puts a process ID of its own into them.
 *
 * <p>Bounded. For one log; not thread-safe.
 */
final class EximClientText {
  static final int ENTRY = 8192;
  static final int RELAYED = 65_536;

  /** Beyond these all are one, of nobody. */
  private static final int MOST = 500;

  private static final Duration FURTHEST = Duration.ofDays(1);

  /** A line that may go on in those behind it. */
  private static final class Opener {
    /** Whose lines it may go on in; empty: all of the file. */
    private final String host;

    private final String id;
    private final String login;
    private final Instant notBefore;
    private long left;

    Opener(String host, String id, String login, Instant notBefore, long left) {
      this.host = host;
      this.id = id;
      this.login = login;
      this.notBefore = notBefore;
      this.left = left;
    }

    /** A doubtful one's time and form are its writer's choice, perhaps. */
    boolean isSure() {
      return notBefore != null;
    }

    /** True where a line of that host and time may stand behind it, in the same file. */
    boolean mayGoOn(String other, Instant time) {
      return !time.isBefore(notBefore) && other.equals(host);
    }
  }

  private final List<Opener> openers = new ArrayList<>();
  private boolean doubtful;
  private boolean forged;
  private Instant lastSure;
  private String id;
  private String login;

  /**
   * The log's next line begins.
   *
   * @param host empty in Exim's own file
   * @param length bytes without the line feed
   */
  void line(String host, Instant time, int length) {
    doubtful = false;
    forged = false;
    if (openers.isEmpty()) {
      lastSure = time;
      return; // nearly always
    }
    for (Iterator<Opener> all = openers.iterator(); all.hasNext(); ) {
      Opener opener = all.next();
      if (!opener.host.isEmpty() && !opener.host.equals(host)) {
        continue;
      }
      if (opener.left <= 0) {
        all.remove();
        continue;
      }
      opener.left -= length + 1;
      id = doubtful ? same(id, opener.id) : opener.id;
      login = doubtful ? same(login, opener.login) : opener.login;
      doubtful = true;
      forged |= opener.isSure() && !opener.mayGoOn(host, time);
    }
    lastSure = doubtful ? lastSure : time;
  }

  /** When the line was logged: a doubtful one does not make the log reach into the future. */
  Instant seen(Instant time) {
    return doubtful && time.isAfter(lastSure.plus(FURTHEST)) ? lastSure : time;
  }

  private static String same(String one, String other) {
    return one != null && one.equals(other) ? one : null;
  }

  /** True where a client may have written the line. */
  boolean isDoubtful() {
    return doubtful;
  }

  /** True where Exim has not written it: it is too early, or of another form. */
  boolean isForged() {
    return forged;
  }

  /** True where whoever may have written the line sent that message. */
  boolean isOfMessage(String queueId) {
    return doubtful && queueId.equals(id);
  }

  /** True where whoever may have written the line logs in so. */
  boolean isOfLogin(String user) {
    return doubtful && user != null && user.equals(login);
  }

  /**
   * The line is an arrival of which {@link EximArrivalLine#goesOn} is true, or one that {@link
   * EximForeignText} knows.
   *
   * @param host empty in Exim's own file
   * @param user who logged in, where that is sure; or null
   * @param length bytes without the line feed
   * @param reach so many bytes behind the line may be of its entry at most
   */
  void opens(String host, String queueId, String user, Instant time, int length, int reach) {
    Instant notBefore = doubtful ? null : time.minus(SetBackClock.DISORDER);
    boolean one = openers.size() >= MOST;
    if (one) {
      openers.clear();
    }
    openers.add(
        new Opener(
            one ? "" : host,
            one ? null : queueId,
            one ? null : user,
            one ? null : notBefore,
            one ? 16L * RELAYED : Math.min(reach, left(host, length))));
  }

  private static long left(String host, int length) {
    return (host.isEmpty() ? ENTRY : RELAYED) - (length + 1L);
  }

  /** The latest time from which on lines of now may be Exim's; null where there is none. */
  Instant notBefore() {
    return openers.stream()
        .map(opener -> opener.notBefore)
        .filter(Objects::nonNull)
        .max(Instant::compareTo)
        .orElse(null);
  }
}
