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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.indexer.store.FailedLoginQuery;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.record.BadLineException;
import org.whosent.record.ClueType;
import org.whosent.record.DirectorySync;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;
import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/**
 * The MSA's journal segments in a data directory, {@code journal/journal-YYYYMMDD-NNNN.jsonl}, one
 * or more a UTC day. They hold what the index holds, so retention ends for both together.
 */
final class JournalFiles {
  private static final Pattern NAME = Pattern.compile("journal-([0-9]{8})-[0-9]+\\.jsonl");

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
    // What may not be looked at is not said to have none.
    if (!Files.notExists(directory) && !Files.isRegularFile(directory)) {
      try (DirectoryStream<Path> segments = Files.newDirectoryStream(directory)) {
        for (Path segment : segments) {
          Instant end = endOfDay(segment);
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

  /**
   * Whether the index has all of a segment that it keeps: submissions, what became of them, failed
   * logins. Then the segment is not needed.
   */
  static boolean isIndexed(Path segment, RecordStore store, View view) throws IOException {
    List<JournalEntry.LoginFailure> failures = new ArrayList<>();
    try (BufferedReader lines = lines(segment)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        boolean missing =
            switch (entry(line)) {
              case JournalEntry.Submission submission -> isMissing(submission.record(), view);
              case JournalEntry.Outcome outcome -> isMissing(outcome, view);
              case JournalEntry.LoginFailure failure -> !failures.add(failure);
              case null, default -> false;
            };
        if (missing) {
          return false;
        }
      }
    }
    return failures.isEmpty() || areThere(failures, store, view);
  }

  /**
   * All at once: strangers make as many of them as they like, and each look reads days of them. One
   * with the name of a user who was erased later is never there, since the index would not take it,
   * unless a hold kept it then.
   */
  private static boolean areThere(
      List<JournalEntry.LoginFailure> failures, RecordStore store, View view) throws IOException {
    Map<String, JournalEntry.LoginFailure> missing = new HashMap<>();
    Instant first = Instant.MAX;
    Instant last = Instant.MIN;
    for (JournalEntry.LoginFailure failure : failures) {
      missing.put(key(failure), failure);
      first = failure.time().isBefore(first) ? failure.time() : first;
      last = failure.time().isAfter(last) ? failure.time() : last;
    }
    view.failedLogins(new FailedLoginQuery(null, null, first, last.plusNanos(1000)))
        .forEachRemaining(there -> missing.remove(key(there.failure())));
    List<Hold> holds = store.holds();
    Map<String, Instant> erasures = new HashMap<>();
    for (JournalEntry.LoginFailure failure : missing.values()) {
      String login = failure.login();
      if (login != null && !erasures.containsKey(login)) {
        erasures.put(login, store.erasedAt(login));
      }
      Instant erased = erasures.get(login);
      if (erased == null
          || !failure.time().isBefore(erased)
          || isHeld(failure, holds.stream().filter(h -> h.since().isBefore(erased)).toList())) {
        return false;
      }
    }
    return true;
  }

  private static String key(JournalEntry.LoginFailure failure) {
    return failure.time() + " " + failure.host() + " " + failure.login();
  }

  /** An outcome whose record is not there at all says nothing: the submission's line does. */
  private static boolean isMissing(JournalEntry.Outcome outcome, View view) throws IOException {
    for (SubmissionRecord record : view.find(ClueType.TRANSACTION_ID, outcome.transactionId(), 1)) {
      for (Recipient said : outcome.recipients()) {
        if (record.recipients().stream()
            .noneMatch(
                known -> known.address().equals(said.address()) && known.outcome() != null)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * The first of the segments that has a record or a failed login under hold which the index has
   * not: to delete it would break the hold. Null when there is none. A failed login with the name
   * of a user who was erased later counts for nothing, unless the hold is older than that: the
   * index would never take it.
   */
  static Path neededByHold(List<Path> segments, RecordStore store, View view) throws IOException {
    List<Hold> holds = store.holds();
    if (holds.isEmpty()) {
      return null;
    }
    for (Path segment : segments) {
      if (hasHeldAndMissing(segment, holds, store, view)) {
        return segment;
      }
    }
    return null;
  }

  private static boolean hasHeldAndMissing(
      Path segment, List<Hold> holds, RecordStore store, View view) throws IOException {
    List<JournalEntry.LoginFailure> failures = new ArrayList<>();
    try (BufferedReader lines = lines(segment)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        switch (entry(line)) {
          case JournalEntry.Submission submission -> {
            if (isHeld(submission.record(), holds) && isMissing(submission.record(), view)) {
              return true;
            }
          }
          case JournalEntry.LoginFailure failure -> {
            if (isHeld(failure, holds)) {
              failures.add(failure);
            }
          }
          case null, default -> {}
        }
      }
    }
    return !failures.isEmpty() && !areThere(failures, store, view);
  }

  private static boolean isHeld(SubmissionRecord record, List<Hold> holds) {
    return holds.stream().anyMatch(hold -> hold.query().matches(record));
  }

  private static boolean isHeld(JournalEntry.LoginFailure failure, List<Hold> holds) {
    FailedLogin login = new FailedLogin(failure, new SourceLine("journal", 0, ""));
    return holds.stream().anyMatch(hold -> hold.query().matches(login));
  }

  private static BufferedReader lines(Path segment) throws IOException {
    return new BufferedReader(
        new InputStreamReader(Files.newInputStream(segment), StandardCharsets.UTF_8));
  }

  private static JournalEntry entry(String line) {
    try {
      return JournalCodec.decode(line.getBytes(StandardCharsets.UTF_8));
    } catch (BadLineException e) {
      return null; // torn by a crash: it was never answered with 250
    }
  }

  private static boolean isMissing(SubmissionRecord record, View view) throws IOException {
    return view.find(ClueType.TRANSACTION_ID, record.transactionId(), 1).isEmpty();
  }

  /** Deletes the segments, for good: no power failure brings them back; a dry run counts them. */
  static Purged delete(List<Path> segments, boolean dryRun) throws IOException {
    long bytes = 0;
    for (Path segment : segments) {
      bytes += Files.size(segment);
      if (!dryRun) {
        Files.delete(segment);
      }
    }
    if (!dryRun && !segments.isEmpty()) {
      DirectorySync.force(segments.getFirst().getParent());
    }
    return new Purged(segments.size(), bytes);
  }

  /**
   * When the last day ended, or ends, of which a segment has lines; null where that is no segment.
   * By its name; but after a clock that was ahead for a moment the MSA's names go on from that day,
   * so that they keep their order, and then by when it was written last.
   */
  static Instant endOfDay(Path segment) throws IOException {
    Matcher matcher = NAME.matcher(segment.getFileName().toString());
    if (!matcher.matches()) {
      return null;
    }
    LocalDate day;
    try {
      day = LocalDate.parse(matcher.group(1), DateTimeFormatter.BASIC_ISO_DATE);
    } catch (DateTimeException e) {
      return null;
    }
    if (day.isAfter(LocalDate.now(ZoneOffset.UTC))) {
      Instant written = Files.getLastModifiedTime(segment).toInstant();
      LocalDate last = LocalDate.ofInstant(written, ZoneOffset.UTC);
      day = last.isBefore(day) ? last : day;
    }
    return day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
