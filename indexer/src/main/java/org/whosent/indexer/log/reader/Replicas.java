package org.whosent.indexer.log.reader;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which host names that are made anew with each start (a container's) are of servers that were
 * there at once. One that starts again under another name still has its queue, so that such a name
 * says nothing of whose a queue ID is; but where a name comes back after another was heard, both
 * were there, each with a queue of its own.
 *
 * <p>Lines that come late, out of a forwarder's queue, may make one server two: then what it logged
 * after its start is not joined to what it logged before, and names nobody. Bounded: of too many
 * names the one heard longest ago is forgotten. Not thread-safe.
 */
final class Replicas {
  private static final int NAMES = 1000;

  /** By name, the one heard last being the last; true: there was another at the same time. */
  private final Map<String, Boolean> heard = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * A line of that name was read, behind one of another.
   *
   * @return true when it is one of several that are there at once
   */
  boolean met(String name) {
    if (heard.containsKey(name)) {
      boolean since = false;
      for (Map.Entry<String, Boolean> each : heard.entrySet()) { // touches no order
        if (since) {
          each.setValue(true);
        }
        since |= each.getKey().equals(name);
      }
      boolean other = !last().equals(name);
      return heard.merge(name, other, Boolean::logicalOr);
    }
    heard.put(name, false);
    if (heard.size() > NAMES) {
      heard.remove(heard.keySet().iterator().next());
    }
    return false;
  }

  private String last() {
    return ((LinkedHashMap<String, Boolean>) heard).lastEntry().getKey();
  }
}
