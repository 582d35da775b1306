package org.whosent.indexer.store;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Keeps records, finds them by clues, and forgets them.
 *
 * <p>What an implementer owes:
 *
 * <ul>
 *   <li>Readers see whole commits only, and go on seeing theirs while writers and purges proceed.
 *   <li>What {@link Batch#commit} returned from survives a crash at any later instant; what it did
 *       not return from is there wholly or not at all: records and checkpoints together.
 *   <li>One writer at a time, across processes; others wait. The lock dies with its process.
 *   <li>A part that is damaged is named in {@link View#status}, and the other days still answer.
 * </ul>
 *
 * <p>Thread-safe; a {@link View} and a {@link Batch} belong to one thread each.
 */
public interface RecordStore extends Closeable {

  /** The store as of the last commit. */
  View view() throws IOException;

  /**
   * What is damaged of that which says what counts, although nothing is lost by it: the next change
   * puts it right, and who makes that says so. Null when nothing is.
   *
   * @throws IOException when the store cannot be read
   */
  default String damage() throws IOException {
    return null;
  }

  /**
   * The damage that batches begun here met in other days than those of the facts that they took,
   * and passed over: what a day cannot give back is not joined with facts of another one. And that
   * for which {@link #seal}, {@link #purge} or {@link #mask} left days as they are. A line each for
   * the operator, the first one first.
   */
  default List<String> passedOver() {
    return List.of();
  }

  /**
   * Takes the writer's lock, waiting for it, and starts a batch.
   *
   * @throws IOException when the store cannot be written
   */
  Batch begin() throws IOException;

  /**
   * Forgets every UTC day that ended by {@code before}, except for records under hold, and
   * remembers the last such day's end as the horizon, so that no ingest brings them back. A dry run
   * only counts.
   *
   * @param caseNumber for the store's own receipt, or null
   * @throws IOException when it could not be done; a damaged day that a hold may concern is not
   *     dropped, which is {@linkplain #passedOver said}
   */
  PurgeReceipt purge(Instant before, boolean dryRun, String caseNumber) throws IOException;

  /** The same for no case. */
  default PurgeReceipt purge(Instant before, boolean dryRun) throws IOException {
    return purge(before, dryRun, null);
  }

  /**
   * Forgets every record of one user that is not under hold, and keeps a keyed tombstone, so that
   * no ingest brings them back. What the user sends from now on is taken again, and so is that of
   * whoever has the name next, and what a hold that is in force now keeps and is read only later.
   *
   * @param caseNumber for the store's own receipt, or null
   */
  PurgeReceipt erase(String user, String caseNumber) throws IOException;

  /** The same for no case. */
  default PurgeReceipt erase(String user) throws IOException {
    return erase(user, null);
  }

  /**
   * Packs the days that ended by {@code before} as small as can be; how they answer does not
   * change, and what is added later is still taken.
   *
   * @return how many days it packed
   */
  int seal(Instant before) throws IOException;

  /**
   * Makes look-ups quicker in days that still grow, where there is enough to gain: those of {@code
   * since} and later. Answers do not change, and others write meanwhile. Does nothing while
   * somebody seals or forgets.
   *
   * @param stopped asked again and again; what is not done then is left for another time
   * @return how many times something was packed
   * @throws IOException when the store cannot be written; it is as it was
   */
  default int compact(Instant since, BooleanSupplier stopped) throws IOException {
    return 0;
  }

  /**
   * Until when an earlier purge or mask keeps facts out, by the later of the two; null before the
   * first. It lies ahead of now only where that ran, or this runs, by a wrong clock: then what is
   * being logged would be dropped as if it was old.
   */
  default Instant closedUntil() throws IOException {
    return null;
  }

  /**
   * Until when an earlier erasure keeps out what its user will send, where that is ahead of {@code
   * now} by more than a day; else null.
   */
  default Instant erasedAhead(Instant now) throws IOException {
    return null;
  }

  /**
   * Takes back what is kept out by a clock that was ahead: a purge or a mask that keeps out times
   * later than {@code now} ends at these instead, and an erasure now. Others stay: what was purged
   * is final.
   *
   * @param purged where that of the purge ends
   * @param masked where that of the mask ends; null for nowhere
   * @return whether there was anything to take back
   * @throws IOException when it cannot be: records of that time are kept under hold only
   */
  default boolean reopen(Instant now, Instant purged, Instant masked) throws IOException {
    return false;
  }

  /**
   * Forgets who the client was and what the subject said (client, port, name, HELO, subject and its
   * hash) of every record and failed login of the days that ended by {@code before}, except records
   * under hold; a later ingest does not bring it back.
   *
   * @return how many days had any
   */
  int mask(Instant before) throws IOException;

  /**
   * How many days {@link #mask} would find anything in; nothing changes.
   *
   * @param purged days that ended by then do not count: a purge takes them first
   */
  int maskable(Instant before, Instant purged) throws IOException;

  /**
   * Makes the index of a day anew from its records; every day's when {@code day} is null.
   *
   * @throws IllegalArgumentException when there is {@linkplain #has nothing} of that day
   */
  void rebuild(LocalDate day) throws IOException;

  /** Whether there is anything of a day, sound or damaged, that a rebuild could make anew. */
  default boolean has(LocalDate day) throws IOException {
    return true;
  }

  /** The holds in force. */
  List<Hold> holds() throws IOException;

  /**
   * Adds a hold: from now on no purge or erasure takes records that match it.
   *
   * @throws IllegalArgumentException when one of that name is in force
   */
  void addHold(Hold hold) throws IOException;

  /**
   * When a user was erased: no batch takes anything of theirs from before that, but for what a hold
   * kept then. Null when they were not; {@link Instant#MAX} where that was done before store format
   * 8, which says until when.
   */
  Instant erasedAt(String user) throws IOException;

  /**
   * The users who were erased and of whom there is still something from before that under these
   * conditions: a hold kept it then. Where none does any longer, {@link #eraseHeld} takes it. Each
   * once, in one of the ways in which that names them: as all else here that names a user it is to
   * be folded once, and folding it twice would make another name of some.
   *
   * @throws IOException also when something under these conditions cannot be read
   */
  Set<String> erasedUsers(RecordQuery query) throws IOException;

  /**
   * Takes what a hold kept when this user was erased, and no other does. What they sent since then
   * stays.
   *
   * @param hold the name of the hold, which is to end: whoever ends it first and is interrupted
   *     then would leave what nobody knows of any more
   * @param caseNumber for the store's own receipt, or null
   * @throws IllegalArgumentException when they were not erased
   */
  PurgeReceipt eraseHeld(String user, String hold, String caseNumber) throws IOException;

  /** The same for no case. */
  default PurgeReceipt eraseHeld(String user, String hold) throws IOException {
    return eraseHeld(user, hold, null);
  }

  /** Ends a hold; what only it kept goes with the next purge. False when there is none so named. */
  boolean releaseHold(String name) throws IOException;
}
