package org.whosent.indexer.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.whosent.indexer.ingest.input.NamedPipe;
import org.whosent.indexer.ingest.input.PumpedStream;
import org.whosent.indexer.ingest.input.Rotation;
import org.whosent.indexer.ingest.input.SourceFile;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.RecordStore;
import org.whosent.record.IoReason;
import org.whosent.record.site.Site;

/**
 * Brings log files and journals into a store. Interrupt it anywhere, run it again, run it twice,
 * give it the rotated or compressed file under its new name: the same records, once each.
 *
 * <p>A directory stands for the files in it (not for its subdirectories: the logs of other servers
 * may lie there); hidden ones and those that are no log of a known format are passed over. {@code
 * -} is standard input, which may be a pipe that goes on: what has come is visible as soon as it
 * stands still. Pieces of one log are read oldest first; what was rotated away of a live one since
 * it was read last is read, too, see {@link RotatedAway}.
 *
 * <p>What is wrong with one file is that file's {@link FileReport#problem}; the others are read. An
 * {@link IOException} is the store's: nothing that was not committed is in it.
 *
 * <p>One run at a time; {@link #stop} may be called from any thread, and an interrupt of the
 * calling thread is the same: the lines read so far are committed, and the interrupt is kept.
 */
public final class Ingest {
  private final RecordStore store;
  private final IngestOptions options;
  private final InputStream standardInput;
  private final PrintStream err;
  private final HostNames hosts;
  private long linesPerCommit = IngestBatch.LINES;
  private Duration timePerCommit = IngestBatch.TIME;
  private Duration compactingPause = Compacting.PAUSE;
  private SiteKeeper keeper = learnt -> true;
  private boolean quiet;
  private Site kept;

  /** What was told of the store's damage. */
  private final Set<String> damage = new HashSet<>();

  private volatile boolean stopped;

  /** Keeps what was learnt of the site, on the ingest's thread. */
  public interface SiteKeeper {
    /**
     * The site as it is known now; what rests on it is durable.
     *
     * @return false where it could not be kept yet: then it is given again with the next commit
     */
    boolean keep(Site learnt) throws IOException;
  }

  /**
   * An ingest into that store.
   *
   * @param site which names the logs' hosts have
   * @param standardInput what {@code -} stands for
   * @param err gets one summary line a file, as soon as what was read of it is durable
   */
  public Ingest(
      RecordStore store,
      Site site,
      IngestOptions options,
      InputStream standardInput,
      PrintStream err) {
    this.store = store;
    this.options = options;
    this.standardInput = standardInput;
    this.err = err;
    this.hosts = new HostNames(site, options.host());
    this.kept = site;
  }

  /**
   * Is told as soon as something is learnt, and not only at the end of a run that may be killed.
   */
  public void keepSite(SiteKeeper siteKeeper) {
    keeper = siteKeeper;
  }

  /** Of files of which all was read and nothing else is to be said, no line is written. */
  public void quiet() {
    quiet = true;
  }

  void keepSite() throws IOException {
    Site learnt = hosts.learnt();
    if (!learnt.equals(kept) && keeper.keep(learnt)) {
      kept = learnt;
    }
  }

  /** Tells once what was not joined, since the day that it belongs to cannot be read. */
  void tellDamage() {
    for (String line : store.passedOver()) {
      if (damage.add(line)) {
        err.println(line + "; what was read now was not joined with that day's records");
      }
    }
  }

  /**
   * Forgets how far logs were read: what was dropped of them may be kept by now. What was kept is
   * not kept twice.
   */
  public static void readAgain(RecordStore store) throws IOException {
    try (Batch batch = store.begin()) {
      Checkpoint.forgetAll(batch);
      batch.commit();
    }
  }

  /** Ends this run soon, or the next at once: a stopped ingest stays so. */
  public void stop() {
    stopped = true;
  }

  /** For tests: commits after so many lines, however short that takes. */
  void linesPerCommit(long lines) {
    linesPerCommit = lines;
    timePerCommit = Duration.ZERO;
  }

  /** For tests: a follower looks so often whether there is something to compact. */
  void compactingPause(Duration pause) {
    compactingPause = pause;
  }

  boolean stopped() {
    return stopped;
  }

