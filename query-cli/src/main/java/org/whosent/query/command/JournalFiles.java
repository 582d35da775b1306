package org.whosent.query.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.store.FailedLoginQuery;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.record.BadLineException;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

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

  /** The segments of days that ended before {@code before}; never another file. */
  static List<Path> ended(Path dataDirectory, Instant before) throws IOException {
    Path directory = dataDirectory.resolve("journal");
    List<Path> ended = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> segments = Files.newDirectoryStream(directory)) {
        for (Path segment : segments) {
          Instant end = endOfDay(segment.getFileName().toString());
          if (end != null && !end.isAfter(before)) {
            ended.add(segment);
          }
        }
      }
    }
    return ended;
  }

  /** All segments, in the order in which they were written. */
  static List<Path> all(Path dataDirectory) throws IOException {
    List<Path> all = ended(dataDirectory, Instant.MAX);
    all.sort(Comparator.comparing(segment -> segment.getFileName().toString()));
    return all;
  }

  /** Whether every submission in a segment is in the index, so that the segment is not needed. */
  static boolean isIndexed(Path segment, View view) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(segment), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        SubmissionRecord record = submission(line);
        if (record != null && isMissing(record, view)) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * The first of the segments that has a record or a failed login under hold which the index has
   * not: to delete it would break the hold. Null when there is none. A failed login with the name
   * of an erased user counts for nothing: the index would never take it.
   */
  static Path neededByHold(List<Path> segments, RecordStore store, View view) throws IOException {
    List<Hold> holds = store.holds();
    if (holds.isEmpty()) {
      return null;
    }
    for (Path segment : segments) {
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(Files.newInputStream(segment), StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (isHeldAndMissing(line, holds, store, view)) {
            return segment;
          }
        }
      }
    }
    return null;
  }

  private static boolean isHeldAndMissing(
      String line, List<Hold> holds, RecordStore store, View view) throws IOException {
    return switch (entry(line)) {
      case JournalEntry.Submission submission ->
          holds.stream().anyMatch(hold -> hold.query().matches(submission.record()))
              && isMissing(submission.record(), view);
      case JournalEntry.LoginFailure failure -> {
        FailedLogin login = new FailedLogin(failure, new SourceLine("journal", 0, ""));
        yield holds.stream().anyMatch(hold -> hold.query().matches(login))
            && isMissing(failure, view)
            && (failure.login() == null || !store.isErased(failure.login()));
      }
      case null, default -> false;
    };
  }

  /** The record of a submission's line, or null. */
  private static SubmissionRecord submission(String line) {
    return entry(line) instanceof JournalEntry.Submission submission ? submission.record() : null;
  }

  private static JournalEntry entry(String line) {
    try {
      return JournalCodec.decode(line.getBytes(StandardCharsets.UTF_8));
    } catch (BadLineException e) {
      return null; // torn by a crash: it was never answered with 250
    }
  }

  private static boolean isMissing(JournalEntry.LoginFailure failure, View view)
      throws IOException {
    Iterator<FailedLogin> there =
        view.failedLogins(
            new FailedLoginQuery(
                failure.login(), null, failure.time(), failure.time().plusNanos(1000)));
    while (there.hasNext()) {
      if (there.next().failure().host().equals(failure.host())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isMissing(SubmissionRecord record, View view) throws IOException {
    return view.find(ClueType.TRANSACTION_ID, record.transactionId(), 1).isEmpty();
  }

  /** Deletes the segments; a dry run only counts them. */
  static Purged delete(List<Path> segments, boolean dryRun) throws IOException {
    long bytes = 0;
    for (Path segment : segments) {
      bytes += Files.size(segment);
      if (!dryRun) {
        Files.delete(segment);
      }
    }
    return new Purged(segments.size(), bytes);
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
