package org.whosent.indexer.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.store.Coverage.Span;

class CoverageTest {
  private static Span span(String host, long from, long until) {
    return new Span(host, Instant.ofEpochSecond(from), Instant.ofEpochSecond(until));
  }

  @Test
  void allAtOnceIsTheSameAsOneByOne() {
    Random random = new Random();
    for (int i = 0; i < 2000; i++) {
      List<Span> spans = new ArrayList<>();
      for (int k = random.nextInt(12); k > 0; k--) {
        int from = random.nextInt(40);
        spans.add(span("ab".substring(random.nextInt(2)), from, from + random.nextInt(6)));
      }
      assertEquals(of(spans.toArray(Span[]::new)), Coverage.of(spans, List.of()), spans.toString());
    }
  }

  @Test
  void allAtOnceIsBoundedToo() {
    List<Span> spans = new ArrayList<>(List.of(span("0", 0, 1), span("b", 0, 1)));
    for (int i = 0; i < 3000; i++) {
      spans.add(span("a", i * 10L + (i < 2001 ? 7 : 0), i * 10L + 8));
    }
    Coverage coverage = Coverage.of(spans, List.of());
    assertEquals(1002, coverage.spans().size());
    assertEquals(coverage, Coverage.of(coverage.spans(), List.of()));
    // The shortest gaps are closed first: of 2 seconds at the end, then the first of 9.
    assertEquals(span("a", 7, 10_018), coverage.spans().get(1));
    assertEquals(span("a", 20_007, 29_998), coverage.spans().get(1000));
  }

  private static Coverage of(Span... spans) {
    Coverage coverage = Coverage.NONE;
    for (Span span : spans) {
      coverage = coverage.with(span);
    }
    return coverage;
  }

  @Test
  void spansThatOverlapOrTouchJoinAndGapsStay() {
    assertEquals(
        List.of(span("a", 1, 9), span("a", 10, 12), span("b", 3, 4)),
        of(
                span("a", 5, 9),
                span("b", 3, 4),
                span("a", 1, 3),
                span("a", 10, 12),
                span("a", 3, 5),
                span("a", 2, 2))
            .spans());
  }

  @Test
  void whatLiesBeforeTheHorizonIsCutOff() {
    assertEquals(
        List.of(span("a", 10, 12)),
        of(span("a", 1, 3), span("a", 5, 12)).since(Instant.ofEpochSecond(10)).spans());
  }

  @Test
  void whatWasDroppedIsKeptBesideWhatWasRead() {
    Coverage coverage =
        of(span("a", 1, 30))
            .withDropped(span("a", 9, 9))
            .withDropped(span("a", 5, 12))
            .withDropped(span("a", 20, 20))
            .withDropped(span("", 5, 6));
    assertEquals(List.of(span("a", 1, 30)), coverage.spans());
    List<Span> dropped = List.of(span("", 5, 6), span("a", 5, 12), span("a", 20, 20));
    assertEquals(dropped, coverage.dropped());
    assertEquals(coverage, Coverage.of(coverage.spans(), dropped));
    assertEquals(
        List.of(span("a", 10, 12), span("a", 20, 20)),
        coverage.since(Instant.ofEpochSecond(10)).dropped());
  }

  @Test
  void aSpanEndsNoEarlierThanItStarts() {
    assertThrows(IllegalArgumentException.class, () -> span("a", 2, 1));
  }

  @Test
  void aHostThatReportsCrumbsDoesNotGrowWithoutBound() {
    Coverage coverage = of(span("b", 0, 1));
    for (int i = 0; i < 3000; i++) {
      coverage = coverage.with(span("a", i * 10L, i * 10L + 1));
    }
    coverage = coverage.with(span("a", 1_000_000, 1_000_001));
    assertEquals(1001, coverage.spans().size());
    assertEquals(Instant.EPOCH, coverage.spans().getFirst().from());
    // The longest gap is the last that would be closed.
    assertEquals(Instant.ofEpochSecond(1_000_000), coverage.spans().get(999).from());
  }
}
