package org.whosent.indexer.ingest.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.ingest.Fixtures;
import org.whosent.indexer.store.RecordStore;
import org.whosent.record.SubmissionRecord;

/** Stalwart's log with {@code multiline = true} says what it says without. */
class StalwartEventsTest {
  private static final String HEAD = "2026-11-25T10:00:02Z INFO Queued (queue.message-queued)";
  private static final String SAMPLE = "stalwart/logs/stalwart.2026-11-25";
  private static final String HOSTILE = "stalwart/hostile/injected-account.log";

  @TempDir Path directory;

  /** As Stalwart spreads it; keys in texts are taken for keys here, which makes no difference. */
  private static String spread(String log, boolean colours) {
    StringBuilder out = new StringBuilder();
    for (String line : log.split("\n")) {
      int type = line.indexOf(") ");
      if (!line.matches("[0-9T:.Z-]{20,} [A-Z]+ [^()]+ \\([a-z.-]+\\) [A-Za-z]+ = .*")) {
        out.append(line).append('\n'); // not Stalwart's
        continue;
      }
      String[] words = line.substring(0, type + 1).split(" ", 3);
      int name = words[2].lastIndexOf(" (");
      String head =
          colours
              ? "\u001b[37m%s\u001b[0m \u001b[32;1m%s\u001b[0m \u001b[37;1m%s\u001b[0m%s"
                  .formatted(
                      words[0], words[1], words[2].substring(0, name), words[2].substring(name))
              : line.substring(0, type + 1);
      out.append(head).append('\n');
      for (String key : line.substring(type + 2).split(", (?=[A-Za-z]{1,40} = )")) {
        int equals = key.indexOf(" = ");
        out.append('\t')
            .append(
                colours
                    ? "\u001b[36m" + key.substring(0, equals) + "\u001b[0m"
                    : key.substring(0, equals))
            .append(key.substring(equals))
            .append('\n');
      }
    }
    return out.toString();
  }

  private static String joined(String log) throws IOException {
    byte[] bytes = log.getBytes(StandardCharsets.UTF_8);
    try (InputStream in = Compression.open(new ByteArrayInputStream(bytes))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private List<SubmissionRecord> records(String name, String log) throws IOException {
    Path file = Files.writeString(directory.resolve(name), log);
    RecordStore store = Fixtures.store();
    Fixtures.run(store, file);
    return Fixtures.records(store);
  }

  private static String sample(String name) {
    return new String(Fixtures.bytes(name), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {SAMPLE, HOSTILE})
  void whatItSaysIsTheSame(String name) throws IOException {
    String log = sample(name);
    assertEquals(log, joined(spread(log, false)));
    List<SubmissionRecord> records = records("one", log);
    assertTrue(records.size() > 1);
    assertEquals(records, records("spread", spread(log, false)));
    assertEquals(records, records("coloured", spread(log, true)));
  }

  @Test
  void anEventThatIsAValue() throws IOException {
    String log =
        HEAD
            + "\n\tqueueId = 7\n\tcausedBy = Store error, of a kind (store.error)\n\t\treason ="
            + " \"bad\"\n\t\tcausedBy = Other (store.other)\n\t\t\tkey = 1\n\tsize = 3\n"
            + HEAD
            + "\n\tcausedBy = Other (store.other)\n\t\tkey = 1\n";
    assertEquals(
        HEAD
            + " queueId = 7, causedBy = Store error, of a kind (store.error) { reason = \"bad\","
            + " causedBy = Other (store.other) { key = 1 } }, size = 3\n"
            + HEAD
            + " causedBy = Other (store.other) { key = 1 }\n",
        joined(log));
  }

  /** Half a line is read when it is whole; half of a DSN's event names another message. */
  @Test
  void theEndThatIsStillToCome() throws IOException {
    String whole = HEAD + "\n\tqueueId = 7\n";
    String dsn = whole.replace("message-queued", "dsn-queued");
    assertEquals(HEAD + " queueId = 7\n", joined(whole));
    assertEquals("", joined(whole + "\tsi"));
    assertEquals("", joined(dsn));
    assertEquals(HEAD + " queueId = 7\n", joined(whole + dsn));
    assertEquals("", joined(dsn.replace("queue.dsn-queued", "queue.queue-dsn")));
  }

  @Test
  void whatIsLongerThanAnyLine() throws IOException {
    String key = "\tx = \"" + "y".repeat(1 << 19) + "\"\n";
    String long1 = HEAD + "\n\tqueueId = 7\n" + key + key;
    String long2 = HEAD + "\n\tx = " + "y".repeat(1 << 21) + "\n";
    assertEquals(HEAD + "\n" + HEAD + "\n", joined(long1 + long2));
    assertEquals(HEAD + "\n" + HEAD + " size = 3\n", joined(long2 + HEAD + "\n\tsize = 3\n"));
  }

  /** Where other lines stand between, they come out as they are. */
  @Test
  void linesOfOthers() throws IOException {
    String log = HEAD + "\n\tsize = 3\nthread 'main' panicked\n\n" + HEAD + "\n\t\t\tx = 1\n";
    assertEquals(HEAD + " size = 3\nthread 'main' panicked\n\n" + HEAD + " x = 1\n", joined(log));
  }

  @Test
  void whatIsRecognised() {
    assertTrue(isAhead(spread(sample(SAMPLE), false)));
    assertTrue(isAhead(spread(sample(SAMPLE), true)));
    assertFalse(isAhead(sample(SAMPLE)));
    assertFalse(isAhead(HEAD + " \n"));
    assertFalse(isAhead(HEAD));
    assertFalse(isAhead("x" + HEAD + "\n"));
    assertFalse(isAhead(HEAD.replace("INFO", "NOTE") + "\n"));
  }

  private static boolean isAhead(String log) {
    byte[] bytes = log.getBytes(StandardCharsets.UTF_8);
    return StalwartEventsStream.isAhead(bytes, bytes.length);
  }
}
