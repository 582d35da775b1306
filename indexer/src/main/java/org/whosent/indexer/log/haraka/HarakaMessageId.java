package org.whosent.indexer.log.haraka;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A Message-ID that does not end in its line. Haraka up to 3.2 logs what it finds under that name
 * with all line feeds but the first ({@code connection.js}), and escapes none where it quotes the
 * value ({@code stringify} of {@code logger.js}; its JSON does): who sends two such fields, or a
 * folded one, has lines of the log to himself, of any form, until the quotes end. He cannot end
 * them, as his own come out behind a backslash. So whatever stands there is not read, until the end
 * or a later line of the same connection that has quotes of Haraka's own.
 *
 * <p>What another process of the same host says meanwhile is not read either. Bounded: a value of
 * more lines than a header has in Haraka is taken for one whose end is lost, and of too many hosts
 * the first is forgotten. Not thread-safe.
 */
final class HarakaMessageId {
  private static final String MESSAGE = "message mid=\"";

  /** Behind the quotes that end it. */
  private static final Pattern BEHIND = Pattern.compile(" size=[0-9]{1,18} rcpts=");

  /** {@code max_header_lines}. */
  private static final int LINES = 1000;

  private static final int HOSTS = 1000;

  /**
   * One that has not ended.
   *
   * @param connection whose message it is of
   * @param lines so many it has had
   */
  private record Open(String connection, int lines) {}

  private final Map<String, Open> byHost =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Open> eldest) {
          return size() > HOSTS;
        }
      };

  /** Takes note of a line that was read. */
  void read(HarakaLine line) {
    String text = line.text();
    if (text.startsWith(MESSAGE) && quote(text, MESSAGE.length()) < 0) {
      byHost.put(line.host(), new Open(line.connection(), 0));
    }
  }

  /**
   * True for a line that stands in such a value, or ends it.
   *
   * @param line null where it is none of Haraka's, and any host's
   * @param printed the whole of it
   */
  boolean holds(HarakaLine line, String printed) {
    if (byHost.isEmpty()) {
      return false;
    }
    int quote = quote(printed, 0);
    boolean ends =
        quote >= 0 && BEHIND.matcher(printed).region(quote + 1, printed.length()).lookingAt();
    if (line == null) {
      if (ends) {
        byHost.clear();
      }
      return true;
    }
    Open open = byHost.get(line.host());
    if (open == null) {
      return false;
    }
    // What ends it is not shown by a collector that leaves out what looks like no line.
    boolean behind = !ends && quote >= 0 && open.connection.equals(line.connection());
    if (ends || behind || open.lines == LINES) {
      byHost.remove(line.host());
    } else {
      byHost.put(line.host(), new Open(open.connection, open.lines + 1));
    }
    return !behind;
  }

  /** Where the first quote stands that no backslash escapes; -1 when there is none. */
  private static int quote(String text, int from) {
    for (int at = from; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        return at;
      }
      at += c == '\\' ? 1 : 0;
    }
    return -1;
  }
}
