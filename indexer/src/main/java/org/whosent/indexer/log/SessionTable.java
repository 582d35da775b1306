package org.whosent.indexer.log;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known of the sessions that are open, by the name the log has for them. Bounded: of too
 * many the one heard of longest ago is forgotten, and its messages stay without what it knew. Not
 * thread-safe.
 */
final class SessionTable<S> extends LinkedHashMap<String, S> {
  private static final long serialVersionUID = 1;

  /** Enough for what is of a few hundred bytes. */
  static final int MANY = 50_000;

  private final int most;

  SessionTable(int most) {
    super(64, 0.75f, true);
    this.most = most;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<String, S> eldest) {
    return size() > most;
  }
}
