package org.whosent.indexer.ingest;

/** File names and messages on their way to a terminal or into a record. Stateless. */
final class Printable {
  private static final int LONGEST = 1000;

  private Printable() {}

  /** The text with every control and direction character shown as {@code ?}, bounded. */
  static String text(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .limit(LONGEST)
        .forEach(
            c -> {
              int type = Character.getType(c);
              boolean bad =
                  type == Character.CONTROL
                      || type == Character.FORMAT
                      || type == Character.SURROGATE
                      || type == Character.LINE_SEPARATOR
                      || type == Character.PARAGRAPH_SEPARATOR;
              out.appendCodePoint(bad ? '?' : c);
            });
    return out.toString();
  }
}
