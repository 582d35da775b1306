package org.whosent.query.trace;

import java.time.Instant;
import java.util.List;

/**
 * What the index covers: the other half of an honest no. Immutable.
 *
 * @param from the earliest line read; null for an empty index
 * @param until the latest line read; null for an empty index
 * @param hosts whose logs were read
 * @param lagSeconds how long ago the latest line was; null for an empty index
 * @param gaps spans inside that were not read, or cannot be
 */
public record CoverageNote(
    Instant from, Instant until, List<String> hosts, Long lagSeconds, List<Gap> gaps) {
  public CoverageNote {
    hosts = List.copyOf(hosts);
    gaps = List.copyOf(gaps);
  }

  /**
   * A hole.
   *
   * @param host whose; null for all
   * @param from its start
   * @param until its end
   * @param reason why
   */
  public record Gap(String host, Instant from, Instant until, String reason) {}
}
