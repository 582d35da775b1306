package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Whoever takes all file descriptors must not fill the log, too. */
class FailureLinesTest {
  @Test
  void oneLineAMinute() {
    List<String> lines = new ArrayList<>();
    AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    FailureLines failures = new FailureLines("accept failed", lines::add, now::get);
    for (int i = 0; i < 1200; i++) {
      failures.add(new IOException("Too many open files").toString());
      now.addAndGet(Duration.ofMillis(100).toNanos());
    }
    String line = "accept failed: java.io.IOException: Too many open files";
    assertEquals(List.of(line, line + " (and 599 times before)"), lines);
  }

  @Test
  void whatNobodyWasToldOfIsToldWhenItWorksAgain() {
    List<String> lines = new ArrayList<>();
    AtomicLong now = new AtomicLong();
    FailureLines failures = new FailureLines("users", lines::add, now::get);
    failures.settle();
    for (String reason : List.of("one", "two", "three")) {
      failures.add(reason);
    }
    failures.settle();
    assertEquals(List.of("users: one"), lines);
    now.addAndGet(Duration.ofMinutes(1).toNanos());
    failures.settle();
    failures.settle();
    assertEquals(List.of("users: one", "users: three (2 times more, the last)"), lines);
    failures.add("four");
    assertEquals(2, lines.size());
  }
}
