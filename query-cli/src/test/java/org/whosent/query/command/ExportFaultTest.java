package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.fixtures.disk.FaultyFileSystem;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.OperatorException;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * An export while one read fails, wherever that is: its file is whole, or what is missing is said
 * and the exit status is 2, or there is no file. Every read with {@code -Dwhosent.reads=all}.
 */
class ExportFaultTest {
  private static final boolean ALL = "all".equals(System.getProperty("whosent.reads"));
  private static final int SOME = 25;
  private static final java.time.Instant START = java.time.Instant.parse("2026-11-20T08:00:00Z");

  @TempDir Path directory;

  private static void add(RecordStore store, int from, int to) throws IOException {
    try (Batch batch = store.begin()) {
      for (int number = from; number < to; number++) {
        SubmissionRecord.Builder b = new SubmissionRecord.Builder();
        b.time = START.plus(Duration.ofMinutes(7L * number));
        b.transactionId = "ID" + number;
        b.host = "mail.example.com";
        b.origin = Origin.AUTHENTICATED;
        b.user = "user" + number % 7;
        b.client = "192.0.2." + number % 250;
        b.mailFrom = b.user + "@example.com";
        b.recipients = List.of(Recipient.of("r" + number % 50 + "@example.net"));
        b.subject = "subject " + number;
        assertTrue(batch.add(b.build()));
      }
      batch.commit();
    }
  }

  /** What an export says on standard error, and its exit status; 2 where it throws. */
  private record Exported(int status, String err) {}

  private static void set(Object of, String name, Object value) throws Exception {
    Field field = of.getClass().getDeclaredField(name);
    field.setAccessible(true);
    field.set(of, value);
  }

  private static Exported export(Path data, Path to, String output, String user) throws Exception {
    ExportCommand command = new ExportCommand();
    FilterOptions filters = new FilterOptions();
    set(filters, "user", user);
    set(filters, "span", new SpanOptions());
    AccessOption access = new AccessOption();
    access.typed("export", List.of());
    set(command, "data", new DataOption(data));
    set(command, "filters", filters);
    set(command, "access", access);
    set(command, "output", ExportCommand.Output.valueOf(output));
    set(command, "to", to);
    PrintStream before = System.err;
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    int status;
    String thrown = "";
    try {
      status = command.call();
    } catch (IOException | UncheckedIOException | OperatorException e) {
      status = 2;
      thrown = e.getMessage();
      assertTrue(thrown != null && !thrown.isBlank(), e.toString());
    } finally {
      System.setErr(before);
    }
    return new Exported(status, err.toString(StandardCharsets.UTF_8) + thrown);
  }

  @Test
  void anExportIsWholeOrSaysThatItIsNot() throws Exception {
    Path data = directory.resolve("data");
    RecordStore store = PartitionedRecordStore.open(data);
    add(store, 0, 300);
    store.seal(START.plus(Duration.ofDays(1)));
    add(store, 300, 600);
    Path to = directory.resolve("export");
    long seed = Long.getLong("whosent.seed", System.nanoTime());
    Random random = new Random(seed);
    int met = 0;
    for (String output : List.of("csv", "json")) {
      for (String user : new String[] {null, "user3"}) {
        assertEquals(0, export(data, to, output, user).status);
        List<String> right = Files.readAllLines(to);
        assertTrue(right.size() > 80);
        Set<String> bare = new HashSet<>();
        right.forEach(line -> bare.add(bare(line)));
        FaultyFileSystem disk = new FaultyFileSystem(seed, data);
        assertEquals(0, export(disk.path(data), to, output, user).status);
        int reads = disk.reads();
        Set<Integer> points = new TreeSet<>();
        while (points.size() < (ALL ? reads : Math.min(SOME, reads))) {
          points.add(ALL ? points.size() : random.nextInt(reads));
        }
        for (int point : points) {
          String say =
              "%s of %s, read %d of %d, seed %d".formatted(output, user, point, reads, seed);
          Files.deleteIfExists(to);
          disk = new FaultyFileSystem(seed, data);
          disk.failReadAt(point);
          Exported exported = export(disk.path(data), to, output, user);
          if (exported.status == 0) {
            assertEquals(right, Files.readAllLines(to), say);
            continue;
          }
          met++;
          assertEquals(2, exported.status, say);
          assertFalse(exported.err.isBlank(), say);
          // Where the access log could not be completed, it is whole.
          if (Files.exists(to) && !Files.readAllLines(to).equals(right)) {
            assertTrue(exported.err.contains("warning"), say + exported.err);
            List<String> there = new ArrayList<>(Files.readAllLines(to));
            // Whose client and subject cannot be read is listed without them.
            there.removeIf(line -> bare.contains(bare(line)));
            assertEquals(List.of(), there, say + exported.err);
          }
        }
        disk = new FaultyFileSystem(seed, data);
        disk.readShort();
        assertEquals(0, export(disk.path(data), to, output, user).status, "short reads");
        assertEquals(right, Files.readAllLines(to), "short reads");
      }
    }
    System.out.printf("ExportFaultTest: %d met, seed %d%n", met, seed);
    assertTrue(met > 20, met + " were met");
  }

  private static String bare(String line) {
    return line.replaceAll("192\\.0\\.2\\.\\d+|subject \\d+", "")
        .replaceAll("\"(client|subject)\":(\"\"|null)", "\"$1\":");
  }
}
