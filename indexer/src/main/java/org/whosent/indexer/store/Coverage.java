package org.whosent.indexer.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Over which time which hosts' logs were read. Immutable.
 *
 * <p>Bounded: a host keeps at most {@value #MAX_SPANS} spans of each kind; beyond that its shortest
 * gaps are closed, which says a little more than was read, or was dropped. A source that reports
 * spans which touch never gets there.
 *
 * @param spans by host, then time; spans of a host never overlap, and what lies between two of them
 *     is a gap
 * @param dropped in which lines were not written that should have been: what a log daemon says of
 *     itself; by host, then time; of the host "" are those of a daemon that writes for others
 */
public record Coverage(List<Span> spans, List<Span> dropped) {
  /** Nothing was read. */
  public static final Coverage NONE = new Coverage(List.of(), List.of());

  private static final int MAX_SPANS = 1000;

  public Coverage {
    spans = List.copyOf(spans);
    dropped = List.copyOf(dropped);
  }

  /**
   * A host's log was read over this time without a hole, or lacks lines in it.
   *
   * @param host the name after {@code by}
   * @param from the first line's time
   * @param until the last line's time
   */
  public record Span(String host, Instant from, Instant until) {
    public Span {
      if (until.isBefore(from)) {
        throw new IllegalArgumentException("a span that ends before it starts");
      }
    }
  }

  /** These spans; those of a host and a kind that overlap or touch become one. */
  public static Coverage of(List<Span> spans, List<Span> dropped) {
    return new Coverage(joined(spans), joined(dropped));
  }

  private static List<Span> joined(List<Span> spans) {
    List<Span> all = new ArrayList<>(spans);
    all.sort(
        (a, b) -> {
          int byHost = a.host.compareTo(b.host);
          return byHost != 0 ? byHost : a.from.compareTo(b.from);
        });
    List<Span> joined = new ArrayList<>();
    for (Span next : all) {
      Span last = joined.isEmpty() ? null : joined.getLast();
      if (last != null && last.host.equals(next.host) && !next.from.isAfter(last.until)) {
        joined.set(joined.size() - 1, join(last, next));
      } else {
        joined.add(next);
      }
    }
    int ofHost = 0;
    for (int i = 0; i < joined.size(); i++) {
      ofHost = i > 0 && joined.get(i).host.equals(joined.get(i - 1).host) ? ofHost + 1 : 1;
      if (ofHost > MAX_SPANS) {
        closeShortestGap(joined, joined.get(i).host);
        ofHost--;
        i--;
      }
    }
    return joined;
  }

  /** This and one more span; spans of a host that overlap or touch become one. */
  public Coverage with(Span span) {
    return new Coverage(joined(with(spans, span)), dropped);
  }

  /** This and one more span in which a log daemon dropped lines. */
  public Coverage withDropped(Span span) {
    return new Coverage(spans, joined(with(dropped, span)));
  }

  private static List<Span> with(List<Span> spans, Span span) {
    List<Span> all = new ArrayList<>(spans);
    all.add(span);
    return all;
  }

  /** What of it lies at or after a time. */
  public Coverage since(Instant horizon) {
    return new Coverage(since(spans, horizon), since(dropped, horizon));
  }

  private static List<Span> since(List<Span> spans, Instant horizon) {
    return spans.stream()
        .filter(s -> !s.until.isBefore(horizon))
        .map(s -> s.from.isBefore(horizon) ? new Span(s.host, horizon, s.until) : s)
        .toList();
  }

  private static Span join(Span first, Span second) {
    Instant until = first.until.isAfter(second.until) ? first.until : second.until;
    return new Span(first.host, first.from, until);
  }

  private static void closeShortestGap(List<Span> spans, String host) {
    int best = -1;
    long bestSeconds = Long.MAX_VALUE;
    for (int i = 0; i + 1 < spans.size(); i++) {
      Span first = spans.get(i);
      Span second = spans.get(i + 1);
      if (first.host.equals(host) && second.host.equals(host)) {
        long seconds = second.from.getEpochSecond() - first.until.getEpochSecond();
        if (seconds < bestSeconds) {
          bestSeconds = seconds;
          best = i;
        }
      }
    }
    spans.set(best, join(spans.get(best), spans.remove(best + 1)));
  }
}
