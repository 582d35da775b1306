package org.whosent.indexer.log.postfix;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.reader.SessionTable;

/**
 * Amavis, a content filter, which parts a message where its recipients are to get different header
 * fields (those of local domains a spam score). Its reply names one of the new queue IDs, the line
 * that it logs just before all of them: {@code (TASK) Passed …, queued_as: ID/ID, N ms} (the
 * default {@code $log_templ} of 2.x).
 *
 * <p>What stands in the midst of that line is the sender's choice and not quoted, so that it counts
 * from its end, and by its beginning. A long one is logged in pieces, {@code (TASK) …...} and
 * {@code (TASK) ...…}: these count where nothing of the same process stands between, since other
 * lines of it may hold anything. This only says which queue IDs go together; whether a message is a
 * part of another is still {@link PostfixMessages}' to find out. Not thread-safe.
 */
final class AmavisFilter {
  /** Under which it logs. */
  static final Set<String> PROGRAMS = Set.of("amavis", "amavisd");

  private static final int MANY = 20_000;
  private static final int LONGEST_TASK = 40;

  /** More than can stand behind {@code queued_as}. */
  private static final int TAIL = 3_000;

  private static final Pattern BEGINNING =
      Pattern.compile("(\\([0-9]{1,10}[0-9-]{3,20}\\)) (.*)", Pattern.DOTALL);
  private static final String CUT = "...";

  private static final Pattern END =
      Pattern.compile(
          ", queued_as: ([0-9A-Za-z]{6,24}(?:/[0-9A-Za-z]{6,24}){1,49})"
              + "(?:, dkim_(?:sd|new)=[A-Za-z0-9._:,-]{1,500}){0,4}, [0-9]{1,9} ms\\z");

  /** A line of which more is to come. */
  private record Begun(String task, String text, Instant heard) {}

  private record Parts(List<String> queueIds, Instant heard) {}

  private final SessionTable<String, Begun> begun;
  private final SessionTable<String, Parts> byQueueId;

  AmavisFilter(Forgotten forgotten) {
    begun = new SessionTable<>(MANY, forgotten, Begun::heard);
    byQueueId = new SessionTable<>(MANY, forgotten, Parts::heard);
  }

  /**
   * Takes note of one of its lines.
   *
   * @param machine on which it runs
   * @return false when the line says nothing of use
   */
  boolean read(String machine, String process, Instant time, String text) {
    String key = machine + ' ' + process;
    Begun before = begun.isEmpty() ? null : begun.remove(key);
    Matcher line = BEGINNING.matcher(text);
    if (process.isEmpty() || !line.matches() || line.end(1) > LONGEST_TASK) {
      return false;
    }
    String task = line.group(1);
    String said = line.group(2);
    if (said.startsWith(CUT)) {
      if (before == null || !before.task.equals(task)) {
        return false;
      }
      said = before.text + said.substring(CUT.length());
    } else if (!said.startsWith("Passed ")) {
      return false;
    }
    if (said.endsWith(CUT)) {
      int end = said.length() - CUT.length();
      begun.put(key, new Begun(task, said.substring(Math.max(0, end - TAIL), end), time));
      return true;
    }
    Matcher end = END.matcher(said);
    if (!end.find(Math.max(0, said.length() - TAIL))) {
      return false;
    }
    Parts parts = new Parts(List.of(end.group(1).split("/")), time);
    parts.queueIds.forEach(id -> byQueueId.put(machine + ' ' + id, parts));
    return true;
  }

  /** The other queue IDs that go with one that a reply names; none where it is the only one. */
  List<String> others(String machine, String queueId) {
    Parts parts = byQueueId.isEmpty() ? null : byQueueId.get(machine + ' ' + queueId);
    return parts == null
        ? List.of()
        : parts.queueIds.stream().filter(id -> !id.equals(queueId)).toList();
  }
}
