package org.whosent.indexer.store.partition;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.whosent.indexer.store.TransactionFold;
import org.whosent.indexer.store.bytes.Micros;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.segment.Weighed;
import org.whosent.record.SubmissionRecord;

/**
 * Records that wait to be written, by every ID under which facts may still concern them. Not
 * thread-safe.
 */
final class PendingRecords {
  private static final long MICROS_A_DAY = 86_400_000_000L;

  private final Map<String, List<Weighed>> own = new LinkedHashMap<>();

  /** By the other IDs under which they go on. */
  private final Map<String, List<Weighed>> continued = new HashMap<>();

  /** Of both. */
  private final IdFilter ids = new IdFilter();

  private int count;
  private long bytes;

  int count() {
    return count;
  }

  /** What they weigh together: {@link Weighed#weight}. */
  long bytes() {
    return bytes;
  }

  /** Those under the ID of these facts, or that go on under it, or are continued by them. */
  List<Weighed> concernedBy(SubmissionRecord facts) {
    String id = facts.transactionId();
    if (facts.continuations().isEmpty() && !continued.containsKey(id)) {
      return ids.mayHave(id) ? own.getOrDefault(id, List.of()) : List.of();
    }
    Set<Weighed> concerned = Collections.newSetFromMap(new IdentityHashMap<>());
    for (String each : TransactionFold.ids(facts)) {
      concerned.addAll(own.getOrDefault(each, List.of()));
      concerned.addAll(continued.getOrDefault(each, List.of()));
    }
    return List.copyOf(concerned);
  }

  /** Whether one may be among them that has one of these IDs, or goes on under one. */
  boolean concern(List<String> asked) {
    for (String id : asked) {
      if (ids.mayHave(id) && (own.containsKey(id) || continued.containsKey(id))) {
        return true;
      }
    }
    return false;
  }

  /** The transaction IDs; a view. */
  Set<String> transactionIds() {
    return own.keySet();
  }

  /** The other IDs under which they go on; a view. */
  Set<String> continuationIds() {
    return continued.keySet();
  }

  void put(Weighed record) {
    put(own, record.record().transactionId(), record);
    for (String id : record.record().continuationIds()) {
      put(continued, id, record);
    }
    count++;
    bytes += record.weight();
  }

  private void put(Map<String, List<Weighed>> map, String id, Weighed record) {
    ids.add(id);
    map.merge(id, List.of(record), PendingRecords::both);
  }

  private static List<Weighed> both(List<Weighed> one, List<Weighed> two) {
    List<Weighed> both = new ArrayList<>(one);
    both.addAll(two);
    return List.copyOf(both);
  }

  void remove(Weighed record) {
    remove(own, record.record().transactionId(), record);
    record.record().continuationIds().forEach(id -> remove(continued, id, record));
    count--;
    bytes -= record.weight();
  }

  private static void remove(Map<String, List<Weighed>> map, String id, Weighed record) {
    List<Weighed> left = new ArrayList<>(map.getOrDefault(id, List.of()));
    left.removeIf(each -> each == record);
    if (left.isEmpty()) {
      map.remove(id);
    } else {
      map.put(id, List.copyOf(left));
    }
  }

  /**
   * Gives the records away, by the day that they go to. Nothing is left but their IDs, so that the
   * memory of each becomes free once it is written.
   */
  Map<LocalDate, List<Weighed>> takeByDay(Manifest manifest) {
    Map<LocalDate, List<Weighed>> days = new TreeMap<>();
    // What is not later may be of a day that was purged, and goes to another.
    long horizon = manifest.horizon() == null ? Long.MIN_VALUE : Micros.of(manifest.horizon());
    long day = 0;
    List<Weighed> ofDay = null;
    for (Map.Entry<String, List<Weighed>> entry : own.entrySet()) {
      for (Weighed record : entry.getValue()) {
        long its = Math.floorDiv(record.micros(), MICROS_A_DAY);
        if (ofDay == null || its != day || record.micros() <= horizon) {
          day = its; // neighbours are of one day, nearly all
          LocalDate home = manifest.home(record.record().time());
          ofDay = days.computeIfAbsent(home, _ -> new ArrayList<>());
        }
        ofDay.add(record);
      }
      entry.setValue(List.of());
    }
    continued.replaceAll((_, _) -> List.of());
    return days;
  }
}
