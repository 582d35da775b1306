package org.whosent.indexer.log.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.ingest.Fixtures;
import org.whosent.indexer.ingest.IngestReport;
import org.whosent.indexer.store.RecordStore;
import org.whosent.record.JsonOut;
import org.whosent.record.SubmissionRecord;

/** What podman and Docker's journald driver hand in, as {@code journalctl} prints it. */
class ContainersInTheJournalTest {
  private static final String CLIENT = ": client=c[192.0.2.7], sasl_username=";
  private static final String TAG = "postfix/submission/smtpd[12]: ";

  @TempDir Path directory;

  private long time = 1795687200123456L;
  private final List<Map<String, String>> entries = new ArrayList<>();

  private void entry(String... fields) {
    Map<String, String> entry = new LinkedHashMap<>();
    entry.put("__CURSOR", "s=0");
    entry.put("__REALTIME_TIMESTAMP", String.valueOf(time));
    entry.put("_HOSTNAME", "box");
    time += 1_000_000;
    for (int i = 0; i < fields.length; i += 2) {
      entry.put(fields[i], fields[i + 1]);
    }
    entries.add(entry);
  }

  private void container(String name, String message, String... more) {
    List<String> fields =
        new ArrayList<>(
            List.of(
                "CONTAINER_NAME",
                name,
                "CONTAINER_ID",
                "0123456789ab",
                "SYSLOG_IDENTIFIER",
                name,
                "_PID",
                "77",
                "_COMM",
                "conmon",
                "PRIORITY",
                "6"));
    if (message != null) {
      fields.add("MESSAGE");
      fields.add(message);
    }
    fields.addAll(List.of(more));
    entry(fields.toArray(String[]::new));
  }

  private void piece(String message) {
    container("mail", message, "CONTAINER_PARTIAL_MESSAGE", "true");
  }

  private String json() {
    StringBuilder out = new StringBuilder();
    for (Map<String, String> entry : entries) {
      out.append(
              JsonOut.object(
                  true,
                  json -> {
                    for (Map.Entry<String, String> field : entry.entrySet()) {
                      json.text(field.getKey(), field.getValue());
                    }
                  }))
          .append('\n');
    }
    return out.toString();
  }

  private String export() {
    StringBuilder out = new StringBuilder();
    for (Map<String, String> entry : entries) {
      entry.forEach(
          (name, value) -> {
            if (value != null && value.contains("\n")) {
              StringBuilder length = new StringBuilder();
              for (int i = 0; i < 8; i++) {
                length.append((char) ((long) value.length() >> (8 * i) & 0xff));
              }
              out.append(name).append('\n').append(length).append(value).append('\n');
            } else if (value != null) {
              out.append(name).append('=').append(value).append('\n');
            }
          });
      out.append('\n');
    }
    return out.toString();
  }

  /** Time, host, queue ID and user of each record, the same from both. */
  private List<String> read() throws IOException {
    List<String> found = read("journal.json", json());
    assertEquals(found, read("journal.export", export()));
    return found;
  }

  private List<String> read(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    RecordStore store = Fixtures.store();
    IngestReport report = Fixtures.run(store, file);
    assertNull(report.files().getFirst().problem());
    List<String> found = new ArrayList<>();
    for (SubmissionRecord record : Fixtures.records(store)) {
      found.add(
          record.time() + " " + record.host() + " " + record.transactionId() + " " + record.user());
    }
    return found;
  }

  @Test
  void aContainersLineIsRead() throws IOException {
    container("mail", "Nov 26 10:00:00 mx1 " + TAG + "4B00A1C2D3" + CLIENT + "alice");
    container("mail", TAG + "4B00A1C2D4" + CLIENT + "bob");
    container("mail", "2026-11-26T11:00:00+01:00 mx1 " + TAG + "4B00A1C2D5" + CLIENT + "carol\n");
    container("mail", "says " + TAG + "4B00A1C2D6" + CLIENT + "victim");
    assertEquals(
        List.of(
            "2026-11-26T10:00:00Z mx1 4B00A1C2D3 alice",
            "2026-11-26T10:00:00Z mx1 4B00A1C2D5 carol",
            "2026-11-26T10:00:01.123456Z box 4B00A1C2D4 bob"),
        read());
  }

  /** conmon without a name, and a tag that looks like a mail server's program. */
  @Test
  void whatAContainerIsCalledIsNoProgram() throws IOException {
    entry(
        "CONTAINER_ID",
        "0123456789ab",
        "SYSLOG_IDENTIFIER",
        "conmon",
        "MESSAGE",
        TAG + "4B00A1C2D3" + CLIENT + "alice");
    entry(
        "CONTAINER_ID",
        "0123456789ab",
        "SYSLOG_IDENTIFIER",
        "postfix/smtpd",
        "_PID",
        "7",
        "MESSAGE",
        "4B00A1C2D4" + CLIENT + "victim");
    assertEquals(List.of("2026-11-26T10:00:00.123456Z box 4B00A1C2D3 alice"), read());
  }

