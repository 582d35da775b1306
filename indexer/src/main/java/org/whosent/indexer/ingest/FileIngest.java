package org.whosent.indexer.ingest;

import static org.whosent.indexer.ingest.input.Unreadable.reading;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.whosent.indexer.ingest.input.FormatRecognition;
import org.whosent.indexer.ingest.input.Hashes;
import org.whosent.indexer.ingest.input.LineInput;
import org.whosent.indexer.ingest.input.SourceFile;
import org.whosent.indexer.ingest.input.TurnedRound;
import org.whosent.indexer.ingest.input.Unreadable;
import org.whosent.indexer.log.FactSink;
import org.whosent.indexer.log.Forgotten;
import org.whosent.indexer.log.LogReader;
import org.whosent.indexer.log.LogSource;

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
  private final IngestOptions options;
  private final HostNames hosts;
  private final NewReaders newReaders;
  private final IngestBatch work;
  private final BooleanSupplier stopped;
  private final boolean follows;
  private final Hashes hashes = new Hashes();

  /** Of all readers: a reader may go on in the next file. */
  private final Forgotten forgotten = new Forgotten();

  private final LineFacts facts;
  private final LogIdentity identity;
  private final KnownLogs known;
  private final FarBefore farBefore;
  private final LogReading.Run run;
  private final FormatRecognition formats;
  private final StandingReaders readers = new StandingReaders();
  private final NewestFirst newestFirst;

  /**
   * For files.
   *
   * @param follows the rest of a line will be waited for: it is never read early
   */
  FileIngest(
      IngestOptions options,
      HostNames hosts,
      NewReaders newReaders,
      IngestBatch work,
      BooleanSupplier stopped,
      boolean follows) {
    this.options = options;
    this.hosts = hosts;
    this.work = work;
    this.stopped = stopped;
    this.follows = follows;
    this.formats = new FormatRecognition(options.format(), hosts.site(), hashes);
    this.facts = new LineFacts(work, hosts, forgotten);
    this.identity = new LogIdentity(options, hosts, hashes);
    this.known = new KnownLogs(options, hosts, work);
    this.newReaders = newReaders;
    this.farBefore = new FarBefore(identity, work, facts);
    this.newestFirst = new NewestFirst(stopped);
    this.run = new LogReading.Run(work, facts, readers, forgotten, stopped, follows);
  }

  /** See {@link FormatRecognition#recognisable}. */
  boolean recognisable(byte[] head) {
    return formats.recognisable(head);
  }

  /** See {@link StandingReaders#goesOn}. */
  void goesOn(boolean directly) {
    readers.goesOn(directly);
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
      tally.problem = known.unreadable(file, e);
    } catch (UncheckedIOException e) {
      throw e.getCause(); // the store's, out of the sink
    }
  }

  private void readFile(SourceFile file, boolean demanded, Tally tally)
      throws IOException, Unreadable {
    readers.begin();
    facts.begin();
    byte[] salt = identity.salt();
    boolean openEnd = !follows && reading(file::endsWithinLine);
    String fingerprint =
        file.isCompressed() || openEnd ? reading(() -> file.fingerprint(hashes, salt)) : null;
    if (fingerprint != null && known.isUpToDate(file, fingerprint)) {
      tally.upToDate = true;
      return;
    }
    byte[] head = reading(() -> file.head(FirstLine.LONGEST));
    boolean document = openEnd && OpenEnd.maybeDocument(head, head.length);
    byte[] firstLine = FirstLine.of(head, file.isComplete() || document);
    if (firstLine == null) {
      tally.upToDate = true; // empty, or its first line is still being written
      tally.waiting = openEnd;
      return;
    }
    Optional<LogSource> format = formats.of(file, firstLine);
    if (format.isEmpty()) {
      Optional<String> problem = demanded ? formats.problem(file) : Optional.empty();
      tally.passedOver = problem.isEmpty();
      tally.problem = problem.orElse(tally.problem);
      return;
    }
    tally.passedOver = false;
    tally.format = format.get().name();
    Log log = new Log(file, format.get(), identity.of(firstLine, format.get()), tally);
    if (file.isStream()) {
      readAll(log, newReader(log));
      return;
    }
    boolean wentOn = readOn(log, identity.before(firstLine, format.get()), head);
    String twice = known.problem(wentOn, file, firstLine, format.get());
    if (twice != null) {
      tally.format = null;
      tally.problem = twice;
      return;
    }
    if (!wentOn && !follows && format.get().turnsRound() && newestFirst.mayBe(file, probe(log))) {
      String turned =
          fingerprint == null ? reading(() -> file.fingerprint(hashes, salt)) : fingerprint;
      wentOn = readFromItsEnd(log, turned);
    }
    tally.anew = !wentOn;
    if (!wentOn) {
      facts.begin();
      LogReader reader = firstReader(log);
      reader.beginning(head);
      readAll(log, reader);
    }
    whole(fingerprint, file, tally);
  }

  /** Reads a log whose newest lines come first; false when it is none. */
  private boolean readFromItsEnd(Log log, String fingerprint) throws IOException, Unreadable {
    if (known.isWhole(fingerprint)) {
      log.tally().upToDate = true;
      return true;
    }
    try (TurnedRound turned = newestFirst.turn(log.file(), probe(log))) {
      if (turned == null) {
        return stopped.getAsBoolean();
      }
      log.tally().turned = true;
      facts.begin();
      try (LineInput in = turned.lines()) {
        new LogReading(run, log, in, newReader(log)).read(null);
      }
      log.tally().waiting = turned.isWaiting();
      if (!turned.isWaiting() && !stopped.getAsBoolean()) {
        work.checkpoint(batch -> Checkpoint.putWhole(batch, fingerprint));
      }
      return true;
    }
  }

  private void readAll(Log log, LogReader reader) throws IOException, Unreadable {
    try (LineInput in = new LineInput(reading(() -> log.file().open(0)), 0)) {
      new LogReading(run, log, in, reader).read(null);
    }
  }

  /**
   * Reads on from where the log was left; false when it is none that was read.
   *
   * @param known see {@link LogIdentity#before}
   */
  private boolean readOn(Log log, Map<String, String> known, byte[] head)
      throws IOException, Unreadable {
    for (Checkpoint checkpoint : work.ask(batch -> Checkpoint.of(batch, known.keySet()))) {
      // Its checkpoint stays the one that it has: whoever says --host again goes on there too.
      Log left = new Log(log.file(), log.format(), checkpoint.first(), log.tally());
      if (readOn(left, checkpoint, known.get(checkpoint.first()), head)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Reads on from a checkpoint; false when this is not the log that was read up to there.
   *
   * @param host that all lines before it must be of, or null
   */
  private boolean readOn(Log log, Checkpoint checkpoint, String host, byte[] head)
      throws IOException, Unreadable {
    StandingReaders.Standing standing = readers.at(log.first(), checkpoint.offset());
    boolean stands = standing != null;
    LogReader reader = stands ? standing.reader() : newReader(log);
    reader.fileTime(reading(log.file()::modified));
    long from = LinesBefore.from(checkpoint, log.format(), stands);
    if (stands) {
      facts.goOn(standing);
    } else {
      facts.begin();
      farBefore.show(log.file(), log.format(), reader, checkpoint.lasting(), from);
      reader.beginning(head);
    }
    try (LineInput in = new LineInput(reading(() -> log.file().open(from)), from)) {
      FactSink shown = facts.known(host, in);
      reader.lookAhead(most -> in.behind(most, true)); // what was decided stays so
      if (!reading(() -> LinesBefore.show(in, checkpoint, reader, stands, hashes, shown))
          || host != null && !stands && !facts.wereAllOfOneHost()) {
        return false;
      }
      new LogReading(run, log, in, reader).read(checkpoint);
      return true;
    }
  }

  private void whole(String fingerprint, SourceFile file, Tally tally) throws IOException {
    boolean whole = file.isCompressed() || !tally.waiting && !tally.undecided;
    if (fingerprint != null && whole && !stopped.getAsBoolean()) {
      work.checkpoint(batch -> Checkpoint.putWhole(batch, fingerprint));
    }
    tally.upToDate = tally.lines == 0;
  }

  private LogReader firstReader(Log log) throws Unreadable {
    LogReader before = readers.before(log.format());
    if (before == null) {
      LogReader fresh = newReader(log);
      farBefore.show(log.file(), log.format(), fresh, List.of(), 0);
      return fresh;
    }
    before.fileTime(reading(log.file()::modified));
    before.lastTime(before.lastTime()); // its years go on
    return before;
  }

  /** For a look of which nothing is kept. */
  private LogReader probe(Log log) throws Unreadable {
    return newReaders.of(log.format(), log.file(), new Forgotten());
  }

  private LogReader newReader(Log log) throws Unreadable {
    return newReaders.of(log.format(), log.file(), forgotten);
  }
}
