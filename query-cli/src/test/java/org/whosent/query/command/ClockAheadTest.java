package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.Program;

/** One purge by a clock that was years ahead must not drop, without a word, all that comes. */
class ClockAheadTest {
  private static final String LINE =
      "%s mx1 postfix/submission/smtpd[12]: %s: client=unknown[192.0.2.1], sasl_method=PLAIN,"
          + " sasl_username=%s\n";

  @TempDir Path directory;

  private Path data;

  private Path log(String name, int daysAgo, String id, String user) throws Exception {
    Instant time = Instant.now().minus(Duration.ofDays(daysAgo));
    return Files.writeString(directory.resolve(name), LINE.formatted(time, id, user));
  }

  private int search(String id) throws Exception {
    return Program.run("search", "--data", data, "--id", id).status();
  }

  /** As {@code purge} does, with maskAfter, when the clock is two years ahead. */
  private void purgeAhead() throws Exception {
    try (RecordStore store = PartitionedRecordStore.open(data)) {
      Instant ahead = Instant.now().plus(Duration.ofDays(730));
      store.purge(ahead.minus(Duration.ofDays(30)), false);
      store.mask(ahead.minus(Duration.ofDays(20)));
    }
  }

  @Test
  void nothingIsReadUntilWhatItKeepsOutIsTakenBack() throws Exception {
    data = directory.resolve("data");
    Path old = log("old.log", 40, "4jY9Sc3VmzzbyS0", "alice");
    Path recent = log("mail.log.1", 3, "4jY9Sc3VmzzbyS1", "alice");
    assertEquals(0, Program.run("index", "--data", data, old, recent).status());
    purgeAhead();
    assertEquals(1, search("4jY9Sc3VmzzbyS1"));

    Path now = log("mail.log", 0, "4jY9Sc3VmzzbyS2", "bob");
    Program.Result index = Program.run("index", "--data", data, now);
    assertEquals(2, index.status(), index.err());
    assertTrue(index.err().contains("ahead of this machine's clock"), index.err());
    assertTrue(index.err().contains("--clock-was-ahead"), index.err());
    Program.Result status = Program.run("status", "--data", data);
    assertEquals(2, status.status());
    assertTrue(status.err().contains("--clock-was-ahead"), status.err());

    assertEquals(
        2, Program.run("purge", "--data", data, "--clock-was-ahead", "--dry-run").status());
    Program.Result purge = Program.run("purge", "--data", data, "--clock-was-ahead");
    assertEquals(0, purge.status(), purge.err());
    assertTrue(purge.err().contains("may be indexed again"), purge.err());
    Program.Result again = Program.run("index", "--data", data, old, recent, now);
    assertEquals(0, again.status(), again.err());
    assertEquals(1, search("4jY9Sc3VmzzbyS0"), "older than the retention, it stays away");
    assertEquals(0, search("4jY9Sc3VmzzbyS1"));
    Program.Result found = Program.run("search", "--data", data, "--client", "192.0.2.1");
    assertEquals(2, found.lines().size(), "nothing is masked: " + found.out());
    assertEquals(0, Program.run("status", "--data", data).status());
  }

  /** A purge that was right is final, whatever the retention is by now. */
  @Test
  void aPurgeThatWasNotAheadIsNotTakenBack() throws Exception {
    data = directory.resolve("data");
    Path log = log("mail.log", 20, "4jY9Sc3VmzzbyS1", "alice");
    assertEquals(0, Program.run("index", "--data", data, log).status());
    assertEquals(0, Program.run("purge", "--data", data, "--retention", "10d").status());
    Program.Result purge = Program.run("purge", "--data", data, "--clock-was-ahead");
    assertEquals(0, purge.status());
    assertTrue(purge.err().contains("no earlier purge or erasure is ahead"), purge.err());
    assertEquals(0, Program.run("index", "--data", data, log).status());
    assertEquals(1, search("4jY9Sc3VmzzbyS1"));
  }

  /** By an erasure with a stamp of next year the user would be nobody's for all that time. */
  @Test
  void anErasureThatKeepsOutWhatIsToComeIsSaidAndEndsNow() throws Exception {
    data = directory.resolve("data");
    Path wrong = log("wrong.log", -365, "4jY9Sc3VmzzbyS1", "alice");
    assertEquals(0, Program.run("index", "--data", data, wrong).status());
    assertEquals(0, Program.run("erase", "--data", data, "--user", "alice").status());
    Program.Result status = Program.run("status", "--data", data);
    assertEquals(2, status.status(), status.err());
    assertEquals(1, status.err().lines().count(), status.err());
    assertTrue(status.err().contains("what an erased user sends is kept out"), status.err());
    Program.Result purge = Program.run("purge", "--data", data, "--clock-was-ahead");
    assertEquals(0, purge.status(), purge.err());
    assertTrue(purge.err().contains("may be indexed again"), purge.err());
    assertTrue(Program.run("status", "--data", data).status() < 2);
    Path next = log("mail.log", 0, "4jY9Sc3VmzzbyS2", "alice");
    assertEquals(0, Program.run("index", "--data", data, next).status());
    assertEquals(0, search("4jY9Sc3VmzzbyS2"));
  }

  /** What is held lies apart from its day; read again, it would be there twice. */
  @Test
  void itIsNotTakenBackOverWhatIsHeld() throws Exception {
    data = directory.resolve("data");
    Path log = log("mail.log", 3, "4jY9Sc3VmzzbyS1", "alice");
    assertEquals(0, Program.run("index", "--data", data, log).status());
    Program.run("hold", "add", "--data", data, "--name", "h", "--user", "alice");
    purgeAhead();
    Program.Result purge = Program.run("purge", "--data", data, "--clock-was-ahead");
    assertEquals(2, purge.status(), purge.err());
    assertTrue(purge.err().contains("under hold"), purge.err());
    assertEquals(1, purge.err().lines().count(), purge.err());
    assertEquals(0, search("4jY9Sc3VmzzbyS1"));
  }
}
