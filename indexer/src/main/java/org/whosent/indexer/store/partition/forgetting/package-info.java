/**
 * Purge, erasure and masking: plans by which days are written anew, or dropped.
 *
 * <p>{@link org.whosent.indexer.store.partition.forgetting.Purging} forgets days before a horizon,
 * {@link org.whosent.indexer.store.partition.forgetting.Erasing} a user, {@link
 * org.whosent.indexer.store.partition.forgetting.Masking} clients and subjects; {@code UnderHold}
 * says by keys which segments holds concern, {@code LoginChange} does the same to failed logins,
 * and {@code Forgetting} is what all have in common.
 *
 * <h2>What holds</h2>
 *
 * <ul>
 *   <li>After the receipt no byte of what was forgotten is in the data directory, copies that were
 *       not current included, and no log that is read again brings it back.
 *   <li>What is under hold stays. Where something is damaged that a hold may concern, nothing is
 *       forgotten.
 *   <li>Without holds a purge looks at no record: it costs the same however many there are.
 * </ul>
 */
package org.whosent.indexer.store.partition.forgetting;
