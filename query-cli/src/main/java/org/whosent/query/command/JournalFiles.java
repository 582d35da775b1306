package org.whosent.query.command;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The MSA's journal segments in a data directory, {@code journal/journal-YYYYMMDD-NNNN.jsonl}, one
 * or more a UTC day. They hold what the index holds, so retention ends for both together.
 */
final class JournalFiles {
  private static final Pattern NAME = Pattern.compile("journal-([0-9]{8})Z?-[0-9]+\\.jsonl");

  private JournalFiles() {}

  /**
   * What was deleted, or would be.
   *
   * @param files how many
   * @param bytes together
   */
  record Purged(int files, long bytes) {}

  /** Deletes the segments of days that ended before {@code before}; never another file. */
  static Purged purge(Path dataDirectory, Instant before, boolean dryRun) throws IOException {
    Path directory = dataDirectory.resolve("journal");
    int files = 0;
    long bytes = 0;
    if (!Files.isDirectory(directory)) {
      return new Purged(0, 0);
    }
    try (DirectoryStream<Path> segments = Files.newDirectoryStream(directory)) {
      for (Path segment : segments) {
        Instant end = endOfDay(segment.getFileName().toString());
        if (end != null && !end.isAfter(before)) {
          files++;
          bytes += Files.size(segment);
          if (!dryRun) {
            Files.delete(segment);
          }
        }
      }
    }
    return new Purged(files, bytes);
  }

  private static Instant endOfDay(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return null;
    }
    try {
      return LocalDate.parse(matcher.group(1), DateTimeFormatter.BASIC_ISO_DATE)
          .plusDays(1)
          .atStartOfDay(ZoneOffset.UTC)
          .toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
