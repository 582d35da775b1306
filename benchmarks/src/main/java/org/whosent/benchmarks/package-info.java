/** Data and load for the comparisons in {@code benchmarks/}; never part of what is shipped. */
package org.whosent.benchmarks;
