package org.whosent.indexer.log.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.whosent.indexer.ingest.Fixtures;
import org.whosent.indexer.ingest.IngestReport;
import org.whosent.indexer.store.RecordStore;

/** Lines behind the stamps of multilog, svlogd and s6-log. */
class SupervisedLineTest {
  private static final String TAG = "postfix/submission/smtpd[12]: ";
  private static final String CLIENT = ": client=c[192.0.2.7], sasl_username=";

  @TempDir Path directory;

  private static String label(long second) {
    return "@%016x%08x".formatted((1L << 62) + 10 + second, 123456789);
  }

  private static final long TIME = 1795687200;

  private List<String> read(String... lines) throws IOException {
    Path file = directory.resolve("current");
    Files.write(file, List.of(lines));
    Files.setLastModifiedTime(file, FileTime.from(Fixtures.MODIFIED.plusSeconds(86400L * 700)));
    RecordStore store = Fixtures.store();
    IngestReport report = Fixtures.run(store, file);
    assertNull(report.files().getFirst().problem());
    return Fixtures.records(store).stream()
        .map(r -> r.time() + " " + r.transactionId() + " " + r.user())
        .toList();
  }

  /** The manual's own example, but for the 22 leap seconds that its zone counts. */
  @Test
  void aLabelIsATime() {
    LineWrapping.Unwrapped read = SupervisedLine.unwrapped("@4000000037c219bf2ef02e94 mark");
    assertEquals(
        new LineWrapping.Unwrapped.Line("stdout", "1999-08-24T04:04:05.787492Z", "", "mark"), read);
  }

  /** socklog's, of which a program without a tag says another facility. */
  @Test
  void behindAStampMayStandThePriority() throws IOException {
    for (String stamp :
        List.of(label(TIME) + ' ', "2026-11-26_10:00:00.12345 ", "2026-11-26T10:00:00.12345 ")) {
      assertEquals(
          List.of("2026-11-26T10:00:00Z 4B00A1C2D3 alice"),
          read(
              stamp + "mail.info: Nov 26 10:00:00 " + TAG + "4B00A1C2D3" + CLIENT + "alice",
              stamp + "mail.warn: Nov 26 10:00:00 " + TAG + "warning: x",
              stamp + "user.info: Nov 26 10:00:00 web: started",
              stamp + "daemon.info: hello " + TAG + "4B00A1C2D5" + CLIENT + "victim"));
      String forged =
          stamp + "user.info: Nov 26 10:00:00 " + TAG + "4B00A1C2D6" + CLIENT + "victim";
      String own = stamp + "mail.info: Nov 26 10:00:00 " + TAG + "4B00A1C2D3" + CLIENT + "alice";
      assertEquals(
          List.of("alice", "alice"),
          WrappedSource.unwrap(List.of(forged, own, forged, own)).stream()
              .map(line -> line.substring(line.lastIndexOf('=') + 1))
              .toList());
    }
  }

  @Test
  void theStampCountsForALineThatHasNone() throws IOException {
    assertEquals(
        List.of(
            "2026-11-26T10:00:00.123456Z 4B00A1C2D3 alice", "2026-11-26T10:00:05Z 4B00A1C2D4 bob"),
        read(
            label(TIME) + ' ' + TAG + "4B00A1C2D3" + CLIENT + "alice",
            label(TIME + 7) + " Nov 26 10:00:05 mail " + TAG + "4B00A1C2D4" + CLIENT + "bob",
            label(TIME + 8) + " says " + TAG + "4B00A1C2D5" + CLIENT + "victim",
            TAG + "4B00A1C2D6" + CLIENT + "victim"));
    assertEquals(
        List.of("2026-11-26T10:00:00.123450Z 4B00A1C2D3 alice"),
        read("2026-11-26_10:00:00.12345 " + TAG + "4B00A1C2D3" + CLIENT + "alice"));
  }

  @Test
  void harakasLinesAreReadByTheStampsTime() throws IOException {
    for (String log : List.of("haraka.out", "json.out", "logfmt.out")) {
      Path plain = Fixtures.put(directory, "haraka", "logs/" + log, Fixtures.MODIFIED);
      List<String> labelled =
          Files.readAllLines(plain).stream()
              .filter(line -> line.matches("[0-9T:.-]{23,29}Z .*"))
              .map(
                  line -> {
                    Instant time = Instant.parse(line.substring(0, line.indexOf(' ')));
                    return "@%016x%08x"
                            .formatted((1L << 62) + 10 + time.getEpochSecond(), time.getNano())
                        + line.substring(line.indexOf(' '));
                  })
              .toList();
      RecordStore expected = Fixtures.store();
      Fixtures.run(expected, plain);
      assertTrue(Fixtures.records(expected).size() > 2);
      RecordStore store = Fixtures.store();
      Fixtures.run(store, Files.write(directory.resolve("current"), labelled));
      assertEquals(
          Fixtures.json(Fixtures.records(expected)), Fixtures.json(Fixtures.records(store)), log);
    }
  }

  /** A stamp without a year is of the year before it, whatever the logger's zone. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2024-11-26 23:00:00.123456789 ",
        "2024-11-26 23:00:00.123456789  ",
        "2024-11-26_10:00:00.12345 "
      })
  void theYearIsTheStamps(String stamp) throws IOException {
    assertEquals(
        List.of("2024-11-26T10:00:00Z 4B00A1C2D3 alice"),
        read(stamp + "Nov 26 10:00:00 mail " + TAG + "4B00A1C2D3" + CLIENT + "alice"));
  }

  /** s6-log cuts a long line, and stamps its rest, which may look like any line. */
  @Test
  void theRestOfALineThatWasCutIsNone() throws IOException {
    String own = label(TIME) + ' ' + TAG + "4B00A1C2D3" + CLIENT + "alice";
    String framed = label(TIME) + ' ' + TAG + "4B00A1C2D4" + CLIENT + "victim";
    String last = label(TIME) + ' ' + TAG + "4B00A1C2D5" + CLIENT + "carol";
    List<String> read = read(own, label(TIME) + ' ' + "x".repeat(8192), framed, last);
    assertEquals(2, read.size(), read.toString());
    assertTrue(read.stream().noneMatch(r -> r.endsWith("victim")), read.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@400000006b8a6c2a075bcd1 x",
        "@400000006B8A6C2A075BCD15 x",
        "@ffffffffffffffff00000000 x",
        "@0000000000000000ffffffff x",
        "@400000006b8a6c2a3b9aca00 x",
        "@400000006b8a6c2a075bcd15x",
        "2026-11-26 10:00:00.123456789 x",
        "2026-11-26 10:00:00.123 Nov 26 10:00:00 x"
      })
  void whatIsNoStampIsNone(String line) {
    assertNull(SupervisedLine.unwrapped(line));
  }
}
