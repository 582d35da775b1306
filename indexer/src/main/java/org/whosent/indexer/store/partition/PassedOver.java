package org.whosent.indexer.store.partition;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The damage that writers of one store met in other days than those of the facts that they were
 * adding. Keys are cut hashes, so a look-up may have to read a damaged block by chance, and a
 * damaged day must not stop what is logged on others. Thread-safe.
 */
final class PassedOver {
  private final Set<String> lines = new LinkedHashSet<>();

  /** Throws it, unless it is known. */
  void check(IOException damage) throws IOException {
    if (!knows(damage)) {
      throw damage;
    }
  }

  synchronized boolean knows(IOException damage) {
    return lines.contains(damage.getMessage());
  }

  synchronized void add(IOException damage) {
    lines.add(damage.getMessage());
  }

  synchronized void add(String line) {
    lines.add(line);
  }

  /** A line each for the operator, the first one first. */
  synchronized List<String> lines() {
    return List.copyOf(lines);
  }
}
