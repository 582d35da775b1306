package org.whosent.indexer.ingest.input;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongFunction;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.NoFacts;

/**
 * Shows a reader the end of what was rotated away before the file that it is to read, without any
 * facts being taken, so that sessions which cross the border are known whatever was read when. Only
 * helps: where a piece is missing or cannot be read, what its sessions would have told stays
 * unknown. Stateless.
 */
public final class PiecesBefore {
  /** So much is looked at: a session's messages may come minutes after its login. */
  private static final long LENGTH = 8 << 20;

  /** A larger compressed piece is not unpacked only to look at its end. */
  private static final long LARGEST_COMPRESSED = 16 << 20;

  /** However small they are. */
  private static final int MOST = 20;

  private static final FactSink IGNORED = new NoFacts();

  private PiecesBefore() {}

  /** So much is looked at for the beginning of one line: it is no longer, escaped as it is. */
  private static final long OF_A_LINE = 2 << 20;

  /** Knows which lines are to be shown however far back they are. */
  public interface Lasting {
    /**
     * Where such lines of that piece begin, in ascending order; null where neither it nor an older
     * one matters.
     */
    List<Long> of(SourceFile piece);
  }

  /**
   * A piece that is shown.
   *
   * @param near its end is, too
   */
  private record Shown(SourceFile piece, boolean near, List<Long> lasting) {}

  /**
   * Shows them, oldest first, where lines of that format may need it.
   *
   * @param near false where only what lasts is to be shown: the reader begins further on in the
   *     file than is looked back
   */
  public static void show(
      SourceFile file, LogSource format, LogReader reader, boolean near, Lasting lasting) {
    long length = length(format);
    if (length > 0) {
      show(file, reader, length, near ? length : 0, lasting);
    }
  }

  /** So many bytes before a line matter to a reader of that format. */
  public static long length(LogSource format) {
    return format.sessionsNameUsers() ? LENGTH : format.linesCrossPieces() ? OF_A_LINE : 0;
  }

  private static void show(
      SourceFile file, LogReader reader, long length, long most, Lasting lasting) {
    try {
      Deque<Shown> pieces = new ArrayDeque<>();
      long wanted = most;
      SourceFile piece = file.pieceBefore();
      while (piece != null && pieces.size() < MOST) {
        if (piece.isCompressed() && piece.storedSize() > LARGEST_COMPRESSED) {
          wanted = 0;
        }
        List<Long> lines = lasting.of(piece);
        if (wanted <= 0 && lines == null) {
          break;
        }
        pieces.addFirst(new Shown(piece, wanted > 0, lines == null ? List.of() : lines));
        wanted -= piece.storedSize();
        piece = piece.pieceBefore();
      }
      for (Shown before : pieces) {
        show(before, reader, length);
      }
      reader.fileTime(file.modified());
    } catch (IOException e) {
      reader.inTheMidst();
    }
    reader.lastTime(null);
  }

  private static void show(Shown before, LogReader reader, long length) {
    SourceFile piece = before.piece;
    try {
      reader.fileTime(piece.modified());
      if (before.near) {
        long from = Math.max(0, size(piece) - length);
        lines(piece, before.lasting, from, reader, _ -> IGNORED);
        showEnd(piece, from, reader);
      } else {
        lines(piece, before.lasting, Long.MAX_VALUE, reader, _ -> IGNORED);
      }
    } catch (IOException e) {
      reader.inTheMidst();
    }
  }

  private static long size(SourceFile piece) throws IOException {
    if (!piece.isCompressed()) {
      return piece.storedSize();
    }
    try (InputStream in = piece.open(0)) {
      return in.transferTo(OutputStream.nullOutputStream());
    }
  }

  /**
   * Shows a reader single lines of a file; of others, before, between and behind them, it knows
   * that they are missing.
   *
   * @param places where they begin, in ascending order
   * @param before no line is shown that begins there or further on
   * @param sinks gives what takes the facts of the line that begins there
   */
  public static void lines(
      SourceFile file,
      List<Long> places,
      long before,
      LogReader reader,
      LongFunction<FactSink> sinks)
      throws IOException {
    LineInput in = null;
    try {
      for (long place : places) {
        if (place >= before) {
          return;
        }
        if (in == null || !file.isCompressed()) {
          close(in);
          in = new LineInput(file.open(place), place);
        }
        LineInput.Found found = in.next();
        while (found != LineInput.Found.END && in.lineStart() < place) {
          found = in.next();
        }
        if (found == LineInput.Found.LINE && in.lineStart() == place) {
          reader.inTheMidst();
          reader.read(in.line(), in.length(), sinks.apply(place));
          reader.inTheMidst();
        }
      }
    } finally {
      close(in);
    }
  }

  private static void close(LineInput in) {
    if (in != null) {
      in.close();
    }
  }

  private static void showEnd(SourceFile before, long from, LogReader reader) throws IOException {
    try (LineInput in = new LineInput(before.open(from), from)) {
      if (from > 0) {
        reader.inTheMidst();
      }
      reader.lookAhead(most -> in.behind(most, true));
      LineInput.Found found = from > 0 ? in.next() : LineInput.Found.LINE;
      while (found == LineInput.Found.LINE || found == LineInput.Found.OVERLONG) {
        found = in.next();
        if (found == LineInput.Found.OVERLONG) {
          reader.inTheMidst();
        } else if (found == LineInput.Found.LINE) {
          reader.read(in.line(), in.length(), IGNORED);
        }
      }
    }
  }
}
