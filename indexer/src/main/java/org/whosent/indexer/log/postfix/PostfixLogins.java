package org.whosent.indexer.log.postfix;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.framing.SyslogFraming;
import org.whosent.indexer.log.reader.SessionTable;
import org.whosent.indexer.log.reader.SetBackClock;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.indexer.log.text.Words;

/**
 * Who is in a session whose message has no queue ID yet: {@code NOQUEUE: client=…}, which smtpd
 * logs where a before-queue filter ({@code smtpd_proxy_filter}) gets the message before the queue
 * does. An smtpd process has one session at a time, and each message in it such a line of its own.
 * Bounded: of too many processes the one heard of longest ago is forgotten. Not thread-safe.
 *
 * <p>Lines that name no host may be of several machines, whose process IDs meet. A process that has
 * a client while it has one is two: of it nobody's login is believed for an hour. Two machines may
 * have one name as well, or lines be lost: a process that has not said what became of one client's
 * message, and speaks of another client, is not believed for a while.
 */
final class PostfixLogins {
  private static final byte[] CLIENT = LineBytes.word("NOQUEUE: client=");
  private static final byte[] USERNAME = LineBytes.word(", sasl_username=");
  private static final String DISCONNECT = "disconnect from ";
  private static final int NO_QUEUE = "NOQUEUE: ".length();
  private static final Duration DOUBT = Duration.ofHours(1);

  /**
   * Who sends the message that is coming in.
   *
   * @param client null when somebody has logged in, and the line does not say clearly who
   * @param begun when the line was
   * @param changed the process has spoken of another login of that client just before
   */
  record Login(PostfixClient client, SetBackClock.Mark begun, boolean changed) {}

  private final SessionTable<PostfixSessions.Process, Login> byProcess;

  /** Where lines name no host: since when a process has had a client. */
  private final SessionTable<PostfixSessions.Process, Instant> connected;

  /** When a process had two. */
  private final SessionTable<PostfixSessions.Process, Instant> doubtful;

  /** When a process had two logins of one client. */
  private final SessionTable<PostfixSessions.Process, Instant> changed;

  private final SetBackClock setBack;
  private final Words words = new Words();

  /**
   * Knows nobody yet.
   *
   * @param setBack is told of every line before this is
   */
  PostfixLogins(Forgotten forgotten, SetBackClock setBack) {
    this.setBack = setBack;
    byProcess = new SessionTable<>(PostfixSessions.PROCESSES, forgotten);
    connected = new SessionTable<>(PostfixSessions.PROCESSES, forgotten, since -> since);
    doubtful = new SessionTable<>(PostfixSessions.PROCESSES, forgotten, since -> since);
    changed = new SessionTable<>(PostfixSessions.PROCESSES, forgotten, since -> since);
  }

  /** Takes note of a line without a queue ID; true when it says who is in the session. */
  boolean read(SyslogFraming framing) {
    LineBytes line = framing.message();
    int start = framing.messageStart();
    if (line.startsWith(CLIENT, start)) {
      PostfixClient client =
          framing.isPerhapsCut() ? null : PostfixClient.parse(line, start + NO_QUEUE, words);
      Login before = byProcess.get(key(framing));
      if (before != null && !isOf(before.client(), client)) {
        boolean same = before.client().text().equals(client.text());
        (same ? changed : doubtful).put(key(framing), framing.time());
      }
      boolean named = client != null || line.indexOf(USERNAME, start) >= 0;
      if (!named || framing.process().isEmpty() || isRecent(doubtful, framing)) {
        byProcess.remove(key(framing));
        return false;
      }
      SetBackClock.Mark begun = setBack.mark(framing.time(), framing.time());
      byProcess.put(key(framing), new Login(client, begun, isRecent(changed, framing)));
      return client != null;
    }
    boolean nameless = framing.host().isEmpty();
    if ((nameless || !byProcess.isEmpty()) && PostfixSessions.isBorder(line, start)) {
      boolean connects = line.at(start) == 'c';
      Login before = byProcess.remove(key(framing));
      if (before != null && (connects || !isOf(before.client(), line, start))) {
        doubtful.put(key(framing), framing.time());
      }
      if (nameless) {
        border(connects, framing);
      }
    }
    return false;
  }

  /** True where a session may have gone on with that client. */
  private static boolean isOf(PostfixClient before, PostfixClient client) {
    return before == null
        || client == null
        || before.text().equals(client.text()) && Objects.equals(before.user(), client.user());
  }

  private static boolean isOf(PostfixClient before, LineBytes line, int start) {
    return before == null || line.text(start, line.end()).startsWith(DISCONNECT + before.text());
  }

  private void border(boolean connects, SyslogFraming framing) {
    if (!connects) {
      connected.remove(key(framing));
      return;
    }
    if (isRecent(connected, framing)) {
      doubtful.put(key(framing), framing.time());
    }
    connected.put(key(framing), framing.time());
  }

  private static boolean isRecent(
      SessionTable<PostfixSessions.Process, Instant> table, SyslogFraming framing) {
    Instant since = table.isEmpty() ? null : table.get(key(framing));
    Duration longest = framing.host().isEmpty() ? DOUBT : SetBackClock.SOON;
    return since != null && Duration.between(since, framing.time()).compareTo(longest) < 0;
  }

  /** Who it was; null when no line said so. The next message needs a line of its own. */
  Login take(SyslogFraming framing) {
    return framing.process().isEmpty() ? null : byProcess.remove(key(framing));
  }

  private static PostfixSessions.Process key(SyslogFraming framing) {
    return new PostfixSessions.Process(framing.host(), framing.process());
  }
}
