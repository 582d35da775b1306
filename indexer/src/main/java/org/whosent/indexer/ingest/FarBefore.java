package org.whosent.indexer.ingest;

import static org.whosent.indexer.ingest.input.Unreadable.reading;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.whosent.indexer.ingest.input.PiecesBefore;
import org.whosent.indexer.ingest.input.SourceFile;
import org.whosent.indexer.ingest.input.Unreadable;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSource;

/**
 * Shows a reader what it is to know of lines before those that it is shown of the file itself: the
 * ends of the pieces before ({@link PiecesBefore}), and what lasts ({@link LastingLines}). Not
 * thread-safe.
 */
final class FarBefore {
  /** A day, and what files' times may be off: whose lines lasted until then. */
  private static final Duration LONGEST = Duration.ofHours(26);

  private final LogIdentity identity;
  private final IngestBatch work;
  private final LineFacts facts;

  FarBefore(LogIdentity identity, IngestBatch work, LineFacts facts) {
    this.identity = identity;
    this.work = work;
    this.facts = facts;
  }

  /**
   * Shows it.
   *
   * @param lasting places in the file itself
   * @param from where the lines begin that the reader is shown or reads next
   * @throws Unreadable when the file itself cannot be read
   */
  void show(SourceFile file, LogSource format, LogReader reader, List<Long> lasting, long from)
      throws Unreadable {
    Instant modified = reading(file::modified);
    PiecesBefore.show(file, format, reader, from == 0, piece -> lasting(piece, format, modified));
    reading(
        () -> {
          PiecesBefore.lines(file, lasting, from, reader, facts::lasting);
          return null;
        });
    reader.lastTime(null);
  }

  /**
   * As the checkpoints of a piece have them that was read; null where it is too old, or nobody may
   * read it.
   */
  private List<Long> lasting(SourceFile piece, LogSource format, Instant modified) {
    byte[] firstLine;
    try {
      if (piece.modified().isBefore(modified.minus(LONGEST))) {
        return null;
      }
      firstLine = FirstLine.of(piece.head(FirstLine.LONGEST), piece.isComplete());
    } catch (IOException e) {
      return null;
    }
    return firstLine == null ? List.of() : known(identity.before(firstLine, format));
  }

  private List<Long> known(Map<String, String> names) {
    try {
      return work.ask(batch -> Checkpoint.of(batch, names.keySet())).stream()
          .flatMap(each -> each.lasting().stream())
          .distinct()
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the store's
    }
  }
}
