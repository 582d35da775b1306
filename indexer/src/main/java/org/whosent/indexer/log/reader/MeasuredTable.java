package org.whosent.indexer.log.reader;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.whosent.indexer.log.Forgotten;

/**
 * As {@link SessionTable}, for sessions of which one may hold a thousand times what another does,
 * as strangers choose: bounded by their number and by what they hold together. The one heard of
 * longest ago is forgotten, which is counted. Not thread-safe.
 */
public final class MeasuredTable<K, S extends MeasuredTable.Session> {
  private static final int NO_MORE_THAN_ONE = 1;

  /** What is known of a session. */
  public abstract static class Session {
    private long counted;

    /** What it holds, about, in bytes: in constant time. */
    protected abstract long bytes();

    /** A text's share of that: two bytes a character and what is around them. */
    protected static long bytes(String text) {
      return text == null ? 0 : 2L * text.length() + 56;
    }
  }

  private final int most;
  private final long mostBytes;
  private final Forgotten forgotten;
  private final Function<S, Instant> lastHeard;
  private final LinkedHashMap<K, S> sessions = new LinkedHashMap<>(64, 0.75f, true);
  private long bytes;

  /**
   * Empty.
   *
   * @param mostBytes of all sessions together; more only where there is one, which bounds itself
   * @param lastHeard as {@link SessionTable} has it
   */
  public MeasuredTable(
      int most, long mostBytes, Forgotten forgotten, Function<S, Instant> lastHeard) {
    this.most = most;
    this.mostBytes = mostBytes;
    this.forgotten = forgotten;
    this.lastHeard = lastHeard;
  }

  /** The session, or null. */
  public S get(K key) {
    return sessions.get(key);
  }

  /** The session, a new one where none is known. */
  public S open(K key, Supplier<S> opened) {
    S session = sessions.get(key);
    if (session == null) {
      session = opened.get();
      put(key, session);
    }
    return session;
  }

  /** Takes the place of the one that had the name. */
  public void put(K key, S session) {
    remove(key);
    sessions.put(key, session);
    changed(session);
  }

  /** Takes the session out; null when there is none. */
  public S remove(K key) {
    S session = sessions.remove(key);
    Session removed = session;
    bytes -= removed == null ? 0 : removed.counted;
    return session;
  }

  /** To be said of a session in the table, the one last asked for, whenever it may hold more. */
  public void changed(S session) {
    count(session);
    while (sessions.size() > most || bytes > mostBytes && sessions.size() > NO_MORE_THAN_ONE) {
      forgetEldest();
    }
  }

  private void count(Session session) {
    long now = session.bytes();
    bytes += now - session.counted;
    session.counted = now;
  }

  private void forgetEldest() {
    Map.Entry<K, S> eldest = sessions.firstEntry();
    forgotten.lastHeard(lastHeard.apply(eldest.getValue()));
    remove(eldest.getKey());
  }

  /** What all hold together, as they said. */
  public long bytes() {
    return bytes;
  }

  /** How many there are. */
  public int size() {
    return sessions.size();
  }
}
