package org.whosent.msa;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;

/** After a clock that was ahead, IDs and the times of records go on from there: that is said. */
class IdsAheadTest {
  @TempDir Path directory;

  @Test
  void theLogNamesTheFile() throws Exception {
    for (Duration ahead : new Duration[] {Duration.ofMinutes(61), Duration.ofDays(300)}) {
      Path there = Files.createDirectories(directory.resolve(ahead.toString()));
      Files.createDirectories(there.resolve("data"));
      Path mark = there.resolve("data/last-transaction-id");
      Files.writeString(mark, Instant.now().plus(ahead).toEpochMilli() + "\n");
      try (FakeHop hop = new FakeHop();
          TestServer server = new TestServer(there, hop.uri(), "")) {
        boolean told = server.log().contains("last-transaction-id: transaction IDs go on from");
        assertEquals(ahead.toDays() > 0, told, server.log());
      }
    }
  }
}
