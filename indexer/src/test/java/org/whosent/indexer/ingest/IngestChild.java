package org.whosent.indexer.ingest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.record.site.Site;

/**
 * An ingest in a process of its own, to be killed: {@code IngestChild DATA LOGS LINES-PER-COMMIT}.
 * Says a line on standard output when it is about to begin.
 */
final class IngestChild {
  private IngestChild() {}

  public static void main(String[] arguments) throws IOException {
    try (PartitionedRecordStore store = PartitionedRecordStore.open(Path.of(arguments[0]))) {
      Ingest ingest =
          new Ingest(
              store,
              Site.UNKNOWN,
              new IngestOptions(null, null, ZoneOffset.UTC, null),
              new ByteArrayInputStream(new byte[0]),
              new PrintStream(System.err, true));
      ingest.linesPerCommit(Long.parseLong(arguments[2]));
      System.out.println("begun");
      System.out.flush();
      ingest.run(List.of(arguments[1]));
    }
  }
}
