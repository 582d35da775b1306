package org.whosent.indexer.store.bytes;

/**
 * What the segments of one view may keep together: open files, mapped keys, filters, and tables in
 * memory that say where something lies. What is beyond can still be read, in another way. Not
 * thread-safe. Public for segments and their keys.
 */
public final class Quota {
  /** Open files. A process may have 1,024 at least, and what else it opens is few. */
  public static final int FILES = 512;

  /** Bytes of tables: those of a hundred million records over thirty days take some 70 MB. */
  public static final long TABLES = Math.min(128 << 20, Runtime.getRuntime().maxMemory() / 8);

  /** Bytes of keys that are mapped: more lie in no cache of a processor. */
  static final long KEYS = 64 << 20;

  /** Bytes of filters: Message-IDs of a hundred million records take 75 MB, digests as many. */
  static final long FILTERS = Math.min(256 << 20, Runtime.getRuntime().maxMemory() / 6);

  private int files = FILES;
  private long tables = TABLES;
  private long keys = KEYS;
  private long filters = FILTERS;

  /** Whether a file may be kept open; then {@link #closeFile} gives it back. */
  boolean openFile() {
    if (files == 0) {
      return false;
    }
    files--;
    return true;
  }

  void closeFile() {
    files++;
  }

  /** Whether a table of so many bytes may be kept; then {@link #dropTable} gives them back. */
  public boolean keepTable(int bytes) {
    if (bytes > tables) {
      return false;
    }
    tables -= bytes;
    return true;
  }

  public void dropTable(int bytes) {
    tables += bytes;
  }

  /** Whether a filter of so many bytes may be kept; then {@link #dropFilters} gives them back. */
  public boolean keepFilter(int bytes) {
    if (bytes > filters) {
      return false;
    }
    filters -= bytes;
    return true;
  }

  public void dropFilters(int bytes) {
    filters += bytes;
  }

  /** Whether so many bytes of keys may be mapped; then {@link #dropKeys} gives them back. */
  public boolean mapKeys(int bytes) {
    if (bytes > keys) {
      return false;
    }
    keys -= bytes;
    return true;
  }

  public void dropKeys(int bytes) {
    keys += bytes;
  }
}
