package org.whosent.indexer.ingest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.record.SubmissionRecord;

/**
 * One log, read in the ways in which logs come to be read: straight through, in rotated pieces in
 * any order, in copies that overlap, while it grows and is rotated, and under several time stamps.
 * Each way is as good as another, and makes the same records; but copies without the pieces between
 * them may say less.
 *
 * <p>The folder is for what is written on the way. Not thread-safe.
 */
final class LogReadings {
  /** A way of reading a log. */
  enum Way {
    /** Cut at any lines, rotated and partly compressed, a run for each piece, in any order. */
    PIECES,
    /** Overlapping copies under names that have nothing to do with each other, each twice. */
    COPIES,
    /** Read by other runs while it grows and is rotated. */
    GROWING,
    /** The same by one run that follows it. */
    FOLLOWED,
    /** Its newest lines first, as it is or compressed. */
    TURNED,
    /** Read whole under one stamp, then in pieces under all of them, in any order. */
    STAMPS;

    /** True where records may say less than those of the whole log. */
    boolean mayMiss() {
      return this == COPIES;
    }
  }

  private static final int MOST_CUTS = 5;
  private static final long WAIT_SECONDS = 60;

  private final Path folder;
  private final IngestOptions options;
  private final Instant modified;
  private final List<List<String>> stamped;

  /**
   * A log.
   *
   * @param stamped its lines, bytes as characters, once for each form of the time stamps
   * @param modified when its files were last written, as they say
   */
  LogReadings(Path folder, IngestOptions options, Instant modified, List<List<String>> stamped) {
    this.folder = folder;
    this.options = options;
    this.modified = modified;
    this.stamped = stamped;
  }

  /** The lines of a file, each byte as a character. */
  static List<String> lines(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
    lines.removeLast(); // behind the last line feed: nothing, or a line that is not whole
    return lines;
  }

  /** What reading each form of it once from its first line to its last makes. */
  List<SubmissionRecord> straight() throws IOException {
    InMemoryRecordStore store = Fixtures.store();
    for (int i = 0; i < stamped.size(); i++) {
      Path file = directory().resolve("the.log");
      run(store, written(file, stamped.get(i)));
    }
    return Fixtures.records(store);
  }

  /** What reading it that way makes; the forms of the stamps are read one after the other. */
  List<SubmissionRecord> read(Way way, Random random) throws IOException {
    InMemoryRecordStore store = Fixtures.store();
    if (way == Way.STAMPS) {
      stamps(store, random);
      return Fixtures.records(store);
    }
    for (List<String> lines : stamped) {
      switch (way) {
        case PIECES -> run(store, pieces(lines, random));
        case COPIES -> copies(store, lines, random);
        case GROWING -> growing(store, lines, random);
        case FOLLOWED -> followed(store, lines, random);
        case TURNED -> run(store, written(turned(random), lines.reversed()));
        case STAMPS -> throw new IllegalStateException();
      }
    }
    return Fixtures.records(store);
  }

  private Path directory() throws IOException {
    return Files.createTempDirectory(folder, "log");
  }

  private Path turned(Random random) throws IOException {
    return directory().resolve(random.nextBoolean() ? "turned.log" : "turned.log.gz");
  }

