package org.whosent.indexer.ingest;

import static org.whosent.indexer.ingest.input.Unreadable.reading;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.whosent.indexer.ingest.input.FormatRecognition;
import org.whosent.indexer.ingest.input.Hashes;
import org.whosent.indexer.ingest.input.SourceFile;
import org.whosent.indexer.ingest.input.Unreadable;
import org.whosent.indexer.log.LogSource;

/**
 * Whether anything of a file was read, by this run or an earlier one, under whichever name it had
 * then. Not thread-safe.
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

  /**
   * True when it was; false also of a file that cannot be read.
   *
   * @throws IOException when the store failed
   */
  boolean has(Path path) throws IOException {
    try {
      SourceFile file = reading(() -> SourceFile.of(path.toString(), path));
      byte[] head = reading(() -> file.head(FirstLine.LONGEST));
      byte[] firstLine = FirstLine.of(head, file.isComplete());
      Optional<LogSource> format =
          firstLine == null ? Optional.empty() : formats.of(file, firstLine);
      if (format.isEmpty()) {
        return false;
      }
      Set<String> known = identity.before(firstLine, format.get()).keySet();
      return !work.ask(batch -> Checkpoint.of(batch, known)).isEmpty();
    } catch (Unreadable e) {
      return false; // whoever reads it says so
    }
  }
}
