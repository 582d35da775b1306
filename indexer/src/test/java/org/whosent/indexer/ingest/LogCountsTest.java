package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.View;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;

/** What is kept of the lines that were read is bounded, whatever they say. */
class LogCountsTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  @Test
  void noNameIsTooLongForTheStore() throws IOException {
    InMemoryRecordStore store = Fixtures.store();
    Set<String> expected = new TreeSet<>();
    try (IngestBatch work = new IngestBatch(store, Long.MAX_VALUE, Duration.ZERO)) {
      LogCounts counts = new LogCounts("mail.log", "postfix", null, null);
      counts.line("mail", NOON);
      for (int i = 0; i < 50; i++) {
        counts.facts(Origin.AUTHENTICATED, to("m".repeat(2000) + "[10.0.0." + i + "]:25"));
        String usual = "m" + ".example".repeat(31) + "[10.0.1." + i + "]:25";
        counts.facts(Origin.AUTHENTICATED, to(usual));
        expected.add(usual);
      }
      counts.commit(work);
      work.commit();
    }
    try (View view = store.view()) {
      assertEquals(expected, new TreeSet<>(LogCounts.hops(view)));
    }
  }

  private static List<Recipient> to(String hop) {
    return List.of(
        new Recipient(
            "a@example.net", null, false, Outcome.DELIVERED, null, null, hop, null, NOON));
  }
}
