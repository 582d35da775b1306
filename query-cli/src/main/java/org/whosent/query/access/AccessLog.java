package org.whosent.query.access;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.whosent.record.DirectoryOwner;
import org.whosent.record.DirectorySync;

/**
 * The files of the access log, as {@code package-info} specifies them. Thread-safe: it has no
 * state; several processes may append at one time.
 */
public final class AccessLog {
  private static final String PREFIX = "access-";
  private static final String SUFFIX = ".jsonl";

  private final Path directory;

  /** The log of a data directory; nothing is made before the first line. */
  public AccessLog(Path dataDirectory) {
    this.directory = dataDirectory.resolve("access");
  }

  /**
   * Appends a line, by one write. Where the last one was torn by a failure, it goes on a line of
   * its own all the same.
   *
   * @param force also wait until it is on disk, with the names of the file and its directory,
   *     whoever made them
   * @throws IOException when it could not be written whole
   */
  void append(Instant time, String line, boolean force) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      DirectoryOwner.give(directory);
    }
    Path file = file(time);
    boolean isNew = !Files.exists(file);
    String start = endsTorn(file) ? "\n" : "";
    ByteBuffer bytes = ByteBuffer.wrap((start + line + "\n").getBytes(StandardCharsets.UTF_8));
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      if (isNew) {
        DirectoryOwner.give(file);
      }
      channel.write(bytes);
      if (bytes.hasRemaining()) {
        throw new IOException(file + ": no room for a whole line");
      }
      if (force) {
        channel.force(false);
      }
    }
    if (force) {
      forceNames();
    }
  }

  /**
   * Waits until the lines of that day are on disk that were appended before, as if each had been
   * forced.
   *
   * @throws IOException when it is not known whether they are
   */
  void force(Instant time) throws IOException {
    try (FileChannel channel = FileChannel.open(file(time), StandardOpenOption.WRITE)) {
      channel.force(false);
    }
    forceNames();
  }

  private void forceNames() throws IOException {
    DirectorySync.force(directory);
    DirectorySync.force(directory.toAbsolutePath().getParent());
  }

  /** Also true, now and then, while another process writes: then there is an empty line. */
  private static boolean endsTorn(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      return channel.size() > 0
          && channel.read(last, channel.size() - 1) == 1
          && last.get(0) != '\n';
    } catch (NoSuchFileException _) {
      return false;
    }
  }

  private Path file(Instant time) {
    // Not by the JDK's formatter, which a cold look-up would wait for.
    String day = time.atOffset(ZoneOffset.UTC).toLocalDate().toString().replace("-", "");
    return directory.resolve(PREFIX + day + SUFFIX);
  }

  /** What takes the lines of a log. */
  @FunctionalInterface
  public interface Lines {
    /** Takes one line, without its end. */
    void line(String text) throws IOException;
  }

  /** Reads the days from {@code since} on, in order; empty lines mean nothing. */
  public void read(Instant since, Lines lines) throws IOException {
    for (Day day : days()) {
      if (since == null || day.end().isAfter(since)) {
        try (BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(Files.newInputStream(day.file), StandardCharsets.UTF_8))) {
          for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (!line.isEmpty()) {
              lines.line(line);
            }
          }
        }
      }
    }
  }

  /**
   * Deletes the days that ended by {@code before}; a dry run only counts them.
   *
   * @return how many
   */
  public int purge(Instant before, boolean dryRun) throws IOException {
    int gone = 0;
    for (Day day : days()) {
      if (!day.end().isAfter(before)) {
        if (!dryRun) {
          Files.deleteIfExists(day.file);
        }
        gone++;
      }
    }
    if (gone > 0 && !dryRun) {
      DirectorySync.force(directory);
    }
    return gone;
  }

  /** When the oldest day of it ended, or ends; null when nothing was written yet. */
  public Instant oldestEnd() throws IOException {
    List<Day> days = days();
    return days.isEmpty() ? null : days.getFirst().end();
  }

  private record Day(LocalDate date, Path file) {
    Instant end() {
      return date.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
  }

  /** Where it lies, for messages. */
  @Override
  public String toString() {
    return directory.toString();
  }

  /** Our files only, the oldest first. */
  private List<Day> days() throws IOException {
    List<Day> days = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files =
          Files.newDirectoryStream(directory, PREFIX + "*" + SUFFIX)) {
        for (Path file : files) {
          String name = file.getFileName().toString();
          String date = name.substring(PREFIX.length(), name.length() - SUFFIX.length());
          try {
            days.add(new Day(LocalDate.parse(date, DateTimeFormatter.BASIC_ISO_DATE), file));
          } catch (DateTimeException _) {
            // not one of ours
          }
        }
      }
    }
    days.sort((a, b) -> a.date.compareTo(b.date));
    return days;
  }
}
