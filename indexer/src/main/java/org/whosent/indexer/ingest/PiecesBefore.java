package org.whosent.indexer.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LogReader;
import org.whosent.record.JournalEntry;
import org.whosent.record.SubmissionRecord;

/**
 * Shows a reader the end of what was rotated away before the file that it is to read, without any
 * facts being taken, so that sessions which cross the border are known whatever was read when. Only
 * helps: where a piece is missing or cannot be read, what its sessions would have told stays
 * unknown. Stateless.
 */
final class PiecesBefore {
  /** So much is looked at: a session's messages may come minutes after its login. */
  static final long LENGTH = 8 << 20;

  /** A larger compressed piece is not unpacked only to look at its end. */
  private static final long LARGEST_COMPRESSED = 16 << 20;

  /** However small they are. */
  private static final int MOST = 20;

  private static final FactSink IGNORED =
      new FactSink() {
        @Override
        public void facts(SubmissionRecord facts) {}

        @Override
        public void facts(SubmissionRecord.Builder facts) {}

        @Override
        public void seen(String host, Instant time, boolean continuous) {}

        @Override
        public void refusal() {}

        @Override
        public void loginFailure() {}

        @Override
        public void loginFailure(JournalEntry.LoginFailure failure) {}
      };

  private PiecesBefore() {}

  /** Shows them, oldest first. */
  static void show(SourceFile file, LogReader reader) {
    try {
      Deque<SourceFile> pieces = new ArrayDeque<>();
      long wanted = LENGTH;
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
        showEnd(before, reader);
      }
    } catch (IOException e) {
      // As if it were not there.
    }
    reader.lastTime(null);
  }

  private static void showEnd(SourceFile before, LogReader reader) throws IOException {
    long size = before.storedSize();
    if (before.isCompressed()) {
      try (InputStream in = before.open(0)) {
        size = in.transferTo(OutputStream.nullOutputStream());
      }
    }
    long from = Math.max(0, size - LENGTH);
    try (LineInput in = new LineInput(before.open(from), from)) {
      LineInput.Found found = from > 0 ? in.next() : LineInput.Found.LINE;
      while (found == LineInput.Found.LINE || found == LineInput.Found.OVERLONG) {
        found = in.next();
        if (found == LineInput.Found.LINE) {
          reader.read(in.line(), in.length(), IGNORED);
        }
      }
    }
  }
}
