package org.whosent.indexer.store.partition;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.whosent.indexer.store.TransactionFold;
import org.whosent.indexer.store.bytes.Micros;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.segment.Weighed;
import org.whosent.record.IdHash;
import org.whosent.record.SubmissionRecord;

/**
 * Records that wait to be written, by every ID under which facts may still concern them. A table of
 * its own, since of most IDs it is asked in vain, and most records are never asked for: a {@code
 * HashMap} has an entry and a list for each, all over the memory. Not thread-safe.
 */
final class PendingRecords {
  private static final long MICROS_A_DAY = 86_400_000_000L;
  private static final int FEWEST = 1 << 6;

  /** 2^32 divided by the golden ratio: hashes that are near to each other come to lie apart. */
  private static final int SPREAD = 0x9e3779b9;

  /** In the order in which they came; null where one was taken out, and all after the end. */
  private Weighed[] records = new Weighed[FEWEST];

  /** The hash codes of their IDs: {@link IdHash}. */
  private int[] hashes = new int[FEWEST];

  /** How many came, those taken out included. */
  private int size;

  /**
   * Their numbers from 1 on; 0 is free. Each lies in the slot of its hash, or behind it with no
   * free one between, and stays there when its record is taken out.
   */
  private int[] slots = new int[2 * FEWEST];

  /** By the other IDs under which they go on. */
  private final Map<String, List<Weighed>> continued = new HashMap<>();

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
      return own(id);
    }
    Set<Weighed> concerned = Collections.newSetFromMap(new IdentityHashMap<>());
    for (String each : TransactionFold.ids(facts)) {
      concerned.addAll(own(each));
      concerned.addAll(continued.getOrDefault(each, List.of()));
    }
    return List.copyOf(concerned);
  }

  private List<Weighed> own(String id) {
    List<Weighed> found = List.of();
    int hash = IdHash.of(id);
    for (int at = slot(hash); slots[at] != 0; at = behind(at)) {
      Weighed record = hashes[slots[at] - 1] == hash ? records[slots[at] - 1] : null;
      if (record != null && record.record().transactionId().equals(id)) {
        found = found.isEmpty() ? new ArrayList<>(1) : found;
        found.add(record);
      }
    }
    return found;
  }

  private int slot(int hash) {
    return hash * SPREAD >>> Integer.numberOfLeadingZeros(slots.length - 1);
  }

  private int behind(int slot) {
    return slot + 1 & slots.length - 1;
  }

  /** Whether one may be among them that has one of these IDs, or goes on under one. */
  boolean concern(List<String> asked) {
    for (String id : asked) {
      if (mayHave(IdHash.of(id)) || continued.containsKey(id)) {
        return true;
      }
    }
    return false;
  }

  private boolean mayHave(int hash) {
    int at = slot(hash);
    while (slots[at] != 0 && hashes[slots[at] - 1] != hash) {
      at = behind(at);
    }
    return slots[at] != 0;
  }

  /** The hash codes of the transaction IDs: {@link IdHash}. */
  int[] idHashes() {
    return Arrays.copyOf(hashes, size);
  }

  /** The other IDs under which they go on; a view. */
  Set<String> continuationIds() {
    return continued.keySet();
  }

  void put(Weighed record) {
    if (size == records.length) {
      makeRoom();
    }
    add(record, IdHash.of(record.record().transactionId()));
    for (String id : record.record().continuationIds()) {
      continued.merge(id, List.of(record), PendingRecords::both);
    }
    count++;
    bytes += record.weight();
  }

  private void add(Weighed record, int hash) {
    records[size] = record;
    hashes[size] = hash;
    size++;
    int at = slot(hash);
    while (slots[at] != 0) {
      at = behind(at);
    }
    slots[at] = size;
  }

  /** Forgets what was taken out; where that is less than half, there is twice as much room. */
  private void makeRoom() {
    Weighed[] all = records;
    int[] theirs = hashes;
    int room = 2 * count < size ? size : Math.multiplyExact(size, 2);
    records = new Weighed[room];
    hashes = new int[room];
    slots = new int[2 * room];
    size = 0;
    for (int i = 0; i < all.length; i++) {
      if (all[i] != null) {
        add(all[i], theirs[i]);
      }
    }
  }

  private static List<Weighed> both(List<Weighed> one, List<Weighed> two) {
    List<Weighed> both = new ArrayList<>(one);
    both.addAll(two);
    return List.copyOf(both);
  }

  /** Takes out one that is there. */
  void remove(Weighed record) {
    int at = slot(IdHash.of(record.record().transactionId()));
    while (records[slots[at] - 1] != record) {
      at = behind(at);
    }
    records[slots[at] - 1] = null;
    record.record().continuationIds().forEach(id -> remove(id, record));
    count--;
    bytes -= record.weight();
  }

  private void remove(String id, Weighed record) {
    List<Weighed> left = new ArrayList<>(continued.getOrDefault(id, List.of()));
    left.removeIf(each -> each == record);
    if (left.isEmpty()) {
      continued.remove(id);
    } else {
      continued.put(id, List.copyOf(left));
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
    for (int i = 0; i < size; i++) {
      Weighed record = records[i];
      if (record == null) {
        continue;
      }
      long its = Math.floorDiv(record.micros(), MICROS_A_DAY);
      if (ofDay == null || its != day || record.micros() <= horizon) {
        day = its; // neighbours are of one day, nearly all
        LocalDate home = manifest.home(record.record().time());
        ofDay = days.computeIfAbsent(home, _ -> new ArrayList<>());
      }
      ofDay.add(record);
    }
    records = null;
    continued.replaceAll((_, _) -> List.of());
    return days;
  }
}
