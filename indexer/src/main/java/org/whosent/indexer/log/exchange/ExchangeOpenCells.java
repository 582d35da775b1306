package org.whosent.indexer.log.exchange;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Cells in quotes that do not end in their line. Whether Exchange writes a line feed that a decoded
 * subject has in it is not known; if it does, the lines behind it are a stranger's, and may look
 * like rows or name other columns. His own quotes are doubled, so that he cannot end the cell:
 * nothing is read until a line has a quote that is not.
 *
 * <p>Bounded: behind so many lines the cell is one whose end was lost, as of a row that a full disk
 * has cut. Not thread-safe.
 */
final class ExchangeOpenCells {
  private static final int LINES = 50;
  private static final int SERVERS = 1000;

  /** How many lines were passed over, by server. */
  private final Map<String, Integer> open =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
          return size() > SERVERS;
        }
      };

  /**
   * True for a line that begins such a cell, stands in it or ends it: no row is in it.
   *
   * @param server whose line it is; empty where that is not said
   */
  boolean hold(String server, String line) {
    Integer lines = open.remove(server);
    if (lines == null) {
      boolean begins = !line.startsWith("#") && CsvLine.endsWithin(line, false);
      if (begins) {
        open.put(server, 0);
      }
      return begins;
    }
    if (CsvLine.endsWithin(line, true) && lines + 1 < LINES) {
      open.put(server, lines + 1);
    }
    return true;
  }

  /** What goes before the next line is not known. */
  void clear() {
    open.clear();
  }
}
