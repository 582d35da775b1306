package org.whosent.indexer.store.segment;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.whosent.indexer.store.segment.key.KeyFilters;
import org.whosent.indexer.store.segment.key.KeyReader;
import org.whosent.indexer.store.segment.key.Ordinals;
import org.whosent.record.ClueType;

/**
 * The keys of a segment. Each kind is read when it is asked for: they are in different places of
 * its files, and few questions need all. Not thread-safe.
 */
final class SegmentKeys {
  private final SegmentFile records;
  private final SegmentFile privates;
  private KeyReader keys;

  /** Null where there are none. */
  private KeyFilters filters;

  private KeyReader anchorKeys;
  private final Map<ClueType, KeyReader> runKeys = new EnumMap<>(ClueType.class);
  private KeyReader clientKeys;

  /**
   * Those of a segment.
   *
   * @param privates the file of what may be dropped, or null
   */
  SegmentKeys(SegmentFile records, SegmentFile privates) {
    this.records = records;
    this.privates = privates;
  }

  /** The records with a clue that has no keys of its kind alone, or null when none has. */
  Ordinals find(ClueType type, long hash) throws IOException {
    load();
    return filters != null && filters.lacks(type, hash) ? null : keys.find(hash);
  }

  /** The same of an anchor of a sketch. */
  Ordinals findAnchor(long hash) throws IOException {
    loadAll();
    return anchorKeys.find(hash);
  }

  /** The same of one of {@link TextClues#BY_RUNS}, where records lie by user. */
  Ordinals findRuns(ClueType type, long hash) throws IOException {
    loadAll();
    return runKeys.get(type).find(hash);
  }

  /** The same of a client; null too where these were dropped. */
  Ordinals findClient(long hash) throws IOException {
    if (privates == null) {
      return null;
    }
    if (clientKeys == null) {
      clientKeys = KeyReader.open(privates.keys());
    }
    return clientKeys.find(hash);
  }

  private void load() throws IOException {
    if (keys == null) {
      boolean alone = records.version() == SegmentFormat.FIRST_VERSION;
      KeyReader opened = KeyReader.open(records.keys(), alone, records.blocks());
      if (records.version() > SegmentFormat.RANGES_VERSION) {
        filters = new KeyFilters(records.keys().from(opened.length()));
      }
      keys = opened;
    }
  }

  private void loadAll() throws IOException {
    load();
    if (anchorKeys != null) {
      return;
    }
    if (records.version() == SegmentFormat.FIRST_VERSION) {
      anchorKeys = keys;
      return;
    }
    boolean byUser = records.version() > SegmentFormat.BY_TIME_VERSION;
    int at = keys.length() + (filters == null ? 0 : filters.length());
    KeyReader anchors = KeyReader.open(records.keys().from(at), !byUser, records.blocks());
    if (byUser) {
      at += anchors.length();
      for (ClueType type : TextClues.BY_RUNS) {
        boolean last = type == ClueType.MAIL_FROM;
        runKeys.put(type, KeyReader.open(records.keys().from(at), last, 0));
        at += runKeys.get(type).length();
      }
    }
    anchorKeys = anchors;
  }

  /** Reads and checks all of them. */
  void verify() throws IOException {
    if (privates != null) {
      KeyReader.open(privates.keys()).verify();
    }
    loadAll();
    keys.verify();
    if (filters != null) {
      filters.verify();
    }
    anchorKeys.verify();
    for (KeyReader names : runKeys.values()) {
      names.verify();
    }
  }
}
