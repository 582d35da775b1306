package org.whosent.indexer.ingest.input;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The fields of one journal entry that matter to a mail log, to be given as {@code journalctl -o
 * json} has them. A field that stands there twice, or that is not whole, is left out. Not
 * thread-safe.
 */
final class JournalFields {
  /** Bytes of a value that are kept: no line of a mail server is longer. */
  static final int LONGEST = 1 << 16;

  static final String TIME = "__REALTIME_TIMESTAMP";

  /** {@code JournalEntry} reads the same. */
  private static final Set<String> WANTED =
      Set.of(
          TIME,
          "_HOSTNAME",
          "SYSLOG_IDENTIFIER",
          "_PID",
          "SYSLOG_PID",
          "PRIORITY",
          "CONTAINER_NAME",
          "CONTAINER_ID",
          "CONTAINER_PARTIAL_MESSAGE",
          "_TRANSPORT",
          "_COMM",
          "_STREAM_ID",
          "_LINE_BREAK",
          "MESSAGE");

  private final Map<String, String> entry = new LinkedHashMap<>();
  private final Set<String> spoiled = new HashSet<>();

  static boolean isWanted(String name) {
    return WANTED.contains(name);
  }

  /**
   * Takes a field.
   *
   * @param whole false where the text is not all of it
   */
  void put(String name, String text, boolean whole) {
    if (WANTED.contains(name) && (entry.putIfAbsent(name, text) != null || !whole)) {
      spoiled.add(name);
    }
  }

  /** The entry, with a line feed; the next one begins. */
  byte[] line() {
    entry.keySet().removeAll(spoiled);
    byte[] line = LineMakingStream.line(entry);
    entry.clear();
    spoiled.clear();
    return line;
  }
}
