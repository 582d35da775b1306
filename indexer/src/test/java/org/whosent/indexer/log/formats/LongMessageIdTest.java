package org.whosent.indexer.log.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.record.ClueType;
import org.whosent.record.GrowingRecord;
import org.whosent.record.SubmissionRecord;

/** A Message-ID is kept whole, however long, or not at all. */
class LongMessageIdTest {
  @TempDir Path directory;

  private static String id(int length) {
    return '<' + "a".repeat(length - "<@b.example>".length()) + "@b.example>";
  }

  private static String with(String line, String id) {
    return line.replace("BARE", id.substring(1, id.length() - 1)).replace("WHOLE", id);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "postfix|2026-11-23T10:00:00+00:00 mail postfix/cleanup[1]: 4B00A1C2D3: message-id=WHOLE",
        "exim|2026-11-23 10:00:00 1kX1Yd-0002Wz-Q9 <= a@x.example H=c [192.0.2.1] P=esmtpsa"
            + " A=plain:alice S=100 id=BARE",
        "exchange|2026-11-25T13:34:00.000Z,EX1,08DC01,0,10.0.0.2:587,203.0.113.5:5005,>,"
            + "250 2.6.0 WHOLE [InternalId=7] Queued mail for delivery,",
        "kumomta|{\"type\":\"Reception\",\"id\":\"1d98076abbbc11ed940250ebf67f0001\",\"sender\":\"a@x\","
            + "\"recipient\":\"b@x\",\"timestamp\":1795600000,\"headers\":{\"Message-ID\":\"WHOLE\"}}",
      })
  void ofEachLengthUpToTheBoundItIsWhole(String format, String line) {
    for (int length : List.of(20, 2600, SubmissionRecord.LONGEST_MESSAGE_ID)) {
      String id = id(length);
      SubmissionRecord facts = new Lines(format).one(with(line, id));
      assertEquals(id, facts.messageId(), format);
    }
    Lines lines = new Lines(format);
    String longer = id(SubmissionRecord.LONGEST_MESSAGE_ID + 1);
    lines.read(with(line, longer));
    lines.facts.forEach(facts -> assertNull(facts.messageId(), format));
  }

  /** The index has only its beginning, which others may share: the record decides. */
  @Test
  void itIsFoundByAllOfIt() throws IOException {
    String own = id(2600);
    String other = own.replace("a@b", "c@b");
    try (PartitionedRecordStore store = PartitionedRecordStore.open(directory)) {
      try (Batch batch = store.begin()) {
        for (String id : List.of(own, other)) {
          SubmissionRecord.Builder facts = new SubmissionRecord.Builder();
          facts.time = Instant.parse("2026-11-23T10:00:00Z");
          facts.host = "mail";
          facts.transactionId = id.equals(own) ? "4B00A1C2D3" : "4B00A1C2D4";
          facts.messageId = id;
          batch.add(facts.build());
        }
        batch.commit();
      }
      try (View view = store.view()) {
        List<SubmissionRecord> found = view.find(ClueType.MESSAGE_ID, own, 10);
        assertEquals(1, found.size());
        assertEquals("4B00A1C2D3", found.getFirst().transactionId());
        assertEquals(own, found.getFirst().messageId());
      }
    }
  }

  /** Of messages that are open fewer are held where they are so long. */
  @Test
  void itCountsAgainstWhatIsHeld() {
    SubmissionRecord.Builder facts = new SubmissionRecord.Builder();
    facts.messageId = id(SubmissionRecord.LONGEST_MESSAGE_ID);
    facts.time = Instant.parse("2026-11-23T10:00:00Z");
    assertEquals(SubmissionRecord.LONGEST_MESSAGE_ID / 500, new GrowingRecord(facts).parts());
  }
}
