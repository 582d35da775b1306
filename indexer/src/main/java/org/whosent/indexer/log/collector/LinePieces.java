package org.whosent.indexer.log.collector;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.whosent.record.Times;

/**
 * Puts together the lines that Docker or a container runtime has cut to pieces, stream by stream.
 * Who sends mail may make a server log a long line, and choose what the rest of it looks like: a
 * line whose pieces are not all there, as they were written and shortly one after the other, is
 * lost, its rest with it.
 *
 * <p>Known weak: the first line of a container's log whose older pieces are gone is taken for a
 * whole one. Bounded: a longer line than {@link #LONGEST} is lost, and of more than {@link
 * #STREAMS} streams in the midst of a line the one that began first is forgotten. Not thread-safe.
 */
final class LinePieces {
  /** Characters of a line. */
  static final int LONGEST = 1 << 20;

  private static final int STREAMS = 1000;

  /** The pieces of a line are written as one. */
  private static final Duration APART = Duration.ofSeconds(10);

  /**
   * What there is of a line.
   *
   * @param text null for a line that is lost
   */
  private record Begun(StringBuilder text, String time) {
    static final Begun LOST = new Begun(null, "");
  }

  private final Map<String, Begun> byStream =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Begun> eldest) {
          return size() > STREAMS;
        }
      };

  /** What goes before the next lines is not known. */
  void inTheMidst() {
    byStream.put("stdout", Begun.LOST);
    byStream.put("stderr", Begun.LOST);
  }

  /** A piece that is not a line's last. */
  void add(LineWrapping.Unwrapped.Piece piece) {
    Begun begun = byStream.get(piece.stream());
    boolean fits =
        piece.whole()
            && (begun == null || goesOn(begun, piece.time(), piece.text()))
            && isTime(piece.time());
    if (!fits) {
      byStream.put(piece.stream(), Begun.LOST);
      return;
    }
    StringBuilder text = begun == null ? new StringBuilder() : begun.text;
    byStream.put(piece.stream(), new Begun(text.append(piece.text()), piece.time()));
  }

  /** The line that ends so; null when it is lost. */
  String end(LineWrapping.Unwrapped.Line last) {
    Begun begun = byStream.remove(last.stream());
    if (begun == null) {
      return last.text();
    }
    return goesOn(begun, last.time(), last.text()) ? begun.text + last.text() : null;
  }

  private static boolean goesOn(Begun begun, String time, String text) {
    if (begun.text == null || begun.text.length() + text.length() > LONGEST) {
      return false;
    }
    return isTime(time)
        && Duration.between(Times.parse(begun.time), Times.parse(time)).abs().compareTo(APART) <= 0;
  }

  private static boolean isTime(String time) {
    try {
      Times.parse(time);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }
}