  /** Any of them may print what a stranger sent it. */
  @Test
  void ofSeveralContainersNoneCounts() throws IOException {
    container("mail", TAG + "4B00A1C2D3" + CLIENT + "alice");
    container("web", "GET /");
    container("web", TAG + "4B00A1C2D4" + CLIENT + "victim");
    entry(
        "SYSLOG_IDENTIFIER",
        "postfix/smtpd",
        "_PID",
        "7",
        "MESSAGE",
        "4B00A1C2D5" + CLIENT + "carol");
    assertEquals(List.of("2026-11-26T10:00:03.123456Z box 4B00A1C2D5 carol"), read());
  }

  @Test
  void thatNoneCountsIsSaid() throws IOException {
    entry("SYSLOG_IDENTIFIER", "systemd", "_PID", "1", "MESSAGE", "Started mail.service.");
    container("mail", TAG + "4B00A1C2D3" + CLIENT + "alice");
    container("web", TAG + "4B00A1C2D4" + CLIENT + "victim");
    Path file = Files.writeString(directory.resolve("journal.json"), json());
    String problem = Fixtures.run(Fixtures.store(), file).files().getFirst().problem();
    assertTrue(problem.contains("several containers"), problem);
  }

  @Test
  void theHostsOwnServerAndOneContainerAreRead() throws IOException {
    entry("SYSLOG_IDENTIFIER", "systemd", "_PID", "1", "MESSAGE", "Started mail.service.");
    container("mail", "Nov 26 10:00:01 mx1 " + TAG + "4B00A1C2D3" + CLIENT + "alice");
    entry(
        "SYSLOG_IDENTIFIER",
        "postfix/smtpd",
        "_PID",
        "7",
        "MESSAGE",
        "4B00A1C2D5" + CLIENT + "carol");
    assertEquals(
        List.of(
            "2026-11-26T10:00:01Z mx1 4B00A1C2D3 alice",
            "2026-11-26T10:00:02.123456Z box 4B00A1C2D5 carol"),
        read());
  }

  @Test
  void piecesArePutTogether() throws IOException {
    String opening =
        "2026-11-26 10:00:00 1xVWMp-00006e-%s <= a@example.com H=x [192.0.2.1] P=esmtpa";
    String line = opening.formatted("1u") + " A=plain:alice S=5 T=\"" + "x".repeat(20000) + "\"";
    piece(line.substring(0, 8192));
    container("mail", opening.formatted("2u") + " A=plain:bob S=5", "PRIORITY", "3"); // between
    piece(line.substring(8192, 19000));
    container("mail", line.substring(19000) + "\n");
    assertEquals(
        List.of(
            "2026-11-26T10:00:00Z localhost 1xVWMp-00006e-1u alice",
            "2026-11-26T10:00:00Z localhost 1xVWMp-00006e-2u bob"),
        read());
  }

  private void printed(String stream, String message, String... more) {
    List<String> fields = new ArrayList<>();
    fields.addAll(List.of("_TRANSPORT", "stdout", "_STREAM_ID", stream));
    fields.addAll(List.of("SYSLOG_IDENTIFIER", "postfix/smtpd", "_PID", "7"));
    fields.addAll(List.of("MESSAGE", message));
    fields.addAll(List.of(more));
    entry(fields.toArray(String[]::new));
  }

  /** Of a line that a service printed and that journald cut, the rest may look like any. */
  @Test
  void theRestOfAServicesLineIsNone() throws IOException {
    for (String why : List.of("line-max", "nul", "pid-change")) {
      entries.clear();
      printed("1a", "4B00A1C2D3" + CLIENT + "alice");
      printed("1a", "4B00A1C2D3: message-id=<" + "x".repeat(100), "_LINE_BREAK", why);
      printed("2b", "4B00A1C2D4" + CLIENT + "bob");
      printed("1a", "4B00A1C2D5" + CLIENT + "victim", "_LINE_BREAK", why);
      printed("1a", "4B00A1C2D6" + CLIENT + "victim");
      printed("1a", "4B00A1C2D7" + CLIENT + "carol", "_LINE_BREAK", "eof");
      printed("3c", "4B00A1C2D8" + CLIENT + "dave");
      List<String> users = read().stream().map(r -> r.substring(r.lastIndexOf(' ') + 1)).toList();
      assertEquals(List.of("alice", "bob", "carol", "dave"), users, why);
    }
  }

  /** What a client said long enough looks like a line where the first piece is not there. */
  @Test
  void theRestOfALineIsNone() throws IOException {
    String framed = TAG + "4B00A1C2D4" + CLIENT + "victim";
    List<Runnable> before =
        List.of(
            () -> piece("x".repeat(8191)), // left when a container ended
            () -> container("mail", null), // too long for journalctl without --all
            () -> {
              piece("x".repeat(8192));
              container("mail", null, "CONTAINER_PARTIAL_MESSAGE", "true");
            },
            () -> {
              piece("x".repeat(8192));
              time += 60_000_000; // the rest is of another line
            });
    for (Runnable lost : before) {
      entries.clear();
      container("mail", TAG + "4B00A1C2D3" + CLIENT + "alice");
      lost.run();
      container("mail", framed);
      container("mail", TAG + "4B00A1C2D5" + CLIENT + "carol");
      List<String> found = read();
      assertEquals(2, found.size(), found.toString());
      assertTrue(found.getFirst().endsWith(" alice"), found.toString());
      assertTrue(found.getLast().endsWith(" carol"), found.toString());
    }
  }
}