  private static byte[] bytes(List<String> lines) {
    return (lines.isEmpty() ? "" : String.join("\n", lines) + "\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private Path written(Path file, List<String> lines) throws IOException {
    byte[] bytes = bytes(lines);
    if (file.toString().endsWith(".gz")) {
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      try (OutputStream out = new GZIPOutputStream(compressed)) {
        out.write(bytes);
      }
      bytes = compressed.toByteArray();
    }
    Files.write(file, bytes);
    Files.setLastModifiedTime(file, FileTime.from(modified));
    return file;
  }

  private void run(InMemoryRecordStore store, Path file) throws IOException {
    Fixtures.ingest(store, options, new byte[0]).run(List.of(file.toString()));
  }

  private void run(InMemoryRecordStore store, List<Path> files) throws IOException {
    for (Path file : files) {
      run(store, file);
    }
  }

  /** Cuts it up as rotation does; all pieces are there before the first is read. */
  private List<Path> pieces(List<String> lines, Random random) throws IOException {
    TreeSet<Integer> cuts = new TreeSet<>(List.of(0, lines.size()));
    for (int i = random.nextInt(MOST_CUTS); i >= 0; i--) {
      cuts.add(random.nextInt(lines.size()));
    }
    List<Integer> ends = List.copyOf(cuts);
    Path directory = directory();
    List<Path> files = new ArrayList<>();
    for (int i = 1; i < ends.size(); i++) {
      int number = ends.size() - 1 - i;
      String suffix = number == 0 ? "" : "." + number + (number > 1 ? ".gz" : "");
      Path file = directory.resolve("the.log" + suffix);
      files.add(written(file, lines.subList(ends.get(i - 1), ends.get(i))));
    }
    Collections.shuffle(files, random);
    return files;
  }

  private void copies(InMemoryRecordStore store, List<String> lines, Random random)
      throws IOException {
    Path directory = directory();
    List<Path> files = new ArrayList<>();
    int from = 0;
    while (from < lines.size()) {
      int to = Math.min(lines.size(), from + 1 + random.nextInt(lines.size()));
      Path file = directory.resolve((char) ('a' + files.size()) + "/saved");
      Files.createDirectories(file.getParent());
      files.add(written(file, lines.subList(from, to)));
      // The next begins within this one.
      from = to == lines.size() ? to : from + 1 + random.nextInt(to - from);
      if (files.size() == 'z' - 'a') {
        from = lines.size();
      }
    }
    files.addAll(List.copyOf(files));
    Collections.shuffle(files, random);
    run(store, files);
  }

  private static void rotate(Path directory) throws IOException {
    for (int number = 20; number >= 0; number--) {
      Path from = directory.resolve("the.log" + (number == 0 ? "" : "." + number));
      if (Files.exists(from)) {
        Files.move(from, directory.resolve("the.log." + (number + 1)));
      }
    }
  }

  private void append(Path live, List<String> lines) throws IOException {
    Files.write(live, bytes(lines), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    Files.setLastModifiedTime(live, FileTime.from(modified));
  }

  private void growing(InMemoryRecordStore store, List<String> lines, Random random)
      throws IOException {
    Path directory = directory();
    Path live = directory.resolve("the.log");
    int rotations = 0;
    int longest = 2 + lines.size() / 8;
    for (int at = 0; at < lines.size(); ) {
      int next = Math.min(lines.size(), at + 1 + random.nextInt(longest));
      append(live, lines.subList(at, next));
      at = next;
      if (random.nextInt(4) == 0 && rotations++ < 15) {
        rotate(directory);
      }
      if (random.nextInt(3) > 0 || at == lines.size()) {
        run(store, directory);
      }
    }
  }

  private void followed(InMemoryRecordStore store, List<String> lines, Random random)
      throws IOException {
    Path directory = directory();
    Path live = directory.resolve("the.log");
    Files.createFile(live);
    Ingest ingest = Fixtures.ingest(store, options, new byte[0]);
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    Thread follower =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    ingest.follow(List.of(live.toString()));
                  } catch (IOException | RuntimeException e) {
                    failures.add(e);
                  }
                });
    int longest = 2 + lines.size() / 6;
    int rotations = 0;
    for (int at = 0; at < lines.size(); ) {
      int next = Math.min(lines.size(), at + 1 + random.nextInt(longest));
      append(live, lines.subList(at, next));
      at = next;
      pause(random.nextInt(150));
      if (random.nextInt(3) == 0 && rotations++ < 15) {
        List<String> more = lines.subList(at, Math.min(lines.size(), at + random.nextInt(4)));
        Path aside = directory.resolve("the.log.1");
        rotate(directory);
        append(aside, more); // the writer has not opened the new one yet
        at += more.size();
        Path fresh = Files.createTempFile(folder, "fresh", null);
        Files.move(fresh, live, StandardCopyOption.ATOMIC_MOVE);
      }
    }
    // Whatever a follower has not seen when it is ended, the next run reads.
    pause(400);
    ingest.stop();
    try {
      follower.join(TimeUnit.SECONDS.toMillis(WAIT_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!failures.isEmpty() || follower.isAlive()) {
      throw new IOException("the follower did not end: " + failures);
    }
    run(store, directory);
  }

  private static void pause(int milliseconds) {
    try {
      TimeUnit.MILLISECONDS.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stamps(InMemoryRecordStore store, Random random) throws IOException {
    int whole = random.nextInt(stamped.size());
    run(store, written(directory().resolve("the.log"), stamped.get(whole)));
    List<List<Path>> left = new ArrayList<>();
    for (List<String> lines : stamped) {
      left.add(pieces(lines, random));
    }
    List<Path> all = new ArrayList<>();
    left.forEach(all::addAll);
    Collections.shuffle(all, random);
    run(store, all);
  }

  /** The lines as Docker writes what a container prints. */
  static List<String> inDocker(List<String> lines, Instant start) {
    return IntStream.range(0, lines.size())
        .mapToObj(
            i ->
                "{\"log\":\"%s\\n\",\"stream\":\"stdout\",\"time\":\"%s\"}"
                    .formatted(
                        lines.get(i).replace("\\", "\\\\").replace("\"", "\\\""),
                        start.plusMillis(i)))
        .toList();
  }
}
