package org.whosent.indexer.store.partition.renewal;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.whosent.indexer.store.partition.manifest.Manifest;

/**
 * What one way of forgetting (or packing) wants to be written anew: {@link Renewal} asks it, does
 * the writing while others go on, and asks again what came meanwhile. One use; for one thread.
 * Public for who forgets.
 *
 * @param <T> what it tells in the end
 */
public interface RenewalPlan<T> {
  /**
   * Begins, or begins again after everything was in vain: nothing that was learnt before counts.
   * Under the writer's lock, so it must be quick.
   */
  void begin(Manifest manifest) throws IOException;

  /** True when so little is to be done that the writer's lock is taken once and for all of it. */
  default boolean isQuick(Manifest manifest) {
    return false;
  }

  /** False when it is rather given up than done under the writer's lock. */
  default boolean mustEnd() {
    return true;
  }

  /**
   * What is to be written anew. Asked first without the writer's lock; then under it, again and
   * again, with what came meanwhile, so what was looked at once should not be looked at again.
   *
   * @param manifest has the holds of the one that it began with
   * @param done segments that are written anew already
   */
  List<Renewal.Job> jobs(Manifest manifest, Set<Renewal.Place> done) throws IOException;

  /**
   * So many stretches of what a job reads are damaged and left out; throws when that must not be.
   */
  default void lost(Renewal.Job job, int stretches) throws IOException {}

  /**
   * Makes the next manifest complete. Under the writer's lock.
   *
   * @param manifest as it is
   * @param draft has what was written anew in its place already
   */
  T end(Manifest manifest, Manifest.Draft draft) throws IOException;

  /**
   * When all is ready but for the manifest, under the writer's lock: what no manifest names. A
   * crash before the manifest is there leaves forgetting to be repeated; after it, it would leave a
   * receipt for what is not done.
   */
  default void before() throws IOException {}
}
