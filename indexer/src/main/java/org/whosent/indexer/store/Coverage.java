package org.whosent.indexer.store;

import java.time.Instant;
import java.util.List;

/**
 * Over which time which hosts' logs were read. Immutable.
 *
 * @param spans by host, then time; spans of a host never overlap, and what lies between two of them
 *     is a gap
 */
public record Coverage(List<Span> spans) {
  public Coverage {
    spans = List.copyOf(spans);
  }

  /**
   * A host's log was read over this time without a hole.
   *
   * @param host the name after {@code by}
   * @param from the first line's time
   * @param until the last line's time
   */
  public record Span(String host, Instant from, Instant until) {}
}
