package org.whosent.benchmarks.store;

/** Time and processor of some parts of a run, together. Not thread-safe. */
final class Stopwatch {
  private long nanos;
  private long cpu;

  interface Part {
    void run() throws Exception;
  }

  void time(Part part) throws Exception {
    long start = System.nanoTime();
    long cpuBefore = Usage.cpu();
    part.run();
    nanos += System.nanoTime() - start;
    cpu += Usage.cpu() - cpuBefore;
  }

  long nanos() {
    return nanos;
  }

  long cpu() {
    return cpu;
  }

  double rate(long records) {
    return records / (nanos / 1e9);
  }

  double cpuMicros(long records) {
    return cpu / 1e3 / records;
  }

  /** What may turn out not to be possible. */
  interface Step {
    /** Runs it; false when it was not done. */
    boolean run() throws Exception;
  }

  /** Milliseconds that it takes; {@code NaN} when it was not done. */
  static double millis(Step step) throws Exception {
    long start = System.nanoTime();
    boolean done = step.run();
    return done ? (System.nanoTime() - start) / 1e6 : Double.NaN;
  }
}
