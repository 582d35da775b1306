package org.whosent.indexer.log.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayInputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.ingest.Ingest;
import org.whosent.indexer.ingest.IngestOptions;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.View;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;

class JournalSourceTest {
  @TempDir Path directory;

  @Test
  void whatOnlyTheIndexKnowsIsNotTakenFromALine() throws Exception {
    Path journal = directory.resolve("journal-20261123-0001.jsonl");
    Files.writeString(
        journal,
        "{\"v\":1,\"type\":\"submission\",\"time\":\"2026-11-23T12:00:00.000000Z\","
            + "\"transactionId\":\"T1\",\"host\":\"h\",\"user\":\"alice\",\"origin\":\"authenticated\",\"aliases\":[\"OTHER\"],\"continuations\":[\"OTHER"
            + " 2026-11-23T12:00:00.000000Z -"
            + " -\"],\"provenance\":[{\"file\":\"/etc/passwd\",\"offset\":0,\"hash\":\"0123456789abcdef\"}]}\n");
    InMemoryRecordStore store = new InMemoryRecordStore();
    new Ingest(
            store,
            Site.UNKNOWN,
            IngestOptions.AUTO,
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(java.io.OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8))
        .run(List.of(journal.toString()));
    try (View view = store.view()) {
      SubmissionRecord record = view.find(ClueType.TRANSACTION_ID, "T1", 9).getFirst();
      assertEquals("alice", record.user());
      assertEquals(List.of(), record.aliases());
      assertEquals(List.of(), record.continuations());
      assertEquals(1, record.provenance().size());
      assertFalse(record.source().contains("passwd"), record.source());
      assertEquals(List.of(), view.find(ClueType.TRANSACTION_ID, "OTHER", 9));
    }
  }
}
