package org.whosent.indexer.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.LogSources;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/**
 * Reads one file from where it was left, as often as it is asked to.
 *
 * <p>Lines shortly before the checkpoint are shown to the reader again, without their facts being
 * taken, so that what lies between lines (a TLS session) is known as if the file were read in one
 * go. A last line without its line feed waits for the rest; in a file that will not grow it is
 * passed over unless it shows its own end, since half a login may be somebody else's.
 *
 * <p>What is wrong with the file ends up in its report; what is wrong with the store is thrown. Not
 * thread-safe.
 */
final class FileIngest {
  /** So much is looked at to recognise a format. */
  static final int SAMPLE = 256 << 10;

  private static final int SAMPLE_LINES = 1000;
  private static final int FIRST_LINE = 4096;

  /** So much before a checkpoint is read again. */
  private static final long LOOK_BACK = 256 << 10;

  /** The same where sessions name users: a session's messages may come minutes after its login. */
  private static final long LOOK_BACK_FOR_USERS = 8 << 20;

  /** A larger compressed piece is not unpacked only to look at its end. */
  private static final long LOOK_BACK_COMPRESSED = 16 << 20;

  private static final int LOOK_BACK_PIECES = 5;

  private static final int REMEMBERED = 256;
  private static final int STOP_CHECK = 1024;

  private final IngestOptions options;
  private final HostNames hosts;
  private final IngestBatch work;
  private final BooleanSupplier stopped;
  private final Hashes hashes = new Hashes();

  /** A reader that stands at an offset: spares looking back when a file is read every moment. */
  private record Standing(LogReader reader, long offset) {}

  private final Map<String, LogSource> formats = bounded();
  private final Map<String, Standing> readers = bounded();

  FileIngest(IngestOptions options, HostNames hosts, IngestBatch work, BooleanSupplier stopped) {
    this.options = options;
    this.hosts = hosts;
    this.work = work;
    this.stopped = stopped;
  }

