package org.whosent.indexer.log.exchange;

import java.util.ArrayList;
import java.util.List;

/**
 * The cells of one line of comma-separated values (RFC 4180, cells without line breaks). By hand,
 * since a line is one record here and a library reads streams. Stateless.
 */
final class CsvLine {
  private static final int MOST = 200;

  private CsvLine() {}

  /** The cells; null when a quoted one does not end, is followed by text, or there are too many. */
  static List<String> cells(String line) {
    return cells(line, false);
  }

  /** The same of a writer that quotes all that is not empty; null also when one is not quoted. */
  static List<String> quotedCells(String line) {
    return cells(line, true);
  }

  /**
   * True when a quoted cell does not end in the line.
   *
   * @param begun the line begins within one
   */
  static boolean endsWithin(String line, boolean begun) {
    boolean within = begun;
    boolean first = true;
    for (int at = 0; at < line.length(); at++) {
      char c = line.charAt(at);
      if (within && c == '"') {
        boolean doubled = at + 1 < line.length() && line.charAt(at + 1) == '"';
        within = doubled;
        at += doubled ? 1 : 0;
      } else if (!within) {
        within = first && c == '"';
        first = c == ',';
        continue;
      }
      first = false;
    }
    return within;
  }

  private static List<String> cells(String line, boolean allQuoted) {
    List<String> cells = new ArrayList<>(32);
    int at = 0;
    while (cells.size() < MOST) {
      int end;
      if (at < line.length() && line.charAt(at) == '"') {
        StringBuilder cell = new StringBuilder();
        end = at + 1;
        while (end < line.length()) {
          char c = line.charAt(end);
          if (c == '"') {
            if (end + 1 >= line.length() || line.charAt(end + 1) != '"') {
              break;
            }
            end++;
          }
          cell.append(c);
          end++;
        }
        if (end >= line.length()) {
          return null;
        }
        end++;
        cells.add(cell.toString());
      } else {
        end = line.indexOf(',', at);
        end = end < 0 ? line.length() : end;
        if (allQuoted && end > at) {
          return null;
        }
        cells.add(line.substring(at, end));
      }
      if (end >= line.length()) {
        return cells;
      }
      if (line.charAt(end) != ',') {
        return null;
      }
      at = end + 1;
    }
    return null;
  }
}
