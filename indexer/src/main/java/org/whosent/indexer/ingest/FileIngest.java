package org.whosent.indexer.ingest;

import static org.whosent.indexer.ingest.input.Unreadable.reading;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.whosent.indexer.ingest.input.FormatRecognition;
import org.whosent.indexer.ingest.input.Hashes;
import org.whosent.indexer.ingest.input.LineInput;
import org.whosent.indexer.ingest.input.PiecesBefore;
import org.whosent.indexer.ingest.input.SourceFile;
import org.whosent.indexer.ingest.input.Unreadable;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.LineKind;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSettings;
import org.whosent.indexer.log.LogSource;
import org.whosent.indexer.log.formats.LogSources;
import org.whosent.record.Printable;

/**
 * Reads one file from where it was left, as often as it is asked to.
 *
 * <p>Lines shortly before the checkpoint are shown to the reader again, without their facts being
 * taken, so that what lies between lines (a TLS session) is known as if the file were read in one
 * go. A last line without its line feed waits for the rest, but for a JSON document that is whole
 * ({@link OpenEnd}); in a file that will not grow it is passed over unless it shows its own end,
 * since half a login may be somebody else's.
 *
 * <p>What is wrong with the file ends up in its report; what is wrong with the store is thrown. Not
 * thread-safe.
 */
final class FileIngest {
  private static final int FIRST_LINE = 4096;

  /** So much before a checkpoint is read again. */
  private static final long LOOK_BACK = 256 << 10;

  private static final int REMEMBERED = 256;
  private static final int STOP_CHECK = 1024;

  private final IngestOptions options;
  private final HostNames hosts;
  private final HostZones zones;
  private final IngestBatch work;
  private final BooleanSupplier stopped;
  private final boolean follows;
  private final Hashes hashes = new Hashes();

  /** Of all readers: a reader may go on in the next file. */
  private final Forgotten forgotten = new Forgotten();

  private static final String NO_DATE =
      "its lines tell no date, only how long the machine had been running (journalctl -o"
          + " short-monotonic); export it with -o json --all, or -o short-iso";

  /** A reader that stands at an offset: spares looking back when a file is read every moment. */
  private record Standing(LogReader reader, long offset, String host, Instant time) {}

  private final LineFacts facts;
  private LogReader last;
  private LogSource lastFormat;
  private boolean goesOn;

  private final FormatRecognition formats;
  private final Map<String, Standing> readers =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Standing> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * For files.
   *
   * @param follows the rest of a line will be waited for: it is never read early
   */
  FileIngest(
      IngestOptions options,
      HostNames hosts,
      IngestBatch work,
      BooleanSupplier stopped,
      boolean follows) {
    this.options = options;
    this.hosts = hosts;
    this.work = work;
    this.stopped = stopped;
    this.follows = follows;
    this.formats = new FormatRecognition(options.format(), hashes);
    this.facts = new LineFacts(work, forgotten);
    this.zones = HostZones.of(options, hosts.site());
  }

  /** See {@link FormatRecognition#recognisable}. */
  boolean recognisable(byte[] head) {
    return formats.recognisable(head);
  }

  /** The next file goes on where the last one ended: so do its sessions and its years. */
  void goesOn(boolean directly) {
    goesOn = directly;
  }

