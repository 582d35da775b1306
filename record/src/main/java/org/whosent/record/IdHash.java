package org.whosent.record;

import java.util.SplittableRandom;

/**
 * A hash code of IDs for tables that do not mend themselves where many have the same one. Who may
 * write lines into a log, or chooses a part of a server's IDs, can choose texts of one {@link
 * String#hashCode}. For these codes, which are others in each process, nobody can. Stateless.
 */
public final class IdHash {
  private static final long BASE = new SplittableRandom().nextLong() | 1;

  private IdHash() {}

  /** The ID's hash code, of which all bits are equally good. */
  public static int of(String id) {
    long hash = BASE;
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * BASE;
      hash ^= hash >>> 32; // or IDs that differ in one digit would all lie as far from each other
    }
    return (int) hash;
  }
}
