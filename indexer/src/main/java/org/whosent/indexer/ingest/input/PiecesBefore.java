package org.whosent.indexer.ingest.input;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
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

  /** Shows them, oldest first, where lines of that format may need it. */
  public static void show(SourceFile file, LogSource format, LogReader reader) {
    long length = length(format);
    if (length > 0) {
      show(file, reader, length);
    }
  }

  /** So many bytes before a line matter to a reader of that format. */
  public static long length(LogSource format) {
    return format.sessionsNameUsers() ? LENGTH : format.linesCrossPieces() ? OF_A_LINE : 0;
  }

  private static void show(SourceFile file, LogReader reader, long length) {
    try {
      Deque<SourceFile> pieces = new ArrayDeque<>();
      long wanted = length;
      SourceFile piece = file.pieceBefore();
      while (piece != null && wanted > 0 && pieces.size() < MOST) {
        if (piece.isCompressed() && piece.storedSize() > LARGEST_COMPRESSED) {
          break;
        }
        pieces.addFirst(piece);
        wanted -= piece.storedSize();
        piece = piece.pieceBefore();
      }
      for (SourceFile before : pieces) {
        reader.fileTime(before.modified());
        showEnd(before, reader, length);
      }
      reader.fileTime(file.modified());
    } catch (IOException e) {
      reader.inTheMidst();
    }
    reader.lastTime(null);
  }

  private static void showEnd(SourceFile before, LogReader reader, long length) throws IOException {
    long size = before.storedSize();
    if (before.isCompressed()) {
      try (InputStream in = before.open(0)) {
        size = in.transferTo(OutputStream.nullOutputStream());
      }
    }
    long from = Math.max(0, size - length);
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
