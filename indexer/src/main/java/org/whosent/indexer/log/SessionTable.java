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
  private static final int MOST = 50_000;

  SessionTable() {
    super(64, 0.75f, true);
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<String, S> eldest) {
    return size() > MOST;
  }
}
