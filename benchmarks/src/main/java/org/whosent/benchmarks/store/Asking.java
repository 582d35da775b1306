package org.whosent.benchmarks.store;

import java.util.Arrays;
import java.util.List;
import org.whosent.record.SubmissionRecord;

/**
 * One question asked of a store again and again, of one set of samples to warm up and of the other
 * to measure. What answers in this JVM is compiled after some thousand questions and takes two to
 * three times as long before, so the first set is asked for {@value #WARM_ROUNDS} times.
 */
record Asking(Peer peer, Samples samples) {
  /** A slow peer is asked less often. */
  private static final long MOST_NANOS = 6_000_000_000L;

  private static final int WARM_ROUNDS = 10;

  /** What looks at the answers, outside the time that is measured. */
  interface Checking {
    void answer(SubmissionRecord asked, List<String> found);
  }

  /** The median and the 99th percentile, in microseconds. */
  double[] measure(Question question, Checking checking) throws Exception {
    long until = System.nanoTime() + MOST_NANOS / 2;
    int warm = samples.warm.size() * WARM_ROUNDS;
    for (int i = 0; i < warm && System.nanoTime() < until; i++) {
      peer.find(question, samples.warm.get(i % samples.warm.size()));
    }
    until = System.nanoTime() + MOST_NANOS;
    long[] nanos = new long[samples.measured.size()];
    int count = 0;
    for (; count < nanos.length && System.nanoTime() < until; count++) {
      SubmissionRecord asked = samples.measured.get(count);
      long start = System.nanoTime();
      List<String> found = peer.find(question, asked);
      nanos[count] = System.nanoTime() - start;
      checking.answer(asked, found);
    }
    if (count < nanos.length) {
      System.out.printf("%s, %s: %d samples only%n", peer.name(), question.title, count);
    }
    Arrays.sort(nanos, 0, count);
    return new double[] {nanos[count / 2] / 1e3, nanos[count * 99 / 100] / 1e3};
  }
}
