package org.whosent.indexer.store.segment.key;

import org.whosent.record.ClueType;

/**
 * Keys of names of one kind, of which neighbours mostly have the same. Not thread-safe. Public for
 * {@code SegmentKeysWriter}.
 */
public final class RunKeys {
  private final ClueType type;
  private final KeyHashes hashes;
  private final KeyWriter keys = KeyWriter.ofRuns();
  private String name = "";
  private int first;

  public RunKeys(ClueType type, KeyHashes hashes) {
    this.type = type;
    this.hashes = hashes;
  }

  /** Says what the name of the next record is, folded; empty where it has none. */
  public void next(String folded, int ordinal) {
    if (!folded.equals(name)) {
      end(ordinal);
      name = folded;
      first = ordinal;
    }
  }

  /** The run ends before a record. */
  public void end(int ordinal) {
    if (!name.isEmpty()) {
      keys.addRun(hashes.of(type, name), first, ordinal - first);
    }
    name = "";
  }

  /** All of them. */
  public byte[] finish(int records) {
    return keys.finish(records);
  }
}
