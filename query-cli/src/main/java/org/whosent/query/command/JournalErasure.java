package org.whosent.query.command;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.whosent.indexer.store.Hold;
import org.whosent.record.BadLineException;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/**
 * Takes one user's lines from before a time out of the MSA's journals: each is overwritten where it
 * stands by a heartbeat of the same time, filled up with blanks to the same length. Nothing moves,
 * so offsets that the index keeps of other users' lines stay right, and a running MSA, which only
 * appends, is not in the way. Interrupted, it is run again, and finds all that is left: submissions
 * go last, since only they say whose an outcome is, and a line that a power failure left half
 * overwritten is known by its form. Lines under hold stay. Not thread-safe.
 *
 * <p>A line that is shorter than a heartbeat would be left: there is none, since each has time and
 * host and more.
 */
final class JournalErasure {
  /** How a heartbeat begins, and no other line. */
  private static final String HEARTBEAT = "{\"v\":" + JournalCodec.VERSION + ",\"type\":\"h";

  private final String user;
  private final Instant end;
  private final List<Hold> holds;
  private final Set<String> transactions = new HashSet<>();
  private long lines;

  /**
   * Of a user.
   *
   * @param end what is from then or later stays
   * @param holds what they cover stays
   */
  JournalErasure(String user, Instant end, List<Hold> holds) {
    this.user = ClueType.USER.fold(user);
    this.end = end;
    this.holds = holds;
  }

  /**
   * Goes through all segments: first to learn which transactions are the user's, since an outcome
   * names nothing else.
   *
   * @return how many lines were overwritten
   */
  long run(Path dataDirectory) throws IOException {
    List<Path> segments = JournalFiles.all(dataDirectory);
    for (Path segment : segments) {
      each(
          segment,
          (entry, line) -> {
            if (entry instanceof JournalEntry.Submission submission
                && isTheirs(submission.record())) {
              transactions.add(submission.record().transactionId());
            }
          });
    }
    for (Path segment : segments) {
      overwrite(segment, entry -> !isSubmission(entry) && isTheirs(entry));
    }
    for (Path segment : segments) {
      overwrite(segment, entry -> isSubmission(entry) && isTheirs(entry));
    }
    return lines;
  }

  private static boolean isSubmission(JournalEntry entry) {
    return entry instanceof JournalEntry.Submission;
  }

  private boolean isTheirs(SubmissionRecord record) {
    return record.user() != null
        && record.time().isBefore(end)
        && ClueType.USER.fold(record.user()).equals(user)
        && holds.stream().noneMatch(hold -> hold.query().matches(record));
  }

  private boolean isTheirs(JournalEntry entry) {
    return switch (entry) {
      case JournalEntry.Submission submission -> isTheirs(submission.record());
      case JournalEntry.Outcome outcome -> transactions.contains(outcome.transactionId());
      case JournalEntry.Refusal refusal ->
          refusal.time().isBefore(end) && isName(refusal.user()) && !isHeld(asFailure(refusal));
      case JournalEntry.LoginFailure failure ->
          failure.time().isBefore(end) && isName(failure.login()) && !isHeld(failure);
      case JournalEntry.Heartbeat _ -> false;
    };
  }

  /** As the store has it: a hold by user, client or span keeps failed logins too. */
  private boolean isHeld(JournalEntry.LoginFailure failure) {
    FailedLogin login = new FailedLogin(failure, new SourceLine("journal", 0, ""));
    return holds.stream().anyMatch(hold -> hold.query().matches(login));
  }

  /** What a hold can ask of a refusal is what it asks of a failed login. */
  private static JournalEntry.LoginFailure asFailure(JournalEntry.Refusal refusal) {
    return new JournalEntry.LoginFailure(
        refusal.time(),
        refusal.host(),
        refusal.service(),
        refusal.client(),
        refusal.clientPort(),
        refusal.helo(),
        refusal.user(),
        null,
        null);
  }

  private boolean isName(String name) {
    return name != null && ClueType.USER.fold(name).equals(user);
  }

  private void overwrite(Path segment, Predicate<JournalEntry> condition) throws IOException {
    try (FileChannel out = FileChannel.open(segment, StandardOpenOption.WRITE)) {
      long before = lines;
      each(
          segment,
          (entry, line) -> {
            if (isHalfOverwritten(line.bytes, entry) || entry != null && condition.test(entry)) {
              overwrite(out, line, entry);
              lines++;
            }
          });
      if (lines > before) {
        out.force(true);
      }
    }
  }

  /**
   * A line of a journal.
   *
   * @param offset where it begins
   * @param bytes without its line feed
   */
  private record Line(long offset, byte[] bytes) {}

  private interface Lines {
    /**
     * Takes a line.
     *
     * @param entry what it says; null when it cannot be read
     */
    void line(JournalEntry entry, Line line) throws IOException;
  }

  private static void each(Path segment, Lines lines) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(segment), 1 << 16)) {
      long offset = 0;
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b != '\n') {
          line.write(b);
          continue;
        }
        byte[] bytes = line.toByteArray();
        line.reset();
        lines.line(decode(bytes), new Line(offset, bytes));
        offset += bytes.length + 1;
      }
    }
  }

  /**
   * Whether an earlier run was overwriting a line when the power failed, so that its head or its
   * end is still the old one: what begins as a heartbeat is then no heartbeat alone, and no other
   * line that cannot be read ends in a blank.
   */
  private static boolean isHalfOverwritten(byte[] line, JournalEntry entry) {
    String text = new String(line, StandardCharsets.ISO_8859_1);
    if (entry == null) {
      return text.endsWith(" ") && !text.isBlank() || text.startsWith(HEARTBEAT);
    }
    return entry instanceof JournalEntry.Heartbeat
        && !text.stripTrailing().equals(new String(heartbeat(entry), StandardCharsets.ISO_8859_1));
  }

  private static byte[] heartbeat(JournalEntry entry) {
    byte[] line = JournalCodec.encode(new JournalEntry.Heartbeat(entry.time(), entry.host()));
    int end = line.length;
    while (end > 0 && line[end - 1] == '\n') {
      end--;
    }
    return Arrays.copyOf(line, end);
  }

  private static JournalEntry decode(byte[] line) {
    try {
      return JournalCodec.decode(line);
    } catch (BadLineException _) {
      return null; // torn by a crash: it was never answered with 250
    }
  }

  private static void overwrite(FileChannel out, Line line, JournalEntry entry) throws IOException {
    byte[] filled = new byte[line.bytes.length];
    Arrays.fill(filled, (byte) ' ');
    if (entry != null) {
      byte[] heartbeat = heartbeat(entry);
      if (heartbeat.length > filled.length) {
        throw new IOException(
            "a journal line of " + filled.length + " bytes has no room for a heartbeat");
      }
      System.arraycopy(heartbeat, 0, filled, 0, heartbeat.length);
    }
    ByteBuffer bytes = ByteBuffer.wrap(filled);
    while (bytes.hasRemaining()) {
      out.write(bytes, line.offset + bytes.position());
    }
  }
}
