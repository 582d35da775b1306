package org.whosent.msa.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.record.BadLineException;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;

/**
 * The journal on a disk that fails and crashes: whatever was acknowledged is there once after each
 * crash, and no line is there that nobody wrote. {@code -Dwhosent.faults=N} runs N fixed seeds and
 * as many fresh ones; the seed stands in the message of what breaks.
 */
class CrashedDiskTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final int EPOCHS = 4;

  @TempDir Path directory;

  @Test
  void whatWasForcedSurvivesAndNothingIsMadeUp() throws Exception {
    int seeds = Integer.getInteger("whosent.faults", 150);
    long fresh = System.nanoTime();
    int acknowledged = 0;
    int refused = 0;
    int unreadable = 0;
    for (int i = 0; i < 2 * seeds; i++) {
      Run run = new Run(i % 2 == 0 ? i : fresh + i, directory.resolve("run" + i));
      run.run();
      acknowledged += run.acknowledged.size();
      refused += run.refused;
      unreadable += run.unreadable;
    }
    System.out.printf(
        "crashed disk: %d runs of %d crashes, %d lines acknowledged, %d refused, %d unreadable%n",
        2 * seeds, EPOCHS, acknowledged, refused, unreadable);
    assertTrue(acknowledged > 10 * seeds && refused > seeds && unreadable > seeds / 10);
  }

  private static final class Run {
    final long seed;
    final Path journalDirectory;
    final Random random;
    final Set<String> given = new HashSet<>();
    final List<String> acknowledged = new ArrayList<>();
    int refused;
    int unreadable;

    Run(long seed, Path directory) {
      this.seed = seed;
      this.journalDirectory = directory;
      this.random = new Random(seed);
    }

    void run() throws IOException {
      Files.createDirectories(journalDirectory);
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        SimulatedDisk disk =
            new SimulatedDisk(new Random(random.nextLong()), random.nextInt(3) * 10);
        try {
          write(disk, epoch);
        } catch (JournalException e) {
          // It could not even be opened: the server does not start, and says so.
        }
        disk.crash();
        disk.settle();
        check();
      }
    }

    private void write(SimulatedDisk disk, int epoch) throws IOException {
      int entries = random.nextInt(30);
      Journal journal =
          Journal.open(
              journalDirectory,
              disk,
              InstantSource.fixed(NOON),
              "msa.example",
              Duration.ofHours(1),
              20_000,
              _ -> {});
      try {
        for (int i = 0; i < entries; i++) {
          JournalEntry entry = entry(epoch, i);
          String line = new String(JournalCodec.encode(entry), StandardCharsets.UTF_8);
          given.add(line);
          if (random.nextInt(4) == 0) {
            journal.appendLazily(entry);
            continue;
          }
          try {
            journal.append(entry);
            acknowledged.add(line);
          } catch (JournalException e) {
            refused++;
          }
        }
      } finally {
        // A killed process closes nothing; a stopped one does.
        if (random.nextBoolean()) {
          disk.crash();
        }
        journal.close();
      }
    }

    /** Lines of equal length that name themselves all along: a line made of two shows itself. */
    private JournalEntry entry(int epoch, int number) {
      String name = "%d.%03d ".formatted(epoch, number);
      return new JournalEntry.Refusal(
          NOON, "msa.example", null, null, null, null, null, null, null, null, name.repeat(150));
    }

    private void check() throws IOException {
      Map<String, Integer> found = new HashMap<>();
      try (Stream<Path> files = Files.list(journalDirectory)) {
        for (Path file : files.toList()) {
          String text = Files.readString(file, StandardCharsets.ISO_8859_1);
          for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
            read(line, found);
          }
        }
      }
      for (String line : acknowledged) {
        assertEquals(1, found.get(line), () -> "seed " + seed + " acknowledged: " + name(line));
      }
      found.forEach(
          (line, count) -> assertEquals(1, count, () -> "seed " + seed + ": " + name(line)));
    }

    private void read(String line, Map<String, Integer> found) {
      try {
        if (JournalCodec.decode(line.getBytes(StandardCharsets.ISO_8859_1))
            instanceof JournalEntry.Refusal) {
          assertTrue(given.contains(line), () -> "seed " + seed + " nobody wrote: " + line);
          found.merge(line, 1, Integer::sum);
        }
      } catch (BadLineException e) {
        unreadable++;
      }
    }

    private static String name(String line) {
      return line.substring(line.length() - 20);
    }
  }

  /** Two writes to the same place, one of them failed, must not make a third line together. */
  @Test
  void whatWasCutOffDoesNotComeBack() throws Exception {
    for (int seed = 0; seed < 300; seed++) {
      Path own = Files.createDirectory(directory.resolve("cut" + seed));
      SimulatedDisk disk = new SimulatedDisk(new Random(seed), 0);
      JournalSequence sequence =
          JournalSequence.open(own, disk, InstantSource.fixed(NOON), 1 << 20, _ -> {});
      sequence.append(ByteBuffer.wrap("first\n".getBytes()));
      sequence.force();
      disk.fillUp(2000);
      ByteBuffer refused = ByteBuffer.wrap(("x".repeat(2500) + "\n").getBytes());
      assertThrows(IOException.class, () -> sequence.append(refused));
      sequence.append(ByteBuffer.wrap(("y".repeat(2500) + "\n").getBytes()));
      disk.crash();
      disk.settle();
      String left = Files.readString(own.resolve("journal-20261123-0001.jsonl"));
      assertTrue(left.matches("first\n[y\0]*\n?[\0]*"), "seed " + seed + ": " + left);
    }
  }

  @Test
  void theDiskItselfLosesOnlyWhatWasNotForced() throws Exception {
    for (int seed = 0; seed < 200; seed++) {
      Path file = directory.resolve("file" + seed);
      SimulatedDisk disk = new SimulatedDisk(new Random(seed), 0);
      JournalFiles.JournalFile content = disk.create(file);
      content.append(ByteBuffer.wrap("a".repeat(3000).getBytes()));
      content.force();
      content.append(ByteBuffer.wrap("b".repeat(3000).getBytes()));
      disk.crash();
      IOException failure = null;
      try {
        content.force();
      } catch (IOException e) {
        failure = e;
      }
      assertEquals("crashed", failure == null ? null : failure.getMessage());
      disk.settle();
      String left = Files.readString(file);
      assertTrue(left.startsWith("a".repeat(3000)), left);
      assertTrue(left.substring(3000).matches("[b\0]*"));
    }
  }
}