  /**
   * Reads what is new. The batch is not committed at the end, but may be in between.
   *
   * @param demanded the user named this very file: that its format is not known is a problem
   */
  void read(SourceFile file, boolean demanded, Tally tally) throws IOException {
    work.begin(tally);
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
    LogReader previous = goesOn ? last : null;
    last = null;
    facts.host = null;
    byte[] salt =
        ((options.format() == null ? "auto" : options.format().name()) + '\n' + options.host())
            .getBytes(StandardCharsets.UTF_8);
    boolean openEnd = !follows && reading(file::endsWithinLine);
    String fingerprint =
        file.isCompressed() || openEnd ? reading(() -> file.fingerprint(hashes, salt)) : null;
    if (fingerprint != null && work.ask(batch -> Checkpoint.isWhole(batch, fingerprint))) {
      tally.upToDate = true;
      return;
    }
    byte[] head = reading(() -> file.head(FIRST_LINE));
    boolean document = openEnd && OpenEnd.maybeDocument(head, head.length);
    byte[] firstLine = firstLine(head, file.isComplete() || document);
    if (firstLine == null) {
      tally.upToDate = true; // empty, or its first line is still being written
      tally.waiting = openEnd;
      return;
    }
    Optional<LogSource> format = formats.of(file, firstLine);
    if (format.isEmpty()) {
      tally.passedOver = !demanded || formats.isSomeLog(file);
      if (!tally.passedOver) {
        tally.problem =
            (formats.tellsNoDate(file)
                    ? NO_DATE
                    : "no log of a format that is known (%s); --format names one")
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
    for (Checkpoint checkpoint : work.ask(batch -> Checkpoint.of(batch, first))) {
      Standing standing = readers.get(first);
      boolean shortLook = standing != null && standing.offset == checkpoint.offset();
      facts.host = shortLook ? standing.host : null;
      facts.time = shortLook ? standing.time : null;
      LogReader reader = shortLook ? standing.reader : newReader(format.get(), file);
      reader.fileTime(reading(file::modified));
      long from = lookFrom(checkpoint, format.get(), shortLook);
      if (from == 0 && !shortLook) {
        PiecesBefore.show(file, format.get(), reader);
      }
      if (!shortLook) {
        reader.beginning(head);
      }
      try (LineInput in = new LineInput(reading(() -> file.open(from)), from)) {
        if (reading(() -> lookBack(in, checkpoint, reader, shortLook))) {
          readLines(file, in, reader, format.get(), checkpoint, first, tally);
          whole(fingerprint, file, tally);
          return;
        }
      }
    }
    facts.host = null;
    LogReader reader = firstReader(previous, format.get(), file);
    reader.beginning(head);
    try (LineInput in = new LineInput(reading(() -> file.open(0)), 0)) {
      readLines(file, in, reader, format.get(), null, first, tally);
      whole(fingerprint, file, tally);
    }
  }

  private void whole(String fingerprint, SourceFile file, Tally tally) throws IOException {
    boolean whole = file.isCompressed() || !tally.waiting;
    if (fingerprint != null && whole && !stopped.getAsBoolean()) {
      work.change(batch -> Checkpoint.putWhole(batch, fingerprint));
    }
    tally.upToDate = tally.lines == 0;
  }

  private LogReader firstReader(LogReader previous, LogSource format, SourceFile file)
      throws Unreadable {
    if (previous == null || !format.equals(lastFormat)) {
      LogReader fresh = newReader(format, file);
      PiecesBefore.show(file, format, fresh);
      return fresh;
    }
    previous.fileTime(reading(file::modified));
    return previous;
  }

  private LogReader newReader(LogSource format, SourceFile file) throws Unreadable {
    Instant modified = reading(file::modified);
    return format.reader(
        new LogSettings(options.zone(), options.year(), modified, hosts, forgotten, zones));
  }

  /**
   * The first line, cut at a bound; null while it is not there whole. With the lines of comment
   * before it, which are the same in every log of a server that begins its logs with some.
   */
  private static byte[] firstLine(byte[] head, boolean complete) {
    int start = 0;
    for (int i = start; i < head.length; i++) {
      if (head[i] == '\n') {
        if (head[start] != '#') {
          return Arrays.copyOf(head, i);
        }
        start = i + 1;
      }
    }
    return head.length == 0 || head.length < FIRST_LINE && !complete ? null : head;
  }

  /** Where reading before a checkpoint begins: so far back that its last line is seen whole. */
  private static long lookFrom(Checkpoint checkpoint, LogSource format, boolean shortLook) {
    long before = checkpoint.lineStart() - LineInput.MOST_BEFORE;
    long length = Math.max(LOOK_BACK, PiecesBefore.length(format));
    return Math.max(0, shortLook ? before : Math.min(checkpoint.offset() - length, before));
  }

  /**
   * Reads on to a checkpoint and shows the reader the lines before it.
   *
   * @return false when this is not the log that was read
   */
  private boolean lookBack(LineInput in, Checkpoint checkpoint, LogReader reader, boolean shortLook)
      throws IOException {
    if (in.offset() > 0) {
      in.next(); // the rest of a line
      if (!shortLook) {
        reader.inTheMidst();
      }
    }
    while (in.offset() < checkpoint.offset()) {
      LineInput.Found found = in.next();
      if (found == LineInput.Found.END) {
        return false;
      }
      if (in.lineStart() >= checkpoint.lineStart()) {
        boolean same =
            in.offset() == checkpoint.offset()
                && in.lineStart() == checkpoint.lineStart()
                && hashes.line(in.line(), in.length()).equals(checkpoint.lineHash());
        if (!same) {
          return false;
        }
      }
      if (found == LineInput.Found.OVERLONG) {
        reader.inTheMidst();
      } else if (!shortLook && found == LineInput.Found.LINE) {
        reader.read(in.line(), in.length(), facts.known());
      }
    }
    reader.lastTime(checkpoint.lastTime());
    return in.offset() == checkpoint.offset();
  }

  private void readLines(
      SourceFile file,
      LineInput in,
      LogReader reader,
      LogSource format,
      Checkpoint from,
      String first,
      Tally tally)
      throws IOException, Unreadable {
    LogCounts counts = new LogCounts(file.family(), format.name(), facts.host, facts.time);
    FactSink sink = facts.taken(Printable.text(file.name()), in, counts, tally);
    last = reader;
    lastFormat = format;
    Checkpoint stored = from;
    Instant lastTime = null;
    Unreadable broken = null;
    long start = in.offset();
    long count = 0;
    long before = forgotten.count();
    boolean rereads = true; // what was an open end before
    boolean open = false;
    while (true) {
      LineInput.Found found;
      try {
        found = reading(in::next);
      } catch (Unreadable e) {
        broken = e;
        reader.inTheMidst();
        break;
      }
      if (found == LineInput.Found.END) {
        break;
      }
      if (found == LineInput.Found.UNFINISHED && !file.isComplete()) {
        tally.waiting =
            !follows && !(format.showsItsEnd() && OpenEnd.maybeDocument(in.line(), in.length()));
        if (follows || tally.waiting) {
          break; // an unfinished line waits for its rest
        }
      }
      if (rereads && !file.isStream()) {
        rereads = false;
        work.change(batch -> OpenCounts.drop(batch, OpenCounts.place(first, start)));
      }
      tally.lines++;
      boolean passedOver =
          found == LineInput.Found.UNFINISHED && !format.showsItsEnd()
              || found == LineInput.Found.OVERLONG;
      if (found == LineInput.Found.UNFINISHED) {
        lastTime = reader.lastTime();
        counts.commit(work);
      }
      if (passedOver) {
        reader.inTheMidst();
      }
      LineKind kind = passedOver ? LineKind.UNKNOWN : reader.read(in.line(), in.length(), sink);
      if (forgotten.count() != before) {
        tally.forgotten += forgotten.count() - before;
        counts.forgotten(forgotten.count() - before);
        before = forgotten.count();
      }
      switch (kind) {
        case FOREIGN -> tally.foreign++;
        case UNKNOWN -> {
          tally.notUnderstood++;
          counts.unknown();
        }
        case NOT_A_LOG -> tally.notLog++;
        case USED, KNOWN -> {}
      }
      if (found == LineInput.Found.UNFINISHED) {
        open = !file.isStream();
        break;
      }
      if (work.lineRead()) {
        stored = put(file, checkpoint(first, in, reader.lastTime()), stored);
        counts.commit(work);
        work.commitSoon();
      }
      if (++count % STOP_CHECK == 0 && stopped.getAsBoolean()) {
        break;
      }
    }
    Checkpoint reached = from;
    if (in.wholeEnd() > start) {
      reached = checkpoint(first, in, lastTime == null ? reader.lastTime() : lastTime);
      tally.bytes += reached.offset() - start;
    }
    if (reached != null) {
      put(file, reached, stored);
      readers.put(first, new Standing(reader, reached.offset(), facts.host, facts.time));
    }
    if (open) {
      counts.commitOpen(work, OpenCounts.place(first, in.wholeEnd()));
    } else {
      counts.commit(work);
    }
    String problem = reader.problem();
    if (broken != null) {
      throw broken;
    }
    tally.problem = problem == null ? tally.problem : problem;
  }

  /** Behind the last whole line. */
  private Checkpoint checkpoint(String first, LineInput in, Instant lastTime) {
    String hash = hashes.line(in.wholeLine(), in.wholeLength());
    return new Checkpoint(first, in.wholeEnd(), in.wholeStart(), hash, lastTime);
  }

  private Checkpoint put(SourceFile file, Checkpoint reached, Checkpoint before) {
    if (!file.isStream() && !reached.equals(before)) {
      work.change(batch -> reached.put(batch, before));
    }
    return reached;
  }
}
