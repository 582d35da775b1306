package org.whosent.indexer.log.postfix;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.framing.SyslogFraming;
import org.whosent.indexer.log.reader.SessionTable;
import org.whosent.indexer.log.text.LineBytes;
import org.whosent.record.SubmissionRecord;

/**
 * Which messages a client began and never sent. smtpd(8) opens a queue file with the first
 * recipient; at RSET, at another EHLO or when the client goes away it is thrown away, and no line
 * says so (RFC 5321, 4.1.1.5: nothing was submitted). What says it is how often the session's
 * commands succeeded, as Postfix writes it since 3.0 when the client leaves: {@code disconnect from
 * name[address] ehlo=1 auth=1 mail=2 rcpt=3 data=1/2 rset=1 quit=1 commands=9/10}.
 *
 * <p>Lines that follow on a transaction's end are another's, so none is ended that may have been
 * taken. A line can be lost or late, and two machines can go by one name: the session must have
 * been seen from its beginning, by one process at a time, and either no DATA succeeded in it, or
 * all that did are known. Nor is one ended whose header has come: it may be taken although the
 * client hung up on the answer to its final dot, and often the queue manager's line stands behind
 * the client's leaving, so that the count alone would decide. What cannot be told so stays open.
 * Bounded: of too many processes the one heard of longest ago is forgotten. Not thread-safe.
 */
final class PostfixGivenUp {
  /** Of a session; of one with more nothing is said. */
  private static final int OPENED = 50;

  private static final int DISCONNECT = "disconnect from ".length();
  private static final Pattern PORT = Pattern.compile(":(?:[0-9]{1,5}|unknown)");
  private static final Pattern COUNT =
      Pattern.compile("([a-z]{3,9})=([0-9]{1,9})(?:/([0-9]{1,9}))?");

  /** Of a process with a client, from the line that says it has connected. */
  private static final class Session {
    /** Another began before this one ended: they are of two machines. */
    boolean doubtful;

    final Instant begun;
    String client;
    final List<PostfixMessages.Message> opened = new ArrayList<>(1);

    Session(Instant begun) {
      this.begun = begun;
    }

    /** As nearly always: what it opened is in the queue. */
    boolean nothingToEnd() {
      for (PostfixMessages.Message message : opened) {
        if (!message.isQueued()) {
          return false;
        }
      }
      return true;
    }
  }

  private final SessionTable<PostfixSessions.Process, Session> byProcess;
  private final PostfixMessages messages;
  private final SyslogFraming framing;

  /**
   * For one log.
   *
   * @param framing of the line that is read
   */
  PostfixGivenUp(Forgotten forgotten, PostfixMessages messages, SyslogFraming framing) {
    this.byProcess =
        new SessionTable<>(PostfixSessions.PROCESSES, forgotten, session -> session.begun);
    this.messages = messages;
    this.framing = framing;
  }

  /** When the client came that the process of this line has; null where that was not read. */
  Instant begun() {
    Session session = framing.process().isEmpty() ? null : byProcess.get(process());
    return session == null ? null : session.begun;
  }

  /** The process has opened a queue file for that client ({@code name[address]}). */
  void opened(PostfixMessages.Message message, String client) {
    Session session = framing.process().isEmpty() ? null : byProcess.get(process());
    if (session == null) {
      return;
    }
    session.doubtful |=
        session.opened.size() == OPENED || session.client != null && !session.client.equals(client);
    session.client = client;
    if (!session.doubtful) {
      session.opened.add(message);
    }
  }

  /**
   * A line that says that a client has come or gone ({@link PostfixSessions#isBorder}).
   *
   * @return true when there were facts in it
   */
  boolean border(LineBytes line, int start, FactSink sink) {
    if (framing.process().isEmpty()) {
      return false;
    }
    if (line.at(start) == 'c') {
      Session before = byProcess.put(process(), new Session(framing.time()));
      if (before != null) {
        byProcess.get(process()).doubtful = true;
      }
      return false;
    }
    Session session = byProcess.remove(process());
    if (session == null || session.doubtful || session.nothingToEnd()) {
      return false;
    }
    Counts counts = Counts.of(line.text(start + DISCONNECT, line.end()), session.client);
    if (counts == null) {
      return false;
    }
    int used = 0;
    for (PostfixMessages.Message message : over(session.opened, counts)) {
      if (messages.message(message.id) == message) { // else the ID is another's already
        SubmissionRecord.Builder facts = PostfixParts.of(message);
        facts.completed = framing.time();
        sink.facts(facts);
        used++;
      }
    }
    return used > 0;
  }

  private static List<PostfixMessages.Message> over(
      List<PostfixMessages.Message> opened, Counts counts) {
    List<PostfixMessages.Message> over = new ArrayList<>(opened);
    over.removeIf(PostfixMessages.Message::isQueued);
    int queued = opened.size() - over.size();
    if (counts.mail < opened.size() || queued > counts.taken) {
      return List.of(); // of another session
    }
    over.removeIf(PostfixMessages.Message::isCleaned);
    if (counts.taken == 0) {
      return over;
    }
    boolean all = !counts.failed && opened.size() - over.size() == counts.taken;
    return all || queued == counts.taken ? over : List.of();
  }

  /**
   * How often commands succeeded.
   *
   * @param mail MAIL
   * @param taken DATA and BDAT, of which each message that was taken has at least one
   * @param failed whether one of these failed, too
   */
  private record Counts(int mail, int taken, boolean failed) {

    /**
     * Reads what stands behind the client.
     *
     * @param text from the client to the line's end
     * @return null when it is another client, or when the counts are not there to the last
     */
    static Counts of(String text, String client) {
      String[] words = text.startsWith(client) ? text.substring(client.length()).split(" ") : null;
      boolean none = words == null || words.length == 0; // of blanks alone
      if (none || !words[0].isEmpty() && !PORT.matcher(words[0]).matches()) {
        return null;
      }
      int mail = 0;
      int taken = 0;
      boolean failed = false;
      String last = null;
      for (int i = 1; i < words.length; i++) {
        Matcher count = COUNT.matcher(words[i]);
        if (!count.matches()) {
          return null;
        }
        last = count.group(1);
        int succeeded = Integer.parseInt(count.group(2));
        if (last.equals("mail")) {
          mail = succeeded;
        } else if (last.equals("data") || last.equals("bdat")) {
          taken += succeeded;
          failed |= count.group(3) != null;
        }
      }
      return "commands".equals(last) ? new Counts(mail, taken, failed) : null;
    }
  }

  private PostfixSessions.Process process() {
    return new PostfixSessions.Process(framing.host(), framing.process());
  }
}
