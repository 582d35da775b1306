package org.whosent.indexer.ingest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.record.site.Site;

/**
 * An ingest in a process of its own, to be killed: {@code IngestChild DATA LOGS LINES-PER-COMMIT
 * [follow]}. Says a line on standard output when it is about to begin.
 */
final class IngestChild {
  private IngestChild() {}

  /** It, ready to be started. */
  static ProcessBuilder command(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                IngestChild.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

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
      if (arguments.length > 3) {
        ingest.follow(List.of(arguments[1]));
      } else {
        ingest.run(List.of(arguments[1]));
      }
    }
  }
}
