package org.whosent.indexer.ingest;

import static org.whosent.indexer.ingest.input.Unreadable.reading;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.whosent.indexer.ingest.input.FormatRecognition;
import org.whosent.indexer.ingest.input.Hashes;
import org.whosent.indexer.ingest.input.LineInput;
import org.whosent.indexer.ingest.input.SourceFile;
import org.whosent.indexer.ingest.input.Unreadable;
import org.whosent.indexer.log.LogSource;

/**
 * How much of a file was read, by this run or an earlier one, under whichever name it had then. Not
 * thread-safe.
 */
final class KnownLogs {
  private final Hashes hashes = new Hashes();
  private final FormatRecognition formats;
  private final LogIdentity identity;
  private final IngestBatch work;

  KnownLogs(IngestOptions options, HostNames hosts, IngestBatch work) {
    this.formats = new FormatRecognition(options.format(), hosts.site(), hashes);
    this.identity = new LogIdentity(options, hosts, hashes);
    this.work = work;
  }

  /** How much was read of a file. */
  enum State {
    /** There is nothing in it, or no whole line yet. */
    EMPTY,
    /** Nothing, or nobody knows. */
    NEW,
    /** Its beginning, perhaps more. */
    BEGUN,
    /** All of it. */
    WHOLE
  }

  /**
   * How much was read of that file.
   *
   * @throws IOException when the store failed
   */
  State of(Path path) throws IOException, Unreadable {
    SourceFile file = reading(() -> SourceFile.of(path.toString(), path));
    if (file.isCompressed() || reading(file::endsWithinLine)) {
      String fingerprint = reading(() -> file.fingerprint(hashes, identity.salt()));
      if (work.ask(batch -> Checkpoint.isWhole(batch, fingerprint))) {
        return State.WHOLE;
      }
    }
    byte[] head = reading(() -> file.head(FirstLine.LONGEST));
    byte[] firstLine = FirstLine.of(head, file.isComplete());
    if (firstLine == null) {
      return State.EMPTY;
    }
    Optional<LogSource> format = formats.of(file, firstLine);
    if (format.isEmpty()) {
      return State.NEW;
    }
    Set<String> known = identity.before(firstLine, format.get()).keySet();
    for (Checkpoint checkpoint : work.ask(batch -> Checkpoint.of(batch, known))) {
      if (isOf(file, checkpoint)) {
        boolean whole = !file.isCompressed() && checkpoint.offset() == reading(file::storedSize);
        return whole ? State.WHOLE : State.BEGUN;
      }
    }
    return State.NEW;
  }

  /** False also where reading it fails before that: whoever reads it says so. */
  private boolean isOf(SourceFile file, Checkpoint checkpoint) {
    long from = LinesBefore.from(checkpoint);
    try (LineInput in = new LineInput(file.open(from), from)) {
      return LinesBefore.reach(in, checkpoint, hashes);
    } catch (IOException e) {
      return false;
    }
  }
}
