package org.whosent.query.trace;

import java.time.Instant;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.FailedLoginQuery;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.StoreStatus;
import org.whosent.indexer.store.View;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;
import org.whosent.record.SubmissionRecord;

/** A view of a list; with warnings, one of which a part may be damaged. */
record ListView(
    List<SubmissionRecord> records, Instant horizon, Coverage coverage, List<String> warnings)
    implements View {

  ListView(List<SubmissionRecord> records, Instant horizon, List<Coverage.Span> spans) {
    this(records, horizon, Coverage.of(spans, List.of()), List.of());
  }

  static ListView of(List<SubmissionRecord> records) {
    return new ListView(
        records,
        null,
        List.of(
            new Coverage.Span(
                "mail.example.com",
                Instant.parse("2026-11-20T00:00:00Z"),
                Instant.parse("2026-11-23T18:00:00Z"))));
  }

  @Override
  public List<SubmissionRecord> find(ClueType type, String value, int limit) {
    String folded = type.fold(value);
    return records.stream()
        .filter(record -> type.of(record).contains(folded))
        .sorted(Comparator.comparing(SubmissionRecord::time).reversed())
        .limit(limit)
        .toList();
  }

  @Override
  public Iterator<SubmissionRecord> search(RecordQuery query) {
    return records.stream().filter(query::matches).iterator();
  }

  @Override
  public Iterator<FailedLogin> failedLogins(FailedLoginQuery query) {
    return java.util.Collections.emptyIterator();
  }

  @Override
  public StoreStatus status() {
    return new StoreStatus(List.of(), coverage, horizon, null, null);
  }

  @Override
  public String state(String name) {
    return null;
  }

  @Override
  public StoreStatus verify() {
    return status();
  }

  @Override
  public void close() {}
}
