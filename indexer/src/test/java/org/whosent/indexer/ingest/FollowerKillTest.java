package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.indexer.store.partition.PartitionedRecordStore;

/**
 * A follower that is killed (SIGKILL): the next one goes on at the last commit, and reads no line
 * of what that had made durable.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FollowerKillTest {
  private static final String ONE =
      new String(Fixtures.bytes("postfix/logs/mail-iso.log"), StandardCharsets.UTF_8);

  @TempDir Path directory;

  /** So many times the same lines, each time with other queue IDs. */
  private static String copies(int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      String mark = "" + "BCDFGH".charAt(i / 10) + "bcdfghjklm".charAt(i % 10);
      text.append(ONE.replace("4jY9S", mark + "Y9S"));
    }
    return text.toString();
  }

  private static long lines(String text) {
    return text.chars().filter(c -> c == '\n').count();
  }

  /** How far the log was read by the last commit. */
  private int committed() throws IOException {
    int offset = 0;
    try (RecordStore store = PartitionedRecordStore.open(directory.resolve("data"));
        View view = store.view()) {
      for (int shard = 0; shard < 256; shard++) {
        String state = view.state("source.%02x".formatted(shard));
        offset = state == null ? offset : Integer.parseInt(state.split(" ")[1]);
      }
    }
    return offset;
  }

  private void followAndKill(Path log, long linesPerCommit, int least) throws Exception {
    Path errors = directory.resolve("errors.txt");
    Process child =
        IngestChild.command(
                directory.resolve("data").toString(),
                log.toString(),
                Long.toString(linesPerCommit),
                "follow")
            .redirectErrorStream(true)
            .redirectOutput(errors.toFile())
            .start();
    try {
      while (committed() < least) {
        assertTrue(child.isAlive(), () -> read(errors));
        TimeUnit.MILLISECONDS.sleep(5);
      }
    } finally {
      child.destroyForcibly();
      child.waitFor();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Follows until the log was read so far; how many lines that were. */
  private long follow(Path log, int end) throws Exception {
    try (RecordStore store = PartitionedRecordStore.open(directory.resolve("data"))) {
      Ingest ingest = Fixtures.ingest(store);
      FutureTask<IngestReport> running =
          new FutureTask<>(() -> ingest.follow(List.of(log.toString())));
      Thread.ofPlatform().start(running);
      try {
        while (committed() < end) {
          assertTrue(!running.isDone(), "it ended");
          TimeUnit.MILLISECONDS.sleep(5);
        }
      } finally {
        ingest.stop();
      }
      return running.get(300, TimeUnit.SECONDS).lines();
    }
  }

  @Test
  void afterItHasCaughtUpOnlyWhatIsNewIsRead() throws Exception {
    String before = copies(0, 3);
    String after = copies(3, 4);
    Path log = Files.writeString(directory.resolve("mail.log"), before);
    followAndKill(log, 1_000_000, before.length());
    Files.writeString(log, after, StandardOpenOption.APPEND);
    assertEquals(lines(after), follow(log, before.length() + after.length()));
  }

  @Test
  void beforeThatTheLinesOfItsCommitsAreNotReadAgain() throws Exception {
    String text = copies(0, 60);
    Path log = Files.writeString(directory.resolve("mail.log"), text);
    followAndKill(log, 50, 1);
    int committed = committed();
    assertEquals(lines(text.substring(committed)), follow(log, text.length()));
  }
}
