package org.whosent.indexer.log.reader;

import java.util.LinkedHashMap;

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

  /**
   * By name, the one heard last being the last; true: another was heard between two of its lines.
   */
  private final LinkedHashMap<String, Boolean> heard = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * A line of that name was read, behind one of another. Takes the same time however many names
   * there are: a name that was heard before others is not the last, so that it needs no mark of
   * theirs when it comes back.
   *
   * @return true when it is one of several that are there at once
   */
  boolean met(String name) {
    if (heard.containsKey(name)) {
      boolean other = !heard.lastEntry().getKey().equals(name);
      return heard.merge(name, other, Boolean::logicalOr);
    }
    heard.put(name, false);
    if (heard.size() > NAMES) {
      heard.pollFirstEntry();
    }
    return false;
  }
}
