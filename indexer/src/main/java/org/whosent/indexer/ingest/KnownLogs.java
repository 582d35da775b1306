package org.whosent.indexer.ingest;

import static org.whosent.indexer.ingest.input.Unreadable.reading;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
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
  private static final String READ_WITHOUT =
      "not read: it was read without --host before, and with it every message would be there twice."
          + " Leave --host out, and have site.yaml name the server (under hosts, with the host in"
          + " its log lines under logs); or index all its logs with --host into a new --data";

  private static final String READ_WITH =
      "not read: it was read with --host %s before, and with another name every message would be"
          + " there twice. Give that one; or index all its logs into a new --data";

  private static final String GOES_ON = "not read: it goes on from what was not read either";

  private final Hashes hashes = new Hashes();
  private final FormatRecognition formats;
  private final LogIdentity identity;
  private final HostNames hosts;
  private final IngestBatch work;
  private final boolean yearsGoOn;

  /** Of which log a piece was refused, if no file was read since; or null. */
  private String refused;

  KnownLogs(IngestOptions options, HostNames hosts, IngestBatch work) {
    this.formats = new FormatRecognition(options.format(), hosts.site(), hashes);
    this.identity = new LogIdentity(options, hosts, hashes);
    this.hosts = hosts;
    this.work = work;
    this.yearsGoOn = options.year() != null;
  }

  /** How much was read of a file. */
  enum State {
    /** There is nothing in it, or no whole line yet. */
    EMPTY,
    /** Nothing, and it is no log of a format that is known. */
    NO_LOG,
    /** Nothing, or nobody knows. */
    NEW,
    /** Its beginning, perhaps more. */
    BEGUN,
    /** All of it, but for a last line without its line feed. */
    WHOLE;

    /** Something was read of it. */
    boolean isKnown() {
      return this == BEGUN || this == WHOLE;
    }
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
      if (isWhole(fingerprint)) {
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
      return State.NO_LOG;
    }
    Set<String> names = new HashSet<>(identity.before(firstLine, format.get()).keySet());
    names.addAll(identity.ofOthers(firstLine, format.get()).keySet());
    Checkpoint checkpoint = checkpoint(file, names);
    if (checkpoint == null) { // one whose newest lines come first has none
      String turned = reading(() -> file.fingerprint(hashes, identity.salt()));
      return isWhole(turned) ? State.WHOLE : State.NEW;
    }
    boolean whole = !file.isCompressed() && !reading(() -> hasLineFrom(file, checkpoint.offset()));
    return whole ? State.WHOLE : State.BEGUN;
  }

  /** What is to be said of a file that could not be read to its end; said once of older pieces. */
  String unreadable(SourceFile file, Unreadable why) {
    if (file.isCompressed()) {
      try {
        String fingerprint = file.fingerprint(hashes, identity.salt());
        work.change(batch -> Checkpoint.putBroken(batch, fingerprint));
      } catch (IOException _) {
        // it cannot be opened any more either
      }
    }
    return "cannot be read: " + why.getMessage();
  }

  /**
   * True for a compressed file that was told to be broken, and has not changed since.
   *
   * @throws IOException when the store failed
   */
  boolean isToldBroken(Path path) throws IOException, Unreadable {
    SourceFile file = reading(() -> SourceFile.of(path.toString(), path));
    if (!file.isCompressed()) {
      return false;
    }
    String fingerprint = reading(() -> file.fingerprint(hashes, identity.salt()));
    return work.ask(batch -> Checkpoint.isBroken(batch, fingerprint));
  }

  /** Whether a whole line begins there; what a hole may be before it is not read to its end. */
  private static boolean hasLineFrom(SourceFile file, long offset) throws IOException {
    try (InputStream in = file.open(offset)) {
      byte[] bytes = new byte[1 << 13];
      for (int read = 0; read < LineInput.LONGEST; ) {
        int more = in.read(bytes, 0, bytes.length);
        if (more < 0) {
          return false;
        }
        for (int i = 0; i < more; i++) {
          if (bytes[i] == '\n') {
            return true;
          }
        }
        read += more;
      }
    }
    return true;
  }

  /**
   * True for a file of that fingerprint that was read to its end.
   *
   * @throws IOException when the store failed
   */
  boolean isWhole(String fingerprint) throws IOException {
    boolean whole = work.ask(batch -> Checkpoint.isWhole(batch, fingerprint));
    if (whole) {
      rightName();
    }
    return whole;
  }

  /**
   * The same, for who wants to read what is new. With {@code --year} a packed piece is looked at
   * all the same: the next one goes on from its last stamp.
   *
   * @throws IOException when the store failed
   */
  boolean isUpToDate(SourceFile file, String fingerprint) throws IOException {
    return !(yearsGoOn && file.isCompressed()) && isWhole(fingerprint);
  }

  private void rightName() {
    refused = null;
    hosts.confirm();
  }

  /**
   * Why a log is not to be read by the name that this run gives it: it was by another one, or goes
   * on from a piece that was. Null where it was not.
   *
   * @param wentOn it was read on from where a run by this name had left it
   * @throws IOException when the store failed
   */
  String problem(boolean wentOn, SourceFile file, byte[] firstLine, LogSource format)
      throws IOException {
    Map<String, String> others = identity.ofOthers(firstLine, format);
    Checkpoint checkpoint = wentOn ? null : checkpoint(file, others.keySet());
    if (checkpoint == null) {
      boolean goesOn = !wentOn && file.family().equals(refused);
      if (!goesOn) {
        rightName();
      }
      return goesOn ? GOES_ON : null;
    }
    refused = file.family();
    String name = others.get(checkpoint.first());
    return name.isEmpty() ? READ_WITHOUT : READ_WITH.formatted(name);
  }

  /** The furthest one up to which this very file was read, or null. */
  private Checkpoint checkpoint(SourceFile file, Set<String> names) throws IOException {
    for (Checkpoint each : work.ask(batch -> Checkpoint.of(batch, names))) {
      if (isOf(file, each)) {
        return each;
      }
    }
    return null;
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
