package org.whosent.benchmarks.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.whosent.indexer.ingest.Ingest;
import org.whosent.indexer.ingest.IngestOptions;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.Detail;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.command.ReadAhead;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;

/** Our store, embedded. */
final class Ours implements Peer {
  /** What is done to the records before the questions. */
  enum Way {
    /** Whole records, as peers get them; no provenance. */
    RECORDS("ours, records alone"),
    /** All that {@code whosent index} does: provenance, coverage and checkpoints too. */
    INDEX("ours, `index`"),
    /**
     * A copy of what {@code INDEX} left, all days sealed but the last two: as a timer leaves it.
     */
    OPERATION("ours, all days sealed but the last two"),
    /** What {@code INDEX} left, packed by {@code seal}: its rate is that of sealing. */
    SEAL("ours, `index`, then `seal`");

    final String title;

    Way(String title) {
      this.title = title;
    }
  }

  private final Way way;
  private final Path data;

  /** What is copied first, or null. */
  private final Path from;

  /** Days that ended by then are sealed. */
  private final Instant sealedBefore;

  private RecordStore store;
  private View view;

  Ours(Way way, Path data) {
    this(way, data, null, Instant.now().plus(2, ChronoUnit.DAYS));
  }

  private Ours(Way way, Path data, Path from, Instant sealedBefore) {
    this.way = way;
    this.data = data;
    this.from = from;
    this.sealedBefore = sealedBefore;
  }

  /** With a copy of what {@code INDEX} left, of which what is older is sealed. */
  static Ours inOperation(Path data, Path from, Instant sealedBefore) {
    return new Ours(Way.OPERATION, data, from, sealedBefore);
  }

  @Override
  public String name() {
    return way.title;
  }

  @Override
  public void start() throws IOException {
    if (from == null) {
      return;
    }
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        Files.copy(file, data.resolve(from.relativize(file)));
      }
    }
  }

  @Override
  public boolean ingest(Journals journals) throws Exception {
    store = PartitionedRecordStore.open(data);
    switch (way) {
      case RECORDS -> {
        try (Batch batch = store.begin()) {
          journals.read(batch::add);
          batch.commit();
        }
      }
      case INDEX -> index(store, journals.directory());
      case OPERATION, SEAL -> {
        store.seal(sealedBefore);
        store.compact(sealedBefore, () -> false);
      }
    }
    view = store.view();
    return way != Way.OPERATION; // not all of it was sealed
  }

  /** As {@code whosent index} does it. */
  static void index(RecordStore store, Path journals) throws Exception {
    PrintStream quiet = new PrintStream(OutputStream.nullOutputStream());
    new Ingest(store, Site.UNKNOWN, IngestOptions.AUTO, InputStream.nullInputStream(), quiet)
        .run(List.of(journals.toString()));
  }

  /** Opens what is there already. */
  void reopen() throws IOException {
    store = PartitionedRecordStore.open(data);
    view = store.view();
  }

  @Override
  public Path files() {
    return data;
  }

  @Override
  public long bytes() throws IOException {
    return Usage.bytes(data);
  }

  @Override
  public List<String> find(Question question, SubmissionRecord asked) throws IOException {
    return view.find(question.clue, question.value(asked), Question.NEWEST).stream()
        .map(SubmissionRecord::transactionId)
        .toList();
  }

  @Override
  public long export(String user, Export to) throws IOException {
    RecordQuery query = RecordQuery.of(Map.of(ClueType.USER, user), null, null, null);
    long rows = 0;
    // As the command does it.
    try (ReadAhead<SubmissionRecord> all = new ReadAhead<>(view.search(query, Detail.COLUMNS))) {
      for (; all.hasNext(); rows++) {
        to.csv.row(all.next());
      }
    }
    return rows;
  }

  /** What was indexed is sealed next: nothing of it may go before. */
  @Override
  public boolean purges() {
    return way != Way.INDEX;
  }

  @Override
  public boolean purge(Instant before) throws IOException {
    store.purge(before, false);
    view.close();
    view = store.view();
    return true;
  }

  @Override
  public void close() throws IOException {
    if (view != null) {
      view.close();
      store.close();
    }
  }
}
