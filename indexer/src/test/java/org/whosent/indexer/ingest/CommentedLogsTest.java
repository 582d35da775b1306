package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.InMemoryRecordStore;

/**
 * Exchange begins each of its hourly logs with the same lines of comment: they are told apart by
 * what follows.
 */
class CommentedLogsTest {
  private static final String HEAD =
      "\ufeff#Software: Microsoft Exchange Server\r\n"
          + "#Log-type: SMTP Receive Protocol Log\r\n"
          + "#Fields:"
          + " date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context\r\n";

  @TempDir Path directory;

  private static String row(int number) {
    return "2026-11-25T13:00:00.000Z,EX1\\Default EX1,%016X,1,10.0.0.2:25,203.0.113.5:5,>,"
            .formatted(number)
        + "\"250 2.6.0 <m%d@x> [InternalId=%d, Hostname=EX1.example.com] Queued mail for delivery\",\r\n"
            .formatted(number, number + 1);
  }

  @Test
  void whatWasReadOfManyIsNotReadAgain() throws IOException {
    List<String> files = new ArrayList<>();
    for (int i = 0; i < 3 * Checkpoint.MOST_OF_A_SHARD; i++) {
      Path file = directory.resolve("RECV%04d.LOG".formatted(i));
      Files.writeString(file, HEAD + row(i));
      files.add(file.toString());
    }
    Path empty = directory.resolve("RECV9999.LOG");
    Files.writeString(empty, HEAD);
    files.add(empty.toString());
    InMemoryRecordStore store = Fixtures.store();
    assertEquals(192, lines(Fixtures.ingest(store).run(files)) / 4);
    assertEquals(192, Fixtures.records(store).size());

    Files.writeString(
        empty, row(5000), StandardCharsets.UTF_8, StandardOpenOption.APPEND); // its first row
    Files.writeString(
        Path.of(files.getFirst()), row(6000), StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    assertEquals(4 + 1, lines(Fixtures.ingest(store).run(files)));
    assertEquals(194, Fixtures.records(store).size());
  }

  private static long lines(IngestReport report) {
    return report.files().stream().mapToLong(FileReport::lines).sum();
  }
}
