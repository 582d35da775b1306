package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.store.FailedLoginQuery;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.ExitStatus;
import org.whosent.query.Whosent;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;

/** The training run reads what a busy server logs, and every line of it is understood. */
class IndexWarmUpTest {
  private static final int BYTES = 300_000;

  private final Set<Outcome> outcomes = EnumSet.noneOf(Outcome.class);
  private final Set<String> bodies = new HashSet<>();
  private int records;
  private int failedLogins;
  private int runs;
  private Path data;

  @Test
  void everyLineIsUnderstood() throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      assertEquals(ExitStatus.DONE, new IndexWarmUp(this::index, BYTES).call());
    } finally {
      System.setErr(before);
    }
    List<String> lines = said.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(
        runs, lines.stream().filter(l -> l.contains(" 0 not understood")).count(), "" + lines);
    assertEquals(
        runs / 2, lines.stream().filter(l -> l.contains(": postfix,")).count(), "" + lines);
    assertEquals(runs / 2, lines.stream().filter(l -> l.contains(": exim,")).count(), "" + lines);
    assertFalse(said.toString(StandardCharsets.UTF_8).contains("of other programs"), "" + lines);
    assertEquals(EnumSet.of(Outcome.DELIVERED, Outcome.DEFERRED, Outcome.BOUNCED), outcomes);
    assertTrue(records > runs * 200, "records: " + records);
    assertTrue(failedLogins > runs * 20, "failed logins: " + failedLogins);
    assertEquals(runs, bodies.size(), "the same was read twice");
    assertFalse(Files.exists(data), "the made-up index stays");
  }

  /** A cache of a run that learnt nothing must not be made. */
  @Test
  void aFailureIsOne() {
    assertThrows(IOException.class, () -> new IndexWarmUp(_ -> ExitStatus.ERROR, BYTES).call());
  }

  private int index(String... arguments) {
    runs++;
    int status = Whosent.run(arguments);
    data = Path.of(arguments[2]);
    try (RecordStore store = PartitionedRecordStore.open(data);
        View view = store.view()) {
      bodies.add(Files.readString(Path.of(arguments[arguments.length - 1])));
      records = 0;
      view.search(RecordQuery.ALL)
          .forEachRemaining(
              record -> {
                records++;
                record.recipients().stream().map(Recipient::outcome).forEach(this::ended);
              });
      failedLogins = 0;
      view.failedLogins(FailedLoginQuery.ALL).forEachRemaining(_ -> failedLogins++);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return status;
  }

  private void ended(Outcome outcome) {
    if (outcome != null) {
      outcomes.add(outcome);
    }
  }
}
