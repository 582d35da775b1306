package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The quick join of recipients is what a sorted map of sorted maps says. */
class MergedRecipientsTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  @Test
  void sortingSaysWhatMapsSay() {
    for (long seed : new long[] {1, 2, System.nanoTime()}) {
      Random random = new Random(seed);
      for (int round = 0; round < 5000; round++) {
        List<Recipient> one = list(random);
        List<Recipient> two = list(random);
        assertEquals(
            byMaps(one, two), MergedRecipients.of(one, two), "seed " + seed + " round " + round);
      }
    }
  }

  private static List<Recipient> list(Random random) {
    List<Recipient> list = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      list.add(
          new Recipient(
              "abc".substring(random.nextInt(3)),
              random.nextBoolean() ? null : "xyz".substring(random.nextInt(4)),
              random.nextBoolean() ? null : random.nextBoolean(),
              random.nextBoolean() ? null : Outcome.values()[random.nextInt(3)],
              random.nextBoolean() ? null : "2.0." + random.nextInt(2),
              random.nextBoolean() ? null : "ok" + random.nextInt(2),
              random.nextBoolean() ? null : "hop" + random.nextInt(2),
              random.nextBoolean() ? null : "id" + random.nextInt(2),
              random.nextBoolean() ? null : NOON.plusSeconds(random.nextInt(3))));
    }
    return list;
  }

  private static List<Recipient> byMaps(List<Recipient> one, List<Recipient> two) {
    TreeMap<String, TreeMap<String, Recipient>> byAddress = new TreeMap<>();
    for (List<Recipient> list : List.of(one, two)) {
      for (Recipient r : list) {
        byAddress
            .computeIfAbsent(r.address(), _ -> new TreeMap<>())
            .merge(r.finalAddress() == null ? "" : r.finalAddress(), r, Recipient::merge);
      }
    }
    List<Recipient> merged = new ArrayList<>();
    for (TreeMap<String, Recipient> ways : byAddress.values()) {
      Boolean local = null;
      for (Recipient r : ways.values()) {
        local = Recipient.joinLocal(local, r.local());
      }
      if (ways.size() > 1 && ways.containsKey("") && ways.get("").outcome() == null) {
        ways.remove("");
      }
      for (Recipient r : ways.values()) {
        merged.add(r.withLocal(local));
      }
    }
    return merged;
  }
}
