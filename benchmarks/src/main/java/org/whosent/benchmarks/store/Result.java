package org.whosent.benchmarks.store;

import java.util.EnumMap;
import java.util.Map;

/** What was measured of one peer. {@code NaN} where it cannot. Not thread-safe. */
final class Result {
  final String name;
  double ingestRate = Double.NaN;
  double cpuMicros = Double.NaN;
  double bytes = Double.NaN;
  double exportRate = Double.NaN;
  double purgeMillis = Double.NaN;
  double dropMillis = Double.NaN;

  /** Median and 99th percentile in microseconds. */
  final Map<Question, double[]> looks = new EnumMap<>(Question.class);

  Result(String name) {
    this.name = name;
  }
}
