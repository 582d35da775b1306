package org.whosent.query.command;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
 * appends, is not in the way. Interrupted, it is run again. Lines under hold stay. Not thread-safe.
 *
 * <p>A line that is shorter than a heartbeat would be left: there is none, since each has time and
 * host and more.
 */
final class JournalErasure {
  private final String user;
  private final Instant end;
  private final List<Hold> holds;
  private final Set<String> erased = new HashSet<>();
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
   * Goes through all segments: submissions first, since an outcome only names the transaction.
   *
   * @return how many lines were overwritten
   */
  long run(Path dataDirectory) throws IOException {
    List<Path> segments = JournalFiles.all(dataDirectory);
    for (Path segment : segments) {
      each(segment, entry -> entry instanceof JournalEntry.Submission s && isTheirs(s.record()));
    }
    for (Path segment : segments) {
      each(segment, this::isTheirs);
    }
    return lines;
  }

  private boolean isTheirs(SubmissionRecord record) {
    boolean theirs =
        record.user() != null
            && record.time().isBefore(end)
            && ClueType.USER.fold(record.user()).equals(user)
            && holds.stream().noneMatch(hold -> hold.query().matches(record));
    if (theirs) {
      erased.add(record.transactionId());
    }
    return theirs;
  }

  private boolean isTheirs(JournalEntry entry) {
    return switch (entry) {
      case JournalEntry.Submission submission -> isTheirs(submission.record());
      case JournalEntry.Outcome outcome -> erased.contains(outcome.transactionId());
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

  private interface Condition {
    boolean holds(JournalEntry entry);
  }

  private void each(Path segment, Condition condition) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(segment), 1 << 16);
        FileChannel out = FileChannel.open(segment, StandardOpenOption.WRITE)) {
      long offset = 0;
      boolean changed = false;
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b != '\n') {
          line.write(b);
          continue;
        }
        byte[] bytes = line.toByteArray();
        line.reset();
        JournalEntry entry = decode(bytes);
        if (entry != null && condition.holds(entry)) {
          overwrite(out, offset, bytes.length, entry);
          changed = true;
          lines++;
        }
        offset += bytes.length + 1;
      }
      if (changed) {
        out.force(true);
      }
    }
  }

  private static JournalEntry decode(byte[] line) {
    try {
      return JournalCodec.decode(line);
    } catch (BadLineException _) {
      return null; // torn by a crash: it was never answered with 250
    }
  }

  private static void overwrite(FileChannel out, long offset, int length, JournalEntry entry)
      throws IOException {
    byte[] heartbeat = JournalCodec.encode(new JournalEntry.Heartbeat(entry.time(), entry.host()));
    int end = heartbeat.length;
    while (end > 0 && heartbeat[end - 1] == '\n') {
      end--;
    }
    if (end > length) {
      throw new IOException("a journal line of " + length + " bytes has no room for a heartbeat");
    }
    byte[] filled = new byte[length];
    Arrays.fill(filled, (byte) ' ');
    System.arraycopy(heartbeat, 0, filled, 0, end);
    ByteBuffer bytes = ByteBuffer.wrap(filled);
    while (bytes.hasRemaining()) {
      out.write(bytes, offset + bytes.position());
    }
  }
}
