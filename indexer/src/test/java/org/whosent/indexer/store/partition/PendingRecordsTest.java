package org.whosent.indexer.store.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.manifest.Partition;
import org.whosent.indexer.store.partition.manifest.Recovery;
import org.whosent.indexer.store.segment.Weighed;
import org.whosent.record.Continuation;
import org.whosent.record.IdHash;
import org.whosent.record.SubmissionRecord;

/** Whatever comes and goes, the same is found, and given away, as in a plain list of all. */
class PendingRecordsTest {
  private static final Instant TIME = Instant.parse("2026-11-26T10:00:00Z");

  private static Weighed record(String id, Instant time, List<String> continuations) {
    SubmissionRecord.Builder facts = SubmissionRecord.Builder.of(time, "mail.example.com", id);
    facts.continuations = continuations;
    return Weighed.of(facts.build());
  }

  private static Set<Weighed> same(Collection<Weighed> records) {
    IdentityHashMap<Weighed, Boolean> set = new IdentityHashMap<>();
    records.forEach(each -> set.put(each, true));
    return set.keySet();
  }

  private static List<Weighed> ofId(List<Weighed> all, String id) {
    return all.stream().filter(each -> each.record().transactionId().equals(id)).toList();
  }

  /** The texts have one hash code, and there are more of them than slots to begin with. */
  private static String twin(int bits) {
    StringBuilder id = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      id.append((bits >> i & 1) == 0 ? "Aa" : "BB");
    }
    return id.toString();
  }

  @Test
  void asAPlainListWouldHaveThem(@TempDir Path data) throws Exception {
    Manifest manifest = Recovery.recover(data);
    for (long seed : new long[] {1, 2, 3, System.nanoTime()}) {
      Random random = new Random(seed);
      int ids = 1 << random.nextInt(12);
      PendingRecords pending = new PendingRecords();
      List<Weighed> all = new ArrayList<>();
      for (int n = 0; n < 3_000; n++) {
        String id = random.nextInt(8) == 0 ? twin(random.nextInt(256)) : "id" + random.nextInt(ids);
        if (random.nextInt(3) > 0 || all.isEmpty()) {
          Weighed one = record(id, TIME.plusSeconds(random.nextInt(200_000)), List.of());
          pending.put(one);
          all.add(one);
        } else {
          pending.remove(all.remove(random.nextInt(all.size())));
        }
        SubmissionRecord asked = record(id, TIME, List.of()).record();
        assertEquals(ofId(all, id), pending.concernedBy(asked), () -> "seed " + seed);
      }
      assertEquals(all.size(), pending.count());
      assertEquals(all.stream().mapToLong(Weighed::weight).sum(), pending.bytes());
      Map<LocalDate, List<Weighed>> days = new TreeMap<>();
      for (Weighed each : all) {
        days.computeIfAbsent(Partition.day(each.record().time()), _ -> new ArrayList<>()).add(each);
      }
      Set<Integer> hashes = Set.copyOf(IntStream.of(pending.idHashes()).boxed().toList());

      assertEquals(days, pending.takeByDay(manifest), () -> "seed " + seed);

      for (Weighed each : all) {
        String id = each.record().transactionId();
        assertTrue(hashes.contains(IdHash.of(id)), () -> "seed " + seed);
        assertTrue(pending.concern(List.of("no", id)), () -> "seed " + seed);
      }
    }
  }

  /** Or whoever writes lines makes each look-up one through all that wait. */
  @Test
  void idsChosenToHaveOneHashCodeDoNot() {
    PendingRecords pending = new PendingRecords();
    for (int i = 0; i < 256; i++) {
      assertEquals(twin(0).hashCode(), twin(i).hashCode());
      pending.put(record(twin(i), TIME, List.of()));
    }
    assertTrue(IntStream.of(pending.idHashes()).distinct().count() > 250);
  }

  /** One message, of which a line comes now and then, keeps no more than a few. */
  @Test
  void whatIsTakenOutIsForgotten() {
    PendingRecords pending = new PendingRecords();
    Weighed before = record("A1", TIME, List.of());
    pending.put(before);
    for (int i = 0; i < 100_000; i++) {
      pending.remove(before);
      before = record("A1", TIME.plusSeconds(i), List.of());
      pending.put(before);
    }
    assertEquals(List.of(before), pending.concernedBy(before.record()));
    assertTrue(pending.idHashes().length < 1_000);
  }

  @Test
  void oneThatGoesOnIsFoundByBothIds(@TempDir Path data) throws Exception {
    PendingRecords pending = new PendingRecords();
    String goesOn = new Continuation("B2", TIME, null, null).text();
    Weighed first = record("A1", TIME, List.of(goesOn));
    Weighed second = record("B2", TIME, List.of());
    pending.put(first);
    pending.put(second);

    SubmissionRecord asked = record("B2", TIME, List.of()).record();
    assertEquals(same(List.of(first, second)), same(pending.concernedBy(asked)));
    assertEquals(Set.of("B2"), pending.continuationIds());

    pending.remove(first);
    assertEquals(List.of(second), pending.concernedBy(asked));
    pending.put(first);
    pending.remove(second);
    pending.takeByDay(Recovery.recover(data));
    assertTrue(pending.concern(List.of("B2")));
    assertTrue(pending.concern(List.of("A1")));
  }
}
