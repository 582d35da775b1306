/**
 * Our store beside what people would otherwise use, with the same records in the same run: one
 * class a {@link org.whosent.benchmarks.store.Peer}.
 */
package org.whosent.benchmarks.store;