  /**
   * Reads everything that is new in these files and directories.
   *
   * @throws IOException when the store fails
   */
  public IngestReport run(List<String> paths) throws IOException {
    return onWorker(
        () -> {
          List<FileReport> reports = new ArrayList<>();
          Deque<Ended> ended = new ArrayDeque<>();
          try (IngestBatch work = new IngestBatch(store, linesPerCommit, timePerCommit)) {
            NewReaders readers = new NewReaders(options, hosts);
            FileIngest files = new FileIngest(options, hosts, readers, work, this::stopped, false);
            KnownLogs known = new KnownLogs(options, hosts, work);
            Rotation before = null;
            Set<String> rotatedOn = new HashSet<>();
            for (Piece piece : new RotatedAway(known, work).with(Pieces.of(paths))) {
              if (stopped) {
                break;
              }
              Rotation rotation = piece.rotation();
              boolean both = before != null && rotation != null;
              boolean mayGoOn = both && rotation.mayFollow(before);
              boolean goesOn = both && rotation.follows(before);
              files.goesOn(goesOn || mayGoOn);
              if (mayGoOn) {
                work.spans().seam();
              } else if (!goesOn) {
                work.spans().cut();
              }
              Tally tally = new Tally(piece.name());
              if (rotation != null && RotatedAway.isRotatedOn(piece)) {
                rotatedOn.add(rotation.family());
              }
              if (rotation != null && rotatedOn.contains(rotation.family())) {
                tally.problem = "rotated on while this run read: run it again";
              } else {
                read(piece, files, work, tally);
              }
              before = tally.problem == null ? rotation : null;
              ended.add(new Ended(tally, work.end()));
              while (!ended.isEmpty() && work.isDurable(ended.peek().commit)) {
                report(ended.remove().tally, reports);
              }
            }
            work.commit();
            ended.forEach(file -> report(file.tally, reports));
          }
          keepSite();
          tellDamage();
          return new IngestReport(reports, hosts.learnt(), stopped, !damage.isEmpty());
        });
  }

  /** A file that was read and will be durable with the commit of that number. */
  private record Ended(Tally tally, long commit) {}

  private void report(Tally tally, List<FileReport> reports) {
    FileReport report = tally.report();
    reports.add(report);
    print(report);
  }

  private void print(FileReport report) {
    if (!quiet || !report.isUneventful()) {
      err.println(report.summary());
    }
  }

  /**
   * Reads everything, and then what is added, until {@link #stop} or an interrupt: see {@link
   * Follower}.
   *
   * @throws IOException when the store fails
   */
  public IngestReport follow(List<String> paths) throws IOException {
    return onWorker(
        () -> {
          Map<String, Tally> tallies = new LinkedHashMap<>();
          try (Compacting compacting = new Compacting(store, this::stopped, err, compactingPause);
              IngestBatch work = new IngestBatch(store, linesPerCommit, timePerCommit)) {
            NewReaders readers = new NewReaders(options, hosts);
            FileIngest files = new FileIngest(options, hosts, readers, work, this::stopped, true);
            KnownLogs known = new KnownLogs(options, hosts, work);
            RotatedAway away = new RotatedAway(known, work);
            new Follower(this, files, readers, away, work, compacting, paths, tallies, err).run();
          }
          keepSite();
          List<FileReport> reports = tallies.values().stream().map(Tally::report).toList();
          reports.forEach(this::print);
          tellDamage();
          return new IngestReport(reports, hosts.learnt(), stopped, !damage.isEmpty());
        });
  }

  void read(Piece piece, FileIngest files, IngestBatch work, Tally tally) throws IOException {
    tally.note = piece.note();
    if (piece.problem() != null) {
      tally.problem = piece.problem();
      return;
    }
    SourceFile file;
    try {
      if (piece.path() == null) {
        file = stream(piece.name(), standardInput, files, work);
      } else if (Files.isRegularFile(piece.path())) {
        file = SourceFile.of(piece.name(), piece.path());
      } else {
        file = stream(piece.name(), new NamedPipe(piece.path()), files, work);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause(); // the store's, out of a pause
    } catch (IOException e) {
      tally.problem =
          "cannot be read: "
              + (piece.path() == null || Files.exists(piece.path())
                  ? IoReason.of(e)
                  : "no such file");
      return;
    }
    files.read(file, piece.demanded(), tally);
  }

  private SourceFile stream(String name, InputStream in, FileIngest files, IngestBatch work)
      throws IOException {
    PumpedStream.Pause pause =
        () -> {
          try {
            work.commit();
          } catch (IOException e) {
            throw new UncheckedIOException(e); // not the stream's failure
          }
        };
    return SourceFile.stream(name, new PumpedStream(in, this::stopped, pause), files::recognisable);
  }

  /**
   * Runs on a thread of its own that nobody interrupts: an interrupt closes file channels, and the
   * store's must not be closed in the middle of a commit.
   */
  private <T> T onWorker(Callable<T> work) throws IOException {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().name("whosent-ingest").start(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
          stopped = true;
        } catch (ExecutionException e) {
          switch (e.getCause()) {
            case IOException io -> throw io;
            case RuntimeException bug -> throw bug;
            case Error error -> throw error;
            default -> throw new IllegalStateException(e.getCause());
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
