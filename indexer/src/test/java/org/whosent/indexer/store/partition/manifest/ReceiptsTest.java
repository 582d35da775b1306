package org.whosent.indexer.store.partition.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Actor;
import org.whosent.indexer.store.PurgeReceipt;

/** Every receipt stands in the file once, whoever it was and wherever a crash came. */
class ReceiptsTest {
  @TempDir Path data;

  private static Manifest with(long sequence, String osUser) {
    Instant time = Instant.ofEpochSecond(1_790_000_000 + sequence);
    PurgeReceipt receipt = new PurgeReceipt(time, false, time, 1, 2, 0, 4, List.of("2026-11-01"));
    Manifest.Draft draft = Manifest.EMPTY.draft();
    String caseNumber = sequence % 2 == 0 ? null : "№ ".repeat(150);
    draft.receipt =
        Receipts.line(sequence, receipt, new Actor(osUser, null, 1000L, "host", false), caseNumber);
    return draft.build();
  }

  @Test
  void eachIsThereOnce() throws IOException {
    Path file = data.resolve("receipts.jsonl");
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      // So many that the end that is looked at begins in the middle of a character.
      Manifest manifest = with(i, List.of("root", "müller", "секретарь", "秘書").get(i % 4));
      expected.add(manifest.receipt());
      Receipts.ensure(data, manifest);
      Receipts.ensure(data, manifest);
      if (i % 3 == 0) {
        Files.writeString(file, "{\"torn\":\"é", StandardOpenOption.APPEND);
      }
      if (i % 6 == 0) {
        Receipts.ensure(data, manifest);
      }
    }
    Receipts.ensure(data, with(120, "root"));
    expected.add(with(120, "root").receipt());
    assertEquals(expected, Files.readAllLines(file));
  }

  /** A manifest from a backup has a receipt that stands further up in a file that is newer. */
  @Test
  void oneThatIsThereIsNotRepeatedAfterOthers() throws IOException {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      expected.add(with(i, "müller").receipt());
      Receipts.ensure(data, with(i, "müller"));
    }
    for (int i = 0; i < 120; i += 7) {
      Receipts.ensure(data, with(i, "müller"));
    }
    assertEquals(expected, Files.readAllLines(data.resolve("receipts.jsonl")));
  }

  @Test
  void theDaysThatWentAreNamed() {
    LocalDate first = LocalDate.of(2026, 10, 30);
    assertEquals(List.of(), PurgeReceipt.dates(List.of()));
    assertEquals(List.of("2026-10-30"), PurgeReceipt.dates(List.of(first)));
    assertEquals(
        List.of("2026-10-30/2026-11-01", "2026-11-03"),
        PurgeReceipt.dates(
            List.of(first.plusDays(2), first, first.plusDays(4), first.plusDays(1))));
    List<LocalDate> gaps = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      gaps.add(first.plusDays(2 * i));
    }
    List<String> bounded = PurgeReceipt.dates(gaps);
    assertEquals(50, bounded.size());
    assertEquals(first.plusDays(98) + "/" + first.plusDays(1998), bounded.getLast());
  }
}
