package org.whosent.query.trace;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.whosent.record.BadLineException;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionKeys;
import org.whosent.record.site.Site;

/** The messages among the fixtures, their truth, and the records that Postfix's log gives. */
final class Corpus {
  static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T18:00:00Z"), ZoneOffset.UTC);
  static final Site SITE = Site.UNKNOWN.withHost("mail.example.com", "mail");

  private Corpus() {}

  static byte[] bytes(String name) throws IOException {
    try (InputStream in =
        Corpus.class.getResourceAsStream("/org/whosent/fixtures/messages/" + name)) {
      return in.readAllBytes();
    }
  }

  static List<SubmissionRecord> records() throws IOException, BadLineException {
    List<SubmissionRecord> records = new ArrayList<>();
    for (String line : new String(bytes("records.jsonl"), StandardCharsets.UTF_8).split("\n")) {
      JournalEntry entry = JournalCodec.decode(line.getBytes(StandardCharsets.UTF_8));
      records.add(((JournalEntry.Submission) entry).record());
    }
    return records;
  }

  /** File to user; {@code uid:n} for a local account. */
  static Map<String, String> truth() throws IOException {
    Map<String, String> truth = new LinkedHashMap<>();
    new String(bytes("expected.tsv"), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .skip(1)
        .map(line -> line.split("\t"))
        .forEach(cells -> truth.put(cells[0], cells[1]));
    return truth;
  }

  static Tracer tracer(List<SubmissionRecord> records, TransactionKeys keys) throws IOException {
    return tracer(records, keys, SITE);
  }

  static Tracer tracer(List<SubmissionRecord> records, TransactionKeys keys, Site site)
      throws IOException {
    return new Tracer(ListView.of(records), site, keys, CLOCK);
  }

  static TraceResult one(Tracer tracer, String message) throws IOException {
    return one(tracer, message.getBytes(StandardCharsets.UTF_8));
  }

  static TraceResult one(Tracer tracer, byte[] message) throws IOException {
    List<TraceResult> results = tracer.trace(new TraceInput.Content("test.eml", message));
    if (results.size() != 1) {
      throw new AssertionError(results.size() + " results");
    }
    return results.getFirst();
  }
}
