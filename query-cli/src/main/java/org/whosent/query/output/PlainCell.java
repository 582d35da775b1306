package org.whosent.query.output;

/**
 * Knows at one look the cells that stand in a CSV file as they are: most of them. What it is not
 * sure of is for {@link SafeText#forSpreadsheet} and the CSV library to judge. Stateless.
 */
final class PlainCell {
  private static final int WITHIN = 1;
  private static final int LAST = 2;
  private static final int FIRST = 4;
  private static final int FIRST_OF_ROW = 8;
  private static final byte[] MAY_BE = new byte[128];

  static {
    for (char c = ' '; c <= '~'; c++) {
      boolean letter = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
      // Quoted are commas and quotes, and what begins or ends a cell as no text does; what begins
      // as a formula does gets an apostrophe, at the start or behind a semicolon.
      boolean within = c != ',' && c != '"' && c != ';';
      boolean last = within && c != ' ';
      boolean first = last && c > '#' && "=+-@".indexOf(c) < 0;
      MAY_BE[c] =
          (byte)
              ((within ? WITHIN : 0)
                  | (last ? LAST : 0)
                  | (first ? FIRST : 0)
                  | (letter ? FIRST_OF_ROW : 0));
    }
  }

  private PlainCell() {}

  /** Whether nothing is to be quoted, guarded or replaced; the empty cell is not for this. */
  static boolean is(String cell, boolean firstOfRow) {
    int end = cell.length() - 1;
    if (end < 0 || !may(cell.charAt(0), firstOfRow ? FIRST_OF_ROW : FIRST)) {
      return false;
    }
    for (int i = 0; i < end; i++) {
      if (!may(cell.charAt(i), WITHIN)) {
        return false;
      }
    }
    return may(cell.charAt(end), LAST);
  }

  private static boolean may(char c, int be) {
    return c < MAY_BE.length && (MAY_BE[c] & be) != 0;
  }
}
