package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What strangers cause is bounded, and how much was left out is said. */
class PerMinuteTest {
  @Test
  void theOthersAreCounted() {
    List<String> lines = new ArrayList<>();
    AtomicLong now = new AtomicLong();
    PerMinute bound = new PerMinute("refusals", 3, lines::add, now::get);
    List<Boolean> taken = new ArrayList<>();
    for (int minute = 0; minute < 2; minute++) {
      for (int i = 0; i < 5 - 2 * minute; i++) {
        taken.add(bound.take());
      }
      now.addAndGet(Duration.ofMinutes(1).toNanos());
    }
    assertEquals(List.of(true, true, true, false, false, true, true, true), taken);
    assertEquals(
        List.of(
            "more than 3 refusals in a minute: the others are not noted",
            "2 refusals were not noted"),
        lines);
  }
}
