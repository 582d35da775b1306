package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.Program;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/** A command that root runs must not lock out the account whose data directory it is. */
class RootsCommandsTest {
  @TempDir Path directory;

  @Test
  void whatRootMakesInAnAccountsDirectoryIsTheAccounts() throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "SKIPPED: this is not root");
    Path data = directory.resolve("data");
    try (RecordStore store = PartitionedRecordStore.open(data);
        Batch batch = store.begin()) {
      for (int day = 0; day < 4; day++) {
        SubmissionRecord.Builder record = new SubmissionRecord.Builder();
        record.time = Instant.now().minus(Duration.ofDays(day * 15));
        record.transactionId = "4jY9Sc3VmzzbyS" + day;
        record.host = "mail.example.org";
        record.origin = Origin.AUTHENTICATED;
        record.user = day == 0 ? "alice" : "bob";
        record.recipients = List.of(Recipient.of("carol@example.net"));
        batch.add(record.build());
      }
      batch.commit();
    }
    assertEquals(0, new ProcessBuilder("chown", "-R", "nobody", data.toString()).start().waitFor());
    Path log =
        Files.writeString(
            directory.resolve("mail.log"),
            "Nov 23 15:52:45 mail postfix/qmgr[1]: 4jY9Sc3VmzzbyZ: removed\n");
    for (List<Object> command :
        List.<List<Object>>of(
            List.of("search", "--user", "alice"),
            List.of("index", "--host", "mail.example.org", log),
            List.of("hold", "add", "--name", "h", "--user", "bob"),
            List.of("erase", "--user", "alice"),
            List.of("seal"),
            List.of("purge"),
            List.of("key", "rotate"))) {
      List<Object> arguments = new ArrayList<>(command);
      arguments.add("--data");
      arguments.add(data);
      Program.Result result = Program.run(arguments.toArray());
      assertEquals(0, result.status(), arguments + result.err());
    }
    int files = 0;
    try (Stream<Path> all = Files.walk(data)) {
      for (Path file : all.toList()) {
        assertEquals("nobody", Files.getOwner(file).getName(), file.toString());
        files++;
      }
    }
    assertTrue(files > 10, "only " + files);
    // A directory that root makes is root's, in whosever home.
    Path home = Files.createDirectory(directory.resolve("home"));
    assertEquals(0, new ProcessBuilder("chown", "nobody", home.toString()).start().waitFor());
    assertEquals(0, Program.run("index", "--data", home.resolve("new"), log).status());
    assertEquals("root", Files.getOwner(home.resolve("new")).getName());
  }
}
