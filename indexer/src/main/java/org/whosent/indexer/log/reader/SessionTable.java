package org.whosent.indexer.log.reader;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.whosent.indexer.log.Forgotten;

/**
 * What is known of the sessions that are open, by the name the log has for them. Bounded: of too
 * many the one heard of longest ago is forgotten, and its messages stay without what it knew; that
 * is counted. Not thread-safe.
 */
public final class SessionTable<K, S> extends LinkedHashMap<K, S> {
  private static final long serialVersionUID = 1;

  /** Enough for what is of a few hundred bytes. */
  public static final int MANY = 50_000;

  private final int most;
  private final transient Forgotten forgotten;
  private final transient Function<S, Instant> lastHeard;

  /** A table of sessions whose end takes them out of it. */
  public SessionTable(int most, Forgotten forgotten) {
    this(most, forgotten, _ -> null);
  }

  /**
   * A table of sessions whose end is not logged.
   *
   * @param lastHeard when the session was last heard of; null where it counts however old it is
   */
  public SessionTable(int most, Forgotten forgotten, Function<S, Instant> lastHeard) {
    super(64, 0.75f, true);
    this.most = most;
    this.forgotten = forgotten;
    this.lastHeard = lastHeard;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, S> eldest) {
    if (size() <= most) {
      return false;
    }
    forgotten.lastHeard(lastHeard.apply(eldest.getValue()));
    return true;
  }
}
