package org.whosent.query.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Actor;

class AccessLogTest {
  @TempDir Path data;

  @Test
  void manyAtOneTimeNeverMixTheirLines() throws Exception {
    int writers = 8;
    int each = 200;
    Actor who = new Actor("desk", null, null, "host");
    try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
      List<Future<Void>> all = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        int writer = w;
        Callable<Void> looks =
            () -> {
              for (int i = 0; i < each; i++) {
                List<String> arguments = List.of(writer + "/" + i, "x".repeat(i * 5));
                Look.begin(data, who, "search", null, arguments, false).answer(0);
              }
              return null;
            };
        all.add(threads.submit(looks));
      }
      for (Future<Void> one : all) {
        one.get();
      }
    }
    Set<String> questions = new TreeSet<>();
    int[] answers = new int[1];
    new AccessLog(data)
        .read(
            null,
            line -> {
              if (Looks.parse(line) instanceof Looks.Question question) {
                questions.add(question.arguments().get(0));
              } else {
                assertInstanceOf(Looks.Answer.class, Looks.parse(line));
                answers[0]++;
              }
            });
    assertEquals(writers * each, questions.size());
    assertEquals(writers * each, answers[0]);
  }

  @Test
  void onlyDaysThatMayMatterAreRead() throws Exception {
    AccessLog log = new AccessLog(data);
    log.append(Instant.parse("2026-01-01T23:59:59Z"), "first", false);
    log.append(Instant.parse("2026-01-03T00:00:00Z"), "third", true);
    List<String> lines = new ArrayList<>();
    log.read(Instant.parse("2026-01-02T00:00:00Z"), lines::add);
    assertEquals(List.of("third"), lines);
    assertEquals(1, log.purge(Instant.parse("2026-01-02T00:00:00Z"), false));
    log.read(null, lines::add);
    assertEquals(List.of("third", "third"), lines);
  }
}
