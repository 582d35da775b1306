package org.whosent.indexer.store.segment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.segment.key.KeyFilters;
import org.whosent.indexer.store.segment.key.KeyFormat;
import org.whosent.indexer.store.segment.key.KeyHashes;
import org.whosent.indexer.store.segment.key.KeyWriter;
import org.whosent.indexer.store.segment.key.RunKeys;
import org.whosent.record.ClueType;
import org.whosent.record.Sketch;
import org.whosent.record.SubmissionRecord;

/** Collects the keys of a segment's records as these are written. Not thread-safe. */
final class SegmentKeysWriter {
  /** Of these a value is mostly one that other records have too. */
  private static final Set<ClueType> COME_AGAIN =
      EnumSet.of(
          ClueType.USER,
          ClueType.LOCAL_USER,
          ClueType.CLIENT,
          ClueType.MAIL_FROM,
          ClueType.RECIPIENT_DOMAIN);

  private final KeyHashes hashes;
  private final KeyWriter keys = new KeyWriter();
  private final KeyWriter anchorKeys = new KeyWriter(KeyFormat.ANCHOR_BITS);
  private final KeyWriter clientKeys = new KeyWriter();
  private final Set<String> clients = new HashSet<>();

  private final List<Clue> clues = new ArrayList<>();
  private final char[] anchors = new char[Sketch.ANCHORS];

  /** Of names, where records lie by user; null where they lie by time. */
  private final RunKeys users;

  private final RunKeys localUsers;
  private final RunKeys senders;

  /** Where records lie by user, else null. */
  private final KeyFilters.Writer filters;

  /** Numbers of the first records of blocks that lie by user. */
  private int[] blockFirsts = new int[64];

  /** The number of the record whose keys are taken. */
  private int row;

  /**
   * Without any yet.
   *
   * @param byUser whether records lie by user; else they lie by time
   */
  SegmentKeysWriter(KeyHashes hashes, boolean byUser) {
    this.hashes = hashes;
    this.users = byUser ? new RunKeys(ClueType.USER, hashes) : null;
    this.localUsers = byUser ? new RunKeys(ClueType.LOCAL_USER, hashes) : null;
    this.senders = byUser ? new RunKeys(ClueType.MAIL_FROM, hashes) : null;
    this.filters = byUser ? new KeyFilters.Writer() : null;
    for (ClueType type : KeyHashes.types()) {
      boolean byText = byUser && (TextClues.BY_RUNS.contains(type) || TextClues.ALL.contains(type));
      if (!byText && type != ClueType.SKETCH) {
        clues.add(new Clue(type));
      }
    }
  }

  /** For some records of the same segment, which lies by time, on another thread. */
  SegmentKeysWriter part() {
    return new SegmentKeysWriter(new KeyHashes(hashes), false);
  }

  /** Takes all of a part. */
  void addAll(SegmentKeysWriter part) {
    keys.addAll(part.keys);
    anchorKeys.addAll(part.anchorKeys);
    clientKeys.addAll(part.clientKeys);
    clients.addAll(part.clients);
  }

  /** Takes the keys of the record of a number. */
  void add(SubmissionRecord record, int ordinal) {
    row = ordinal;
    for (Clue clue : clues) {
      clue.before = null;
      clue.type.values(record, clue);
    }
    if (Sketch.anchors(record.sketch(), anchors)) {
      for (int i = 0; i < anchors.length; i++) {
        anchorKeys.add(KeyHashes.anchor(i, anchors[i]), ordinal);
      }
    }
  }

  /**
   * Takes the names of the record of a number: where these lie by user, neighbours have one key.
   */
  void addNames(Slice.Row record, int ordinal) {
    users.next(record.user(), ordinal);
    localUsers.next(record.localUser(), ordinal);
    // Mostly the user's own address: then the user's key leads to it.
    String sender = Slice.first(ClueType.MAIL_FROM, record.record());
    senders.next(sender.equals(record.user()) ? "" : sender, ordinal);
  }

  /** A slice ends before the record of a number. */
  void endSlice(int ordinal) {
    users.end(ordinal);
    localUsers.end(ordinal);
    senders.end(ordinal);
  }

  /** Says with which record a block begins, where they lie by user. */
  void block(int number, int first) {
    if (number == blockFirsts.length) {
      blockFirsts = Arrays.copyOf(blockFirsts, number * 2);
    }
    blockFirsts[number] = first;
  }

  /**
   * All keys but those of the clients.
   *
   * @param records how many there are
   * @param blocks how many those are in
   * @param filtered whether they have filters, where they lie by user
   */
  byte[] finish(int records, int blocks, boolean filtered) {
    if (users != null) {
      keys.inBlocks(blockFirsts, blocks);
      anchorKeys.inGroups(blockFirsts, blocks);
      clientKeys.inRanges();
    }
    Bytes filter = filters == null ? new Bytes(0) : filters.finish(filtered);
    Bytes all = new Bytes(0);
    all.put(keys.finish(records)).put(filter.array, 0, filter.length);
    all.put(anchorKeys.finish(records));
    if (users != null) {
      all.put(users.finish(records)).put(localUsers.finish(records)).put(senders.finish(records));
    }
    return all.toArray();
  }

  /** How many there are so far, one that comes again counted again. */
  long count() {
    return (long) keys.count() + anchorKeys.count() + clientKeys.count();
  }

  /** The keys of the clients, after {@link #finish}. */
  byte[] finishClients(int records) {
    return clientKeys.finish(records);
  }

  /** Every client once. */
  Set<String> clients() {
    return clients;
  }

  /** The clues of a type on their way into the keys. */
  private final class Clue implements Consumer<String> {
    /** Of values that are remembered. */
    private static final int SLOTS = 1 << 11;

    private final ClueType type;
    private String before;

    /** Values that came before, as they were given, by their hash codes; null for other types. */
    private final String[] known;

    /** Their hashes: to fold and hash a value costs more than to write its key. */
    private final long[] knownHashes;

    Clue(ClueType type) {
      this.type = type;
      boolean comesAgain = COME_AGAIN.contains(type);
      this.known = comesAgain ? new String[SLOTS] : null;
      this.knownHashes = comesAgain ? new long[SLOTS] : null;
    }

    @Override
    public void accept(String given) {
      if (given == null || given.isEmpty() || given.equals(before)) {
        return; // recipients of one hand-over have one ID
      }
      before = given;
      int slot = known == null ? 0 : (given.hashCode() ^ given.hashCode() >>> 15) & SLOTS - 1;
      if (known != null && given.equals(known[slot])) {
        add(knownHashes[slot]);
        return;
      }
      String value = type.fold(given);
      if (value.isEmpty()) {
        return;
      }
      long hash = hashes.of(type, value);
      if (type == ClueType.CLIENT) {
        clients.add(value);
      }
      add(hash);
      if (known != null) {
        known[slot] = given;
        knownHashes[slot] = hash;
      }
    }

    private void add(long hash) {
      if (type == ClueType.CLIENT) {
        clientKeys.add(hash, row);
        return;
      }
      keys.add(hash, row);
      if (filters != null) {
        filters.add(type, hash);
      }
    }
  }
}