  private static <V> Map<String, V> bounded() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
        return size() > REMEMBERED;
      }
    };
  }

  /** The file could not be read: its own trouble, not the store's. */
  private static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;

    Unreadable(IOException cause) {
      super(
          cause instanceof NoSuchFileException || cause.getMessage() == null
              ? "no such file"
              : cause.getMessage(),
          cause);
    }
  }

  private interface Reading<T> {
    T get() throws IOException;
  }

  private static <T> T reading(Reading<T> reading) throws Unreadable {
    try {
      return reading.get();
    } catch (IOException e) {
      throw new Unreadable(e);
    }
  }

  /**
   * Reads what is new. The batch is not committed at the end, but may be in between.
   *
   * @param demanded the user named this very file: that its format is not known is a problem
   */
  void read(SourceFile file, boolean demanded, Tally tally) throws IOException {
    try {
      readFile(file, demanded, tally);
    } catch (Unreadable e) {
      tally.problem = "cannot be read: " + e.getMessage();
    } catch (UncheckedIOException e) {
      throw e.getCause(); // the store's, out of the sink
    }
  }

  private void readFile(SourceFile file, boolean demanded, Tally tally)
      throws IOException, Unreadable {
    byte[] salt =
        ((options.format() == null ? "auto" : options.format().name()) + '\n' + options.host())
            .getBytes(StandardCharsets.UTF_8);
    String fingerprint = file.isCompressed() ? reading(() -> file.fingerprint(hashes, salt)) : null;
    if (fingerprint != null && Checkpoint.isWhole(work.batch(), fingerprint)) {
      tally.upToDate = true;
      return;
    }
    byte[] head = reading(() -> file.head(FIRST_LINE));
    byte[] firstLine = firstLine(head, file.isComplete());
    if (firstLine == null) {
      tally.upToDate = true; // empty, or its first line is still being written
      return;
    }
    List<String> sample = new ArrayList<>();
    Optional<LogSource> format = format(file, firstLine, sample);
    if (format.isEmpty()) {
      tally.passedOver = !demanded || LogSources.areLogLines(sample);
      if (!tally.passedOver) {
        tally.problem =
            "no log of a format that is known (%s); --format names one"
                .formatted(
                    String.join(", ", LogSources.ALL.stream().map(LogSource::name).toList()));
      }
      return;
    }
    tally.passedOver = false;
    tally.format = format.get().name();
    String first =
        hashes.identity(
            firstLine,
            tally.format.getBytes(StandardCharsets.UTF_8),
            String.valueOf(options.host()).getBytes(StandardCharsets.UTF_8));
    if (file.isStream()) {
      try (LineInput in = new LineInput(reading(() -> file.open(0)), 0)) {
        readLines(file, in, newReader(format.get(), file), format.get(), null, first, tally);
      }
      return;
    }
    for (Checkpoint checkpoint : Checkpoint.of(work.batch(), first)) {
      Standing standing = readers.get(first);
      LogReader reader = null;
      boolean shortLook = standing != null && standing.offset == checkpoint.offset();
      if (shortLook) {
        reader = standing.reader;
        reader.fileTime(reading(file::modified));
      } else {
        reader = newReader(format.get(), file);
      }
      try (LineInput in = lookBack(file, checkpoint, format.get(), reader, shortLook)) {
        if (in != null) {
          readLines(file, in, reader, format.get(), checkpoint, first, tally);
          whole(fingerprint, file, tally);
          return;
        }
      }
    }
    LogReader fresh = newReader(format.get(), file);
    lookIntoPiecesBefore(file, format.get(), fresh);
    try (LineInput in = new LineInput(reading(() -> file.open(0)), 0)) {
      readLines(file, in, fresh, format.get(), null, first, tally);
      whole(fingerprint, file, tally);
    }
  }

  private void whole(String fingerprint, SourceFile file, Tally tally) throws IOException {
    if (fingerprint != null && file.isCompressed() && !stopped.getAsBoolean()) {
      Checkpoint.putWhole(work.batch(), fingerprint);
    }
    tally.upToDate = tally.lines == 0;
  }

  private LogReader newReader(LogSource format, SourceFile file) throws Unreadable {
    Instant modified = reading(file::modified);
    return format.reader(new LogSettings(options.zone(), options.year(), modified, hosts));
  }

  /** The first line, cut at a bound; null while it is not there whole. */
  private static byte[] firstLine(byte[] head, boolean complete) {
    for (int i = 0; i < head.length; i++) {
      if (head[i] == '\n') {
        return Arrays.copyOf(head, i);
      }
    }
    return head.length == 0 || head.length < FIRST_LINE && !complete ? null : head;
  }

  private Optional<LogSource> format(SourceFile file, byte[] firstLine, List<String> lines)
      throws Unreadable {
    if (options.format() != null) {
      return Optional.of(options.format());
    }
    String key = hashes.line(firstLine, firstLine.length);
    LogSource known = formats.get(key);
    if (known != null) {
      return Optional.of(known);
    }
    lines.addAll(sampleLines(reading(() -> file.head(SAMPLE))));
    Optional<LogSource> found = LogSources.recognise(lines);
    found.ifPresent(source -> formats.put(key, source));
    return found;
  }

  private static List<String> sampleLines(byte[] head) {
    String sample = new String(head, StandardCharsets.UTF_8);
    List<String> lines = new ArrayList<>();
    for (int at = 0; at < sample.length() && lines.size() < SAMPLE_LINES; ) {
      int end = sample.indexOf('\n', at);
      end = end < 0 ? sample.length() : end;
      lines.add(sample.substring(at, Math.min(end, at + FIRST_LINE)));
      at = end + 1;
    }
    return lines;
  }

  /** A stream's format is known from these first bytes: it need not be waited for more of them. */
  boolean recognisable(byte[] head) {
    return options.format() != null || LogSources.recognise(sampleLines(head)).isPresent();
  }

  /**
   * Goes to a checkpoint and shows the reader the lines before it.
   *
   * @return the input behind the checkpoint; null when this is not the log that was read
   */
  private LineInput lookBack(
      SourceFile file, Checkpoint checkpoint, LogSource format, LogReader reader, boolean shortLook)
      throws Unreadable {
    long length = format.sessionsNameUsers() ? LOOK_BACK_FOR_USERS : LOOK_BACK;
    long wanted =
        shortLook
            ? checkpoint.lineStart() - 1
            : Math.min(checkpoint.offset() - length, checkpoint.lineStart() - 1);
    long from = Math.max(0, wanted);
    if (from == 0 && !shortLook) {
      lookIntoPiecesBefore(file, format, reader);
    }
    LineInput in = reading(() -> new LineInput(file.open(from), from));
    try {
      if (from > 0) {
        in.next(); // the rest of a line
      }
      while (in.offset() < checkpoint.offset()) {
        LineInput.Found found = in.next();
        boolean last = in.lineStart() >= checkpoint.lineStart();
        if (last) {
          boolean same =
              found != LineInput.Found.END
                  && in.offset() == checkpoint.offset()
                  && in.lineStart() == checkpoint.lineStart()
                  && hashes.line(in.line(), in.length()).equals(checkpoint.lineHash());
          if (!same) {
            in.close();
            return null;
          }
        } else if (found == LineInput.Found.END || found == LineInput.Found.UNFINISHED) {
          in.close();
          return null;
        }
        if (!shortLook && found == LineInput.Found.LINE) {
          reader.read(in.line(), in.length(), new CoverageOnly());
        }
      }
      if (in.offset() != checkpoint.offset()) {
        in.close();
        return null;
      }
      reader.lastTime(checkpoint.lastTime());
      return in;
    } catch (IOException e) {
      try {
        in.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw new Unreadable(e);
    }
  }

  /**
   * Shows the reader the last lines of the pieces before this file, without their facts being
   * taken. Only helps: where a piece is missing or cannot be read, what its sessions would have
   * told stays unknown.
   */
  private static void lookIntoPiecesBefore(SourceFile file, LogSource format, LogReader reader) {
    if (!format.sessionsNameUsers()) {
      return;
    }
    try {
      Deque<SourceFile> pieces = new ArrayDeque<>();
      long wanted = LOOK_BACK_FOR_USERS;
      SourceFile piece = file.pieceBefore();
      while (piece != null && wanted > 0 && pieces.size() < LOOK_BACK_PIECES) {
        if (piece.isCompressed() && piece.storedSize() > LOOK_BACK_COMPRESSED) {
          break;
        }
        pieces.addFirst(piece);
        wanted -= piece.storedSize();
        piece = piece.pieceBefore();
      }
      for (SourceFile before : pieces) {
        showEnd(before, reader);
      }
    } catch (IOException e) {
      // As if it were not there.
    }
    reader.lastTime(null);
  }

  private static void showEnd(SourceFile before, LogReader reader) throws IOException {
    long size = before.storedSize();
    if (before.isCompressed()) {
      try (InputStream in = before.open(0)) {
        size = in.transferTo(OutputStream.nullOutputStream());
      }
    }
    long from = Math.max(0, size - LOOK_BACK_FOR_USERS);
    try (LineInput in = new LineInput(before.open(from), from)) {
      LineInput.Found found = from > 0 ? in.next() : LineInput.Found.LINE;
      while (found == LineInput.Found.LINE || found == LineInput.Found.OVERLONG) {
        found = in.next();
        if (found == LineInput.Found.LINE) {
          reader.read(in.line(), in.length(), IGNORED);
        }
      }
    }
  }

  private static final FactSink IGNORED =
      new FactSink() {
        @Override
        public void facts(SubmissionRecord facts) {}

        @Override
        public void seen(String host, Instant time, boolean continuous) {}

        @Override
        public void refusal() {}

        @Override
        public void loginFailure() {}
      };

  private void readLines(
      SourceFile file,
      LineInput in,
      LogReader reader,
      LogSource format,
      Checkpoint from,
      String first,
      Tally tally)
      throws IOException, Unreadable {
    Taking sink = new Taking(Printable.text(file.name()), tally);
    Checkpoint reached = from;
    Checkpoint stored = from;
    Unreadable broken = null;
    long start = in.offset();
    long count = 0;
    while (true) {
      LineInput.Found found;
      try {
        found = reading(in::next);
      } catch (Unreadable e) {
        broken = e;
        break;
      }
      if (found == LineInput.Found.END
          || found == LineInput.Found.UNFINISHED && !file.isComplete()) {
        break; // an unfinished line waits for its rest
      }
      sink.line(in);
      tally.lines++;
      boolean passedOver =
          found == LineInput.Found.UNFINISHED && !format.showsItsEnd()
              || found == LineInput.Found.OVERLONG;
      LineKind kind = passedOver ? LineKind.UNKNOWN : reader.read(in.line(), in.length(), sink);
      switch (kind) {
        case FOREIGN -> tally.foreign++;
        case UNKNOWN -> tally.notUnderstood++;
        case NOT_A_LOG -> tally.notLog++;
        case USED, KNOWN -> {}
      }
      if (found == LineInput.Found.UNFINISHED) {
        break;
      }
      reached = new Checkpoint(first, in.offset(), in.lineStart(), sink.hash, reader.lastTime());
      if (work.lineRead()) {
        stored = put(file, reached, stored);
        work.commit(tally);
      }
      if (++count % STOP_CHECK == 0 && stopped.getAsBoolean()) {
        break;
      }
    }
    if (reached != null) {
      tally.bytes += reached.offset() - start;
      put(file, reached, stored);
      readers.put(first, new Standing(reader, reached.offset()));
    }
    if (broken != null) {
      throw broken;
    }
  }

  private Checkpoint put(SourceFile file, Checkpoint reached, Checkpoint before)
      throws IOException {
    if (!file.isStream() && !reached.equals(before)) {
      reached.put(work.batch(), before);
    }
    return reached;
  }

  /** Lines before a checkpoint: their facts were taken, the host's span goes on. */
  private class CoverageOnly implements FactSink {
    @Override
    public void facts(SubmissionRecord facts) {}

    @Override
    public void seen(String host, Instant time, boolean continuous) {
      try {
        work.spans().seen(host, time, continuous, work.batch());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void refusal() {}

    @Override
    public void loginFailure() {}
  }

  /** Takes the facts of the line that is being read. */
  private final class Taking extends CoverageOnly {
    private final String file;
    private final Tally tally;
    private long offset;
    private String hash;

    Taking(String file, Tally tally) {
      this.file = file;
      this.tally = tally;
    }

    void line(LineInput in) {
      offset = in.lineStart();
      hash = hashes.line(in.line(), in.length());
    }

    @Override
    public void facts(SubmissionRecord facts) {
      if (facts.origin() != null) {
        tally.records++;
      }
      try {
        work.add(facts, new SourceLine(file, offset, hash));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void refusal() {
      tally.refusals++;
    }

    @Override
    public void loginFailure() {
      tally.loginFailures++;
    }
  }
}
