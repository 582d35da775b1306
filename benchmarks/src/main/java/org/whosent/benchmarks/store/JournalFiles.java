package org.whosent.benchmarks.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.whosent.record.BadLineException;
import org.whosent.record.JournalEntry;
import org.whosent.record.JournalLineReader;
import org.whosent.record.Recipient;
import org.whosent.record.SubmissionRecord;

/**
 * The journals that {@code GenerateJournal} wrote, in which an outcome follows its submission.
 * Immutable; thread-safe.
 *
 * @param directory where they lie
 */
record JournalFiles(Path directory) implements Journals {
  private static final int BLOCK = 1 << 18;

  @Override
  public void read(Taking taking) throws Exception {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.sorted().toList();
    }
    for (Path file : files) {
      try {
        read(file, taking);
      } catch (BadLineException e) {
        throw new IOException(file.toString(), e);
      }
    }
  }

  /** In blocks: a million lines read byte by byte would take as long as all else. */
  private static void read(Path file, Taking taking) throws Exception {
    Joining joining = new Joining(taking);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BLOCK];
      int to = 0;
      for (int count = in.read(buffer); count >= 0; ) {
        to += count;
        int from = 0;
        for (int end = feed(buffer, 0, to); end < to; end = feed(buffer, from, to)) {
          byte[] line = from == 0 ? buffer : Arrays.copyOfRange(buffer, from, end);
          joining.line(line, end - from);
          from = end + 1;
        }
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        if (to == buffer.length) {
          buffer = Arrays.copyOf(buffer, 2 * to);
        }
        count = in.read(buffer, to, buffer.length - to);
      }
    }
  }

  private static int feed(byte[] buffer, int from, int to) {
    int at = from;
    while (at < to && buffer[at] != '\n') {
      at++;
    }
    return at;
  }

  /** Puts the outcome into its submission. */
  private static final class Joining {
    private final JournalLineReader lines = new JournalLineReader();
    private final Taking taking;
    private SubmissionRecord open;

    Joining(Taking taking) {
      this.taking = taking;
    }

    void line(byte[] line, int length) throws Exception {
      switch (lines.read(line, length)) {
        case JournalEntry.Submission s -> open = s.record();
        case JournalEntry.Outcome o -> {
          SubmissionRecord.Builder whole = open.toBuilder();
          // As the fold of facts orders them, which comes to the same for all peers.
          whole.recipients =
              o.recipients().stream().sorted(Comparator.comparing(Recipient::address)).toList();
          whole.completed = o.time();
          taking.take(whole.build());
        }
        default -> {}
      }
    }
  }
}
