package org.whosent.indexer.ingest;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.whosent.indexer.store.Coverage;

/**
 * From when to when each host's log was read. A file is taken to be whole from its first line to
 * its last; the span goes on in the file that follows directly. Bounded: lines name hosts. Not
 * thread-safe.
 */
final class Spans {
  private static final int HOSTS = 10_000;

  /** Less than the day that a missing piece is long, at least. */
  private static final Duration SEAM = Duration.ofHours(20);

  private static final class Span {
    Instant from;
    Instant until;
    boolean told;

    Span(Instant time) {
      from = time;
      until = time;
    }

    Coverage.Span of(String host) {
      return new Coverage.Span(host, from, until);
    }
  }

  private final Map<String, Span> byHost = new HashMap<>();

  /** Hosts of which no line was read since the last seam. */
  private final Set<String> atSeam = new HashSet<>();

  /**
   * A line of the host.
   *
   * @param covered takes a span that ends before it
   */
  void seen(String host, Instant time, boolean continuous, Consumer<Coverage.Span> covered) {
    Span span = byHost.get(host);
    boolean joined = atSeam.isEmpty() || !atSeam.remove(host) || isNear(span, time);
    if (span == null) {
      if (byHost.size() < HOSTS) {
        byHost.put(host, new Span(time));
      }
    } else if (!continuous || !joined) {
      covered.accept(span.of(host));
      byHost.put(host, new Span(time));
    } else if (time.isAfter(span.until)) {
      span.until = time;
      span.told = false;
    } else if (time.isBefore(span.from)) {
      span.from = time;
      span.told = false;
    }
  }

  private static boolean isNear(Span span, Instant time) {
    return span == null || time.isBefore(span.until.plus(SEAM));
  }

  /** The next file goes on where the last one ended, unless its lines begin much later. */
  void seam() {
    atSeam.clear();
    atSeam.addAll(byHost.keySet());
  }

  /** Tells of all spans that are news; they go on from where they end. */
  void flush(Consumer<Coverage.Span> covered) {
    byHost.forEach(
        (host, span) -> {
          if (!span.told) {
            covered.accept(span.of(host));
            span.from = span.until;
            span.told = true;
          }
        });
  }

  /** The next file does not go on where the last one ended. */
  void cut() {
    byHost.clear();
    atSeam.clear();
  }
}
