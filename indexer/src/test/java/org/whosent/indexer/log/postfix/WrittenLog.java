package org.whosent.indexer.log.postfix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.whosent.indexer.log.formats.Lines;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.View;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/** A log that is written line by line, a second each, and the records that come of it. */
abstract class WrittenLog {
  static final String LOGIN = "client=pc[192.0.2.7], sasl_method=PLAIN, sasl_username=";
  static final String REPLY =
      "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as ";

  final List<String> log = new ArrayList<>();
  int seconds;

  WrittenLog line(String daemon, String text) {
    log.add(
        "2026-11-23T%02d:%02d:%02d.000000+00:00 mail postfix/%s: %s"
            .formatted(10 + seconds / 3600, seconds / 60 % 60, seconds % 60, daemon, text));
    seconds++;
    return this;
  }

  WrittenLog pause(int time) {
    seconds += time;
    return this;
  }

  WrittenLog message(String opener, String id, String opening, String messageId) {
    line(opener, id + ": " + opening);
    line("cleanup[5]", id + ": message-id=" + messageId);
    return line("qmgr[6]", id + ": from=<a@example.com>, size=100, nrcpt=1 (queue active)");
  }

  WrittenLog sent(String agent, String id, String relay, String reply) {
    return line(
        agent,
        "%s: to=<x@far.example>, relay=%s, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (%s)"
            .formatted(id, relay, reply));
  }

  private List<SubmissionRecord> records(List<SubmissionRecord> facts) {
    InMemoryRecordStore store = new InMemoryRecordStore();
    List<SubmissionRecord> records = new ArrayList<>();
    try (Batch batch = store.begin()) {
      for (SubmissionRecord each : facts) {
        batch.add(each);
      }
      batch.commit();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    try (View view = store.view()) {
      view.search(RecordQuery.ALL).forEachRemaining(records::add);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return records;
  }

  /** The records where order matters: an ID is used again. */
  List<SubmissionRecord> inReadingOrder() {
    Lines lines = new Lines();
    log.forEach(lines::read);
    return records(lines.facts);
  }

  /** The records, which no order of the facts changes. */
  List<SubmissionRecord> records() {
    Lines lines = new Lines();
    log.forEach(lines::read);
    List<SubmissionRecord> records = records(lines.facts);
    for (long seed : new long[] {1, 2, 3, System.nanoTime()}) {
      List<SubmissionRecord> shuffled = new ArrayList<>(lines.facts);
      shuffled.addAll(lines.facts.subList(0, lines.facts.size() / 2));
      Collections.shuffle(shuffled, new Random(seed));
      List<SubmissionRecord> again = records(shuffled);
      assertEquals(records.size(), again.size(), "seed " + seed);
      assertTrue(again.containsAll(records), () -> "seed " + seed + "\n" + records + "\n" + again);
    }
    return records;
  }

  SubmissionRecord only() {
    List<SubmissionRecord> records = records();
    assertEquals(1, records.size(), records::toString);
    return records.getFirst();
  }

  static SubmissionRecord under(List<SubmissionRecord> records, String id) {
    List<SubmissionRecord> found =
        records.stream().filter(r -> ClueType.TRANSACTION_ID.of(r).contains(id)).toList();
    assertEquals(1, found.size(), found::toString);
    return found.getFirst();
  }

  WrittenLog behind() {
    sent(
        "smtp[8]", "B22222222B", "mx.far.example[198.51.100.1]:25", "250 Ok: queued as F4F4F4F4F4");
    return line("qmgr[6]", "B22222222B: removed");
  }
}
