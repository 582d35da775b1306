package org.whosent.indexer.log;

import java.util.function.Consumer;
import org.whosent.record.IdHash;

/**
 * What is remembered of the last messages, by host and queue ID, from the oldest to the youngest. A
 * {@code LinkedHashMap} does the same with a key and a node an entry, and in code that is compiled
 * for every map of the program: it was a tenth of reading a log, and another of joining its lines.
 *
 * <p>Bounded by its owner. Nobody who writes lines can make them fall in one slot: {@link IdHash}.
 * Not thread-safe.
 */
public final class MessageTable<E extends MessageTable.Entry> {
  private static final int SMALLEST = 1 << 6;

  /** What is remembered of a message. */
  public abstract static class Entry {
    /** As the log names it; empty where one server wrote the whole log. */
    public final String host;

    /** The queue ID. */
    public final String id;

    /** While it is in a table. */
    private int hash;

    private Entry older;
    private Entry younger;

    /**
     * Of a message.
     *
     * @param host empty where one server wrote the whole log
     */
    protected Entry(String host, String id) {
      this.host = host;
      this.id = id;
    }
  }

  /** 2^32 divided by the golden ratio: hashes that are near to each other come to lie apart. */
  private static final int SPREAD = 0x9e3779b9;

  /** A message lies in the slot of its hash, or behind it with no free one between. */
  private Entry[] slots = new Entry[SMALLEST];

  /** The hashes of those, so that no other message, all over the memory, need be looked at. */
  private int[] hashes = new int[SMALLEST];

  private Entry oldest;
  private Entry youngest;
  private int size;

  private String lastHost;
  private int lastHostHash;

  /** The message of that ID on that host, or null. */
  @SuppressWarnings("unchecked") // put takes only such
  public E get(String host, String id) {
    int hash = hash(host, id);
    int at = slot(hash, slots);
    Entry entry = slots[at];
    while (entry != null
        && !(hashes[at] == hash && entry.id.equals(id) && entry.host.equals(host))) {
      at = behind(at, slots);
      entry = slots[at];
    }
    return (E) entry;
  }

  /** Adds a message, as the youngest; returns the one that had its ID before, or null. */
  public E put(E entry) {
    E before = remove(entry.host, entry.id);
    add(entry);
    return before;
  }

  /** The same of a message whose ID is not there. */
  public void add(E entry) {
    if (3 * (size + 1) > 2 * slots.length) {
      grow();
    }
    Entry added = entry;
    added.hash = hash(added.host, added.id);
    into(slots, hashes, added);
    link(added);
    size++;
  }

  /** A message that is there is the youngest from now on. */
  public void renew(E entry) {
    if (entry != youngest) {
      unlink(entry);
      link(entry);
    }
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

  private static int slot(int hash, Entry[] slots) {
    return hash * SPREAD >>> Integer.numberOfLeadingZeros(slots.length - 1);
  }

  private static int behind(int slot, Entry[] slots) {
    return slot + 1 & slots.length - 1;
  }

  private static void into(Entry[] slots, int[] hashes, Entry entry) {
    int at = slot(entry.hash, slots);
    while (slots[at] != null) {
      at = behind(at, slots);
    }
    slots[at] = entry;
    hashes[at] = entry.hash;
  }

  private void grow() {
    Entry[] larger = new Entry[2 * slots.length];
    int[] largerHashes = new int[larger.length];
    for (Entry entry = oldest; entry != null; entry = entry.younger) {
      into(larger, largerHashes, entry);
    }
    slots = larger;
    hashes = largerHashes;
  }

  /** Takes out the message of that ID on that host; null when there is none. */
  public E remove(String host, String id) {
    E entry = get(host, id);
    if (entry != null) {
      remove(entry);
    }
    return entry;
  }

  /** Takes out the oldest message; there must be one. */
  @SuppressWarnings("unchecked") // put takes only such
  public E removeOldest() {
    Entry first = oldest;
    remove(first);
    return (E) first;
  }

  private void remove(Entry entry) {
    int free = slot(entry.hash, slots);
    while (slots[free] != entry) {
      free = behind(free, slots);
    }
    int mask = slots.length - 1;
    // What lies behind it and might lie there, or nearer to its own slot, does so from now on.
    for (int at = behind(free, slots); slots[at] != null; at = behind(at, slots)) {
      int fromItsOwn = at - slot(hashes[at], slots) & mask;
      if (fromItsOwn >= (at - free & mask)) {
        slots[free] = slots[at];
        hashes[free] = hashes[at];
        free = at;
      }
    }
    slots[free] = null;
    unlink(entry);
    size--;
  }

  /** Takes out all. */
  public void clear() {
    slots = new Entry[SMALLEST];
    hashes = new int[SMALLEST];
    oldest = null;
    youngest = null;
    size = 0;
  }

  /** How many messages are remembered. */
  public int size() {
    return size;
  }

  /** All messages, the oldest first. */
  @SuppressWarnings("unchecked") // put takes only such
  public void forEach(Consumer<E> consumer) {
    for (Entry entry = oldest; entry != null; entry = entry.younger) {
      consumer.accept((E) entry);
    }
  }

  /** Nearly every line is of the host of the line before, by the very same text. */
  int hash(String host, String id) {
    if (host != lastHost) {
      lastHost = host;
      lastHostHash = IdHash.of(host);
    }
    return 31 * lastHostHash + IdHash.of(id);
  }
}
