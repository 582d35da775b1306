package org.whosent.indexer.ingest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the lines of one log begin that still matter to lines much further behind them than is
 * looked back ({@link org.whosent.indexer.log.FactSink#lasting}). With the log's checkpoint these
 * places are kept, and nothing of what the lines say ({@link LastingPlaces}). Bounded: of too many,
 * the one furthest back is forgotten. Not thread-safe.
 */
final class LastingLines {
  /** In the store each takes some five characters. */
  private static final int MOST = 4000;

  private final Map<String, Long> places =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST;
        }
      };

  /** A line that begins there matters, and from now on none before that matters for the same. */
  void add(String what, long place) {
    places.remove(what);
    places.put(what, place);
  }

  /** Those before that offset, in ascending order. */
  List<Long> before(long offset) {
    return places.isEmpty()
        ? List.of()
        : places.values().stream().filter(each -> each < offset).sorted().toList();
  }
}
