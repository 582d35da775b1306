package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.whosent.indexer.store.Detail;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.record.ClueType;
import org.whosent.record.Network;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * What a store answers to whatever it may be asked: it must be what a scan of its records finds
 * that knows nothing but how values are folded.
 */
final class Answers {
  private static final List<String> NETWORKS =
      List.of("192.0.2.0/25", "192.0.2.7", "2001:db8::/32", "::/0", "0.0.0.0/0", "fe80::/10");

  private final Random random;

  /** As they stand in records, or as somebody may write them. */
  private final Map<ClueType, Set<String>> asked = new EnumMap<>(ClueType.class);

  Answers(Random random) {
    this.random = random;
    for (ClueType type : ClueType.values()) {
      asked.put(type, new TreeSet<>());
    }
  }

  /** From now on it is asked for all that these are found by, whether they are there or not. */
  void ask(Collection<SubmissionRecord> records) {
    for (SubmissionRecord record : records) {
      for (ClueType type : ClueType.values()) {
        type.values(record, value -> ask(type, value));
      }
    }
  }

  void ask(ClueType type, String value) {
    if (value != null) {
      asked.get(type).add(value);
    }
  }

  static Set<SubmissionRecord> all(RecordStore store) throws IOException {
    try (View view = store.view()) {
      List<SubmissionRecord> all = list(view.search(RecordQuery.ALL));
      assertEquals(List.of(), view.warnings());
      assertEquals(all.size(), new HashSet<>(all).size(), "a record twice");
      return new HashSet<>(all);
    }
  }

  private static List<SubmissionRecord> list(Iterator<SubmissionRecord> records) {
    List<SubmissionRecord> list = new ArrayList<>();
    records.forEachRemaining(list::add);
    return list;
  }

  /**
   * Asks for some of each kind.
   *
   * @param most values of each
   */
  void check(RecordStore store, Collection<SubmissionRecord> expected, int most, String say)
      throws IOException {
    try (View view = store.view()) {
      same(expected, list(view.search(RecordQuery.ALL)), say);
      List<SubmissionRecord> columns = list(view.search(RecordQuery.ALL, Detail.COLUMNS));
      same(columns(expected), columns(columns), say + ", columns");
      for (ClueType type : ClueType.values()) {
        Map<String, List<SubmissionRecord>> scanned = new TreeMap<>();
        for (SubmissionRecord record : expected) {
          type.of(record)
              .forEach(v -> scanned.computeIfAbsent(v, _ -> new ArrayList<>()).add(record));
        }
        List<String> values = new ArrayList<>(asked.get(type));
        Collections.shuffle(values, random);
        for (String value : values.subList(0, Math.min(most, values.size()))) {
          String what = say + ", " + type + " '" + value + "'";
          List<SubmissionRecord> theirs =
              scanned.getOrDefault(type.fold(value), List.<SubmissionRecord>of());
          same(theirs, view.find(type, value, Integer.MAX_VALUE), what);
          int few = 1 + random.nextInt(3);
          assertEquals(
              times(newestFirst(theirs)).subList(0, Math.min(few, theirs.size())),
              times(view.find(type, value, few)),
              what);
          if (random.nextInt(4) == 0) {
            search(view, RecordQuery.of(Map.of(type, value), null, null, null), theirs, what);
          }
        }
      }
      searches(view, new ArrayList<>(expected), most, say);
      assertEquals(List.of(), view.warnings(), say);
      view.verify().days().forEach(day -> assertEquals(null, day.damage(), say));
    }
  }

  /** Conditions together. */
  private void searches(View view, List<SubmissionRecord> all, int most, String say)
      throws IOException {
    for (int i = 0; i < most && !all.isEmpty(); i++) {
      SubmissionRecord one = all.get(random.nextInt(all.size()));
      Map<ClueType, String> clues = new EnumMap<>(ClueType.class);
      for (int n = random.nextInt(3); n >= 0; n--) {
        ClueType type = ClueType.values()[random.nextInt(ClueType.values().length)];
        type.values(
            one,
            value -> {
              if (value != null && !type.fold(value).isEmpty()) {
                clues.put(type, value);
              }
            });
      }
      Instant since = random.nextInt(3) > 0 ? null : one.time().minusSeconds(random.nextInt(9999));
      Instant until = random.nextInt(3) > 0 ? null : one.time().plusSeconds(random.nextInt(9999));
      String network = NETWORKS.get(random.nextInt(NETWORKS.size()));
      RecordQuery query =
          RecordQuery.of(
              clues,
              random.nextInt(3) > 0 ? null : Network.parse(network).orElseThrow(),
              since,
              until);
      search(view, query, all.stream().filter(query::matches).toList(), say + ", " + query);
    }
  }

  private static void search(
      View view, RecordQuery query, List<SubmissionRecord> expected, String say)
      throws IOException {
    same(expected, list(view.search(query)), say);
    same(columns(expected), columns(list(view.search(query, Detail.COLUMNS))), say + ", columns");
  }

  /** As many as there are of each, and the newest first. */
  private static void same(
      Collection<SubmissionRecord> expected, List<SubmissionRecord> found, String say) {
    if (expected.size() != found.size() || !new HashSet<>(expected).equals(new HashSet<>(found))) {
      List<SubmissionRecord> missing = new ArrayList<>(expected);
      List<SubmissionRecord> more = new ArrayList<>(found);
      found.forEach(missing::remove);
      expected.forEach(more::remove);
      throw new AssertionError(say + ": missing " + missing + ", too many " + more);
    }
    List<Instant> times = times(found);
    for (int i = 1; i < times.size(); i++) {
      assertTrue(!times.get(i).isAfter(times.get(i - 1)), say + ": not the newest first");
    }
  }

  private static List<SubmissionRecord> newestFirst(Collection<SubmissionRecord> records) {
    List<SubmissionRecord> sorted = new ArrayList<>(records);
    sorted.sort((a, b) -> b.time().compareTo(a.time()));
    return sorted;
  }

  private static List<Instant> times(List<SubmissionRecord> records) {
    return records.stream().map(SubmissionRecord::time).toList();
  }

  /** What {@link Detail#COLUMNS} names of each. */
  private static List<SubmissionRecord> columns(Collection<SubmissionRecord> records) {
    return records.stream().map(Answers::columns).toList();
  }

  private static SubmissionRecord columns(SubmissionRecord r) {
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.time = r.time();
    b.transactionId = r.transactionId();
    b.host = r.host();
    b.user = r.user();
    b.localUser = r.localUser();
    b.client = r.client();
    b.mailFrom = r.mailFrom();
    b.recipients =
        r.recipients().stream()
            .map(
                one -> new Recipient(one.address(), null, null, null, null, null, null, null, null))
            .toList();
    b.messageId = r.messageId();
    b.headerFrom = r.headerFrom();
    b.subject = r.subject();
    b.size = r.size();
    b.provenance = r.provenance().stream().limit(1).toList();
    return b.build();
  }
}
