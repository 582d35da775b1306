package org.whosent.query.trace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.View;
import org.whosent.record.ClueType;
import org.whosent.record.Sketch;
import org.whosent.record.SubmissionRecord;

/**
 * The records whose text is nearest to a given one: for a text without any header, nothing but its
 * likeness leads to a record. Looked up by the sketch's anchors, so that the cost hangs on how many
 * records share one and not on how many there are. Belongs to one thread, like its view.
 *
 * <p>Boilerplate that very many have sent shares its anchors with all of them: of each anchor the
 * newest {@link #MAX_OF_ONE} records are compared, within the time that the input speaks of first,
 * and {@link Near#cut} says that there were more.
 */
final class AlikeTexts {
  /** Records compared for one anchor. */
  static final int MAX_OF_ONE = 1000;

  /** Of one user among the nearest: a flood of one text must not hide who else sent it. */
  private static final int MAX_OF_USER = 3;

  private static final int NEAREST = TraceResult.MAX_CANDIDATES;

  /**
   * What was found.
   *
   * @param records the nearest, best first; empty when none is near
   * @param cut true when more records share an anchor than were compared
   */
  record Near(List<SubmissionRecord> records, boolean cut) {}

  private record Ranked(SubmissionRecord record, double likeness) {}

  private final View view;

  AlikeTexts(View view) {
    this.view = view;
  }

  /** The nearest records of a time; either bound may be null. */
  Near nearest(Sketch sketch, Instant since, Instant until) throws IOException {
    Map<String, SubmissionRecord> found = new LinkedHashMap<>();
    boolean cut = false;
    try {
      for (String anchor : sketch.anchors()) {
        Iterator<SubmissionRecord> records =
            view.search(RecordQuery.of(Map.of(ClueType.SKETCH, anchor), null, since, until));
        int seen = 0;
        while (records.hasNext()) {
          if (seen++ == MAX_OF_ONE) {
            cut = true;
            break;
          }
          SubmissionRecord record = records.next();
          found.putIfAbsent(Candidates.key(record), record);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    List<Ranked> ranked = new ArrayList<>();
    for (SubmissionRecord record : found.values()) {
      double likeness = Sketch.parse(record.sketch()).map(sketch::likeness).orElse(0.0);
      if (likeness > 0) {
        ranked.add(new Ranked(record, likeness));
      }
    }
    ranked.sort(
        Comparator.comparingDouble(Ranked::likeness)
            .reversed()
            .thenComparing(one -> one.record.time(), Comparator.reverseOrder()));
    return new Near(best(ranked), cut);
  }

  private static List<SubmissionRecord> best(List<Ranked> ranked) {
    List<SubmissionRecord> best = new ArrayList<>();
    Map<String, Integer> ofUser = new HashMap<>();
    for (Ranked one : ranked) {
      if (best.size() == NEAREST) {
        break;
      }
      if (ofUser.merge(Candidate.who(one.record), 1, Integer::sum) <= MAX_OF_USER) {
        best.add(one.record);
      }
    }
    return best;
  }
}
