package org.whosent.indexer.store.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.record.ClueType;
import org.whosent.record.SubmissionRecord;

/** Keys are fetched for those who ask much, and nobody's answer hangs on it. */
class KeysAheadTest {
  private static final SipHash HASH = new SipHash(new byte[SipHash.KEY_BYTES]);

  @TempDir Path directory;
  private final BlockCache cache = new BlockCache();
  private final List<SegmentReader> segments = new ArrayList<>();
  private String id;

  @BeforeEach
  void open() throws IOException {
    for (int i = 0; i < 3; i++) {
      List<SubmissionRecord> records = new AnyRecords(i).newestFirst(400);
      Path home = Files.createDirectory(directory.resolve("day" + i));
      try (SegmentWriter writer = new SegmentWriter(home, 1, Compression.SEALED, HASH)) {
        for (SubmissionRecord record : records) {
          writer.add(record);
        }
        segments.add(new SegmentReader(home, writer.finish(), HASH, cache));
      }
      id = ClueType.TRANSACTION_ID.fold(records.getFirst().transactionId());
    }
  }

  @AfterEach
  void close() throws IOException {
    for (SegmentReader segment : segments) {
      segment.close();
    }
  }

  private void ask(ClueType type, String folded) throws IOException {
    for (SegmentReader segment : segments) {
      segment.find(type, folded);
    }
  }

  @Test
  void whoAsksOnceHasNothingFetched() throws IOException {
    KeysAhead ahead = new KeysAhead(segments);
    ahead.fetch(ClueType.TRANSACTION_ID, id);
    ask(ClueType.TRANSACTION_ID, id);
    ahead.fetch(ClueType.TRANSACTION_ID, id);
    assertEquals(0, ahead.read(), "the kernel would have read megabytes for one question");
  }

  @Test
  void whoAsksMuchHas() throws IOException {
    for (int i = 0; i < FromDisk.PLACES; i++) {
      ask(ClueType.MESSAGE_ID, "<" + i + "@example.com>");
    }
    KeysAhead ahead = new KeysAhead(segments);
    ahead.fetch(ClueType.TRANSACTION_ID, id);
    int read = ahead.read();
    assertNotEquals(0, read);
    // Other keys than those that are fetched: nothing is read for them.
    for (ClueType type : List.of(ClueType.SKETCH, ClueType.CLIENT, ClueType.USER)) {
      ahead.fetch(type, "0123456789abcdef");
    }
    ahead.fetch(ClueType.RECIPIENT_DOMAIN, "example.com");
    assertEquals(read, ahead.read());
    assertNotNull(segments.getLast().find(ClueType.TRANSACTION_ID, id));
  }

  @Test
  void oneSegmentIsAskedAtOnce() throws IOException {
    for (int i = 0; i < FromDisk.PLACES; i++) {
      ask(ClueType.MESSAGE_ID, "<" + i + "@example.com>");
    }
    KeysAhead ahead = new KeysAhead(segments.subList(2, 3));
    ahead.fetch(ClueType.TRANSACTION_ID, id);
    assertEquals(0, ahead.read());
  }
}
