package org.whosent.indexer.log.postfix;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.reader.SessionTable;

/**
 * Proxmox Mail Gateway's content filter, which answers with its own session, {@code 250 2.5.0 OK
 * (SESSION)}, and names what it handed on in its own lines, one for each recipient: {@code SESSION:
 * accept mail to <ADDRESS> (QUEUE ID) (rule: NAME)} (its {@code RuleDB/Accept.pm} and {@code
 * pmg-log-tracker}). Rules may part a message into several.
 *
 * <p>This only says which queue IDs a reply stands for. Whether a message is a part of another is
 * still {@link PostfixMessages}' to find out, as with a filter that names one itself. An address is
 * the sender's choice and not quoted: a line in which the ID may stand in two places says nothing.
 * Not thread-safe.
 */
final class ProxmoxFilter {
  /** Under which it logs. */
  static final String PROGRAM = "pmg-smtp-filter";

  private static final int SESSIONS = 20_000;
  private static final int PARTS = 50;
  private static final String BEFORE_ID = "> (";

  private static final Pattern LINE =
      Pattern.compile(
          "([0-9A-F]{8,25}): (?:(new mail )|accept mail to <.{0,1000}> \\(([0-9A-Za-z]{6,24})\\)"
              + "(?: \\(rule: .*\\))?\\z)",
          Pattern.DOTALL);
  private static final Pattern REPLY = Pattern.compile("250 2\\.5\\.0 OK \\(([0-9A-F]{8,25})\\)");

  /** Its end is not logged. */
  private record Session(Instant heard, List<String> queueIds) {}

  private final SessionTable<String, Session> sessions;

  ProxmoxFilter(Forgotten forgotten) {
    sessions = new SessionTable<>(SESSIONS, forgotten, Session::heard);
  }

  /**
   * Takes note of one of its lines.
   *
   * @param machine on which it runs
   * @return false when the line says nothing of use
   */
  boolean read(String machine, Instant time, String text) {
    Matcher line = LINE.matcher(text);
    if (!line.lookingAt()) {
      return false;
    }
    String session = key(machine, line.group(1));
    if (line.group(2) != null) {
      sessions.remove(session);
      return true;
    }
    String id = line.group(3);
    boolean certain = text.indexOf(BEFORE_ID) == text.lastIndexOf(BEFORE_ID);
    if (!certain || !QueueId.is(id)) {
      return false;
    }
    List<String> parts =
        sessions.computeIfAbsent(session, _ -> new Session(time, new ArrayList<>(1))).queueIds;
    if (!parts.contains(id) && parts.size() < PARTS) {
      parts.add(id);
    }
    return true;
  }

  /** The queue IDs that a reply on that machine stands for; none when it is not this filter's. */
  List<String> queueIds(String machine, String reply) {
    Matcher answer = sessions.isEmpty() ? null : REPLY.matcher(reply);
    Session session =
        answer == null || !answer.matches() ? null : sessions.get(key(machine, answer.group(1)));
    return session == null ? List.of() : session.queueIds;
  }

  private static String key(String machine, String session) {
    return machine + ' ' + session;
  }
}
