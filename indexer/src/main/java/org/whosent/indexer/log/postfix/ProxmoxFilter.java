package org.whosent.indexer.log.postfix;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Proxmox Mail Gateway's content filter, which answers with its own session, {@code 250 2.5.0 OK
 * (SESSION)}, and names what it handed on in its own lines, one for each recipient: {@code SESSION:
 * accept mail to <ADDRESS> (QUEUE ID) (rule: NAME)} (its {@code RuleDB/Accept.pm} and {@code
 * pmg-log-tracker}). Rules may part a message into several.
 *
 * <p>This only says which queue IDs a reply stands for. Whether a message is a part of another is
 * still {@link PostfixMessages}' to find out, as with a filter that names one itself. An address is
 * the sender's choice and not quoted: a line in which the ID may stand in two places says nothing.
 * Bounded: the sessions heard of longest ago are forgotten, and with them what would have been
 * joined. Not thread-safe.
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

  private final Map<String, List<String>> sessions =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<String>> eldest) {
          return size() > SESSIONS;
        }
      };

  /** Takes note of one of its lines; false when it says nothing of use. */
  boolean read(String host, String text) {
    Matcher line = LINE.matcher(text);
    if (!line.lookingAt()) {
      return false;
    }
    String session = key(host, line.group(1));
    if (line.group(2) != null) {
      sessions.remove(session);
      return true;
    }
    String id = line.group(3);
    boolean certain = text.indexOf(BEFORE_ID) == text.lastIndexOf(BEFORE_ID);
    if (!certain || !QueueId.is(id)) {
      return false;
    }
    List<String> parts = sessions.computeIfAbsent(session, _ -> new ArrayList<>(1));
    if (!parts.contains(id) && parts.size() < PARTS) {
      parts.add(id);
    }
    return true;
  }

  /** The queue IDs that a reply stands for; none when it is no reply of this filter's. */
  List<String> queueIds(String host, String reply) {
    Matcher answer = sessions.isEmpty() ? null : REPLY.matcher(reply);
    return answer == null || !answer.matches()
        ? List.of()
        : sessions.getOrDefault(key(host, answer.group(1)), List.of());
  }

  private static String key(String host, String session) {
    return host + ' ' + session;
  }
}
