package org.whosent.indexer.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.whosent.record.GrowingRecord;

/**
 * The transactions that are being joined, by host and transaction ID, and which of these was asked
 * for longest ago. A {@code LinkedHashMap} does the same with a key object a line and in code that
 * every other map of the program shares, so that it is compiled for all of them: looking up was a
 * tenth of reading a log. Not thread-safe.
 */
final class TransactionTable {
  private static final int SMALLEST = 1 << 10;

  /** All transactions of one ID on one host. */
  static final class Entry {
    final String host;
    final String transactionId;
    final List<GrowingRecord> records = new ArrayList<>(1);
    private final int hash;
    private Entry next;
    private Entry older;
    private Entry younger;

    private Entry(String host, String transactionId, int hash) {
      this.host = host;
      this.transactionId = transactionId;
      this.hash = hash;
    }

    private boolean is(int otherHash, String otherHost, String otherId) {
      return hash == otherHash && transactionId.equals(otherId) && host.equals(otherHost);
    }
  }

  private Entry[] slots = new Entry[SMALLEST];
  private Entry oldest;
  private Entry youngest;
  private int size;

  /** The entry, which is the youngest from now on; a new and empty one when there was none. */
  Entry get(String host, String transactionId) {
    int hash = hash(host, transactionId);
    Entry entry = slots[hash & slots.length - 1];
    while (entry != null && !entry.is(hash, host, transactionId)) {
      entry = entry.next;
    }
    if (entry == null) {
      entry = added(new Entry(host, transactionId, hash));
    } else if (entry != youngest) {
      unlink(entry);
    } else {
      return entry;
    }
    link(entry);
    return entry;
  }

  private Entry added(Entry entry) {
    if (size == slots.length) {
      grow();
    }
    int slot = entry.hash & slots.length - 1;
    entry.next = slots[slot];
    slots[slot] = entry;
    size++;
    return entry;
  }

  private void link(Entry entry) {
    entry.older = youngest;
    entry.younger = null;
    if (youngest == null) {
      oldest = entry;
    } else {
      youngest.younger = entry;
    }
    youngest = entry;
  }

  private void unlink(Entry entry) {
    if (entry.older == null) {
      oldest = entry.younger;
    } else {
      entry.older.younger = entry.younger;
    }
    if (entry.younger == null) {
      youngest = entry.older;
    } else {
      entry.younger.older = entry.older;
    }
  }

  private void grow() {
    Entry[] larger = new Entry[2 * slots.length];
    for (Entry first : slots) {
      for (Entry entry = first; entry != null; ) {
        Entry next = entry.next;
        int slot = entry.hash & larger.length - 1;
        entry.next = larger[slot];
        larger[slot] = entry;
        entry = next;
      }
    }
    slots = larger;
  }

  /** Takes the entry of that host and ID out; null when there is none. */
  Entry remove(String host, String transactionId) {
    int hash = hash(host, transactionId);
    int slot = hash & slots.length - 1;
    Entry before = null;
    Entry entry = slots[slot];
    while (entry != null && !entry.is(hash, host, transactionId)) {
      before = entry;
      entry = entry.next;
    }
    if (entry == null) {
      return null;
    }
    if (before == null) {
      slots[slot] = entry.next;
    } else {
      before.next = entry.next;
    }
    unlink(entry);
    size--;
    return entry;
  }

  /**
   * Takes out the entry that was asked for longest ago.
   *
   * @throws NoSuchElementException when there is none
   */
  Entry removeOldest() {
    if (oldest == null) {
      throw new NoSuchElementException();
    }
    return remove(oldest.host, oldest.transactionId);
  }

  /** All entries, the one that was asked for longest ago first. */
  void forEach(Consumer<Entry> consumer) {
    for (Entry entry = oldest; entry != null; entry = entry.younger) {
      consumer.accept(entry);
    }
  }

  int size() {
    return size;
  }

  void clear() {
    slots = new Entry[SMALLEST];
    oldest = null;
    youngest = null;
    size = 0;
  }

  private static int hash(String host, String transactionId) {
    int hash = 31 * host.hashCode() + transactionId.hashCode();
    return hash ^ hash >>> 15;
  }
}
