package org.whosent.query.trace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.View;
import org.whosent.record.ClueType;
import org.whosent.record.Sketch;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;

/**
 * The sketches of the newest records, read once and kept in memory: for a text without any header,
 * nothing but its likeness leads to a record. At most {@link #MAX_RECORDS}, about 250 bytes each;
 * what is older is not compared, and the answer says so. Immutable.
 */
final class SketchColumn {
  /** Records compared. */
  static final int MAX_RECORDS = 200_000;

  private static final int NEAREST = TraceResult.MAX_CANDIDATES;

  /** Below both, two texts have nothing to do with each other. */
  private static final double SIMILAR = 0.3;

  private static final double CONTAINED = 0.6;

  /** Most pairs have not even this, and need no closer look. */
  private static final double NOTHING = 0.02;

  private record Row(Sketch sketch, String transactionId, Instant time) {}

  private record Near(Row row, double likeness) {}

  private final List<Row> rows;
  private final Instant oldest; // null when all records are here

  private SketchColumn(List<Row> rows, Instant oldest) {
    this.rows = rows;
    this.oldest = oldest;
  }

  static SketchColumn read(View view) throws IOException {
    List<Row> rows = new ArrayList<>();
    Instant oldest = null;
    int seen = 0;
    try {
      Iterator<SubmissionRecord> records = view.search(RecordQuery.ALL);
      while (records.hasNext()) {
        SubmissionRecord record = records.next();
        if (seen++ == MAX_RECORDS) {
          oldest = record.time();
          break;
        }
        Sketch.parse(record.sketch())
            .ifPresent(sketch -> rows.add(new Row(sketch, record.transactionId(), record.time())));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return new SketchColumn(rows, oldest);
  }

  /** How alike, 0 to 1: the same, or one in the other. */
  static double likeness(Sketch one, Sketch other) {
    double similarity = one.similarity(other);
    if (similarity < NOTHING) {
      return 0;
    }
    double containment = one.containment(other);
    if (similarity < SIMILAR && containment < CONTAINED) {
      return 0;
    }
    // Containment alone would put the shortest of all that share a few words first.
    return (2 * similarity + containment) / 3;
  }

  /** The records whose text is nearest, best first; empty when none is near. */
  List<SubmissionRecord> nearest(Sketch sketch, View view) throws IOException {
    List<Near> near = new ArrayList<>();
    for (Row row : rows) {
      double likeness = likeness(row.sketch, sketch);
      if (likeness > 0) {
        near.add(new Near(row, likeness));
        if (near.size() > 50 * NEAREST) {
          best(near);
        }
      }
    }
    best(near);
    List<SubmissionRecord> records = new ArrayList<>();
    for (Near one : near) {
      view.find(ClueType.TRANSACTION_ID, one.row.transactionId, NEAREST).stream()
          .filter(record -> record.time().equals(one.row.time))
          .forEach(records::add);
    }
    return records;
  }

  private static void best(List<Near> near) {
    near.sort(Comparator.comparingDouble(Near::likeness).reversed());
    if (near.size() > NEAREST) {
      near.subList(NEAREST, near.size()).clear();
    }
  }

  /** In words, when not every record was compared. */
  Optional<String> extent() {
    return oldest == null
        ? Optional.empty()
        : Optional.of(
            "of its text, only the %d newest submissions were compared, back to %s"
                .formatted(MAX_RECORDS, Times.format(oldest)));
  }
}
