package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.whosent.indexer.log.formats.LogSources;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.record.site.Site;

/** What bounded tables forget of unfinished sessions and messages is counted and said. */
class ForgottenTest {
  private static final int MESSAGES = 50_000;

  /** A log that is never whole anywhere: piece after piece is made when it is read. */
  static final class GeneratedLog extends InputStream {
    private final LongFunction<String> piece;
    private final long pieces;
    private byte[] bytes = {};
    private int at;
    private long made;

    GeneratedLog(long pieces, LongFunction<String> piece) {
      this.pieces = pieces;
      this.piece = piece;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (at == bytes.length) {
        if (made == pieces) {
          return -1;
        }
        bytes = piece.apply(made++).getBytes(StandardCharsets.US_ASCII);
        at = 0;
      }
      int part = Math.min(length, bytes.length - at);
      System.arraycopy(bytes, at, into, offset, part);
      at += part;
      return part;
    }
  }

  /** Opening and sender of a message of which nothing more is heard. */
  static String unfinished(long number) {
    return opening(number)
        + stamp(number)
        + "cleanup[9]: "
        + id(number)
        + ": message-id=<"
        + number
        + "@c.example>\n";
  }

  static String opening(long number) {
    return stamp(number)
        + "submission/smtpd["
        + number % 90_000
        + "]: "
        + id(number)
        + ": client=unknown[192.0.2.7], sasl_method=PLAIN, sasl_username=u"
        + number % 1000
        + "\n";
  }

  static String stamp(long number) {
    // Some hundred messages a second.
    long second = number / 300;
    return "2026-11-%02dT%02d:%02d:%02dZ mail postfix/"
        .formatted(1 + second / 86_400 % 28, second / 3600 % 24, second / 60 % 60, second % 60);
  }

  static String id(long number) {
    return "%012X".formatted(0xA00000000000L + number);
  }

  private static FileReport read(InMemoryRecordStore store, InputStream log) throws IOException {
    IngestOptions options =
        new IngestOptions(LogSources.named("postfix").orElseThrow(), null, ZoneOffset.UTC, null);
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    IngestReport report =
        new Ingest(store, Site.UNKNOWN, options, log, new PrintStream(err)).run(List.of("-"));
    FileReport file = report.files().getFirst();
    assertEquals(file.summary(), err.toString(StandardCharsets.UTF_8).strip());
    return file;
  }

  @Test
  void messagesThatNeverEndAreForgottenOneByOneAndCounted() throws IOException {
    int more = 1234;
    InMemoryRecordStore store = new InMemoryRecordStore();
    FileReport report = read(store, new GeneratedLog(MESSAGES + more, ForgottenTest::unfinished));
    assertEquals(more, report.forgotten());
    assertTrue(
        report.summary().contains(", 1234 unfinished sessions and messages forgotten"),
        report.summary());
    assertEquals(MESSAGES + more, report.records(), "every one has its record all the same");
    LogStatus status = LogStatus.of(store.view()).getFirst();
    assertEquals(more, status.forgotten());
  }

  @Test
  void finishedMessagesAreForgottenSilently() throws IOException {
    FileReport report =
        read(
            new InMemoryRecordStore(),
            new GeneratedLog(
                MESSAGES + 1234, n -> opening(n) + stamp(n) + "qmgr[9]: " + id(n) + ": removed\n"));
    assertEquals(0, report.forgotten());
    assertFalse(report.summary().contains("forgotten"), report.summary());
  }

  /** What a relay opened is kept for the reply that Dovecot gets: only where there is a Dovecot. */
  @Test
  void openingsThatDovecotMayStillNameAreCounted() throws IOException {
    String dovecot = "2026-11-01T00:00:00Z mail dovecot: submission-login: Aborted login\n";
    LongFunction<String> unauthenticated =
        n -> opening(n).replaceFirst(", sasl_method.*", "") + removed(n);
    int more = 77;
    FileReport without =
        read(new InMemoryRecordStore(), new GeneratedLog(MESSAGES + more, unauthenticated));
    assertEquals(0, without.forgotten());
    FileReport with =
        read(
            new InMemoryRecordStore(),
            new GeneratedLog(
                MESSAGES + more,
                n -> n == 0 ? unauthenticated.apply(n) + dovecot : unauthenticated.apply(n)));
    assertEquals(more, with.forgotten());
    FileReport ofUsers =
        read(
            new InMemoryRecordStore(),
            new GeneratedLog(
                MESSAGES + more, n -> opening(n) + removed(n) + (n == 0 ? dovecot : "")));
    assertEquals(0, ofUsers.forgotten(), "they have their login");
  }

  private static String removed(long number) {
    return stamp(number) + "qmgr[9]: " + id(number) + ": removed\n";
  }

  @Test
  void linesOfMoreHostsThanAreToldApartAreCountedTogether() throws IOException {
    InMemoryRecordStore store = new InMemoryRecordStore();
    read(store, new GeneratedLog(207, n -> opening(n).replace(" mail ", " h" + n + ' ')));
    List<LogStatus> all = LogStatus.of(store.view());
    assertEquals(201, all.size());
    assertEquals(207, all.stream().mapToLong(LogStatus::lines).sum());
    LogStatus others =
        all.stream().filter(each -> each.host().equals(LogCounts.OTHERS)).findFirst().orElseThrow();
    assertEquals(7, others.lines());
    assertEquals(7, others.records());
  }

  @Test
  void placesOfLinesThatAreNotKeptAreCounted() throws IOException {
    byte[] bytes = mailing(1, 100).getBytes(StandardCharsets.US_ASCII);
    FileReport report = read(new InMemoryRecordStore(), new ByteArrayInputStream(bytes));
    assertEquals(101 - OpenTransactions.MOST_LINES, report.unplaced());
    assertTrue(
        report.summary().contains(", " + report.unplaced() + " lines' places not kept"),
        report.summary());
  }

  /** They are known only when the lines are joined: later than all else that is counted. */
  @Test
  void placesThatAreNotKeptCountForTheirHostAndInTheirCommit() throws IOException {
    String log =
        mailing(1, 99) + mailing(2, 149).replace(" mail ", " other ") + mailing(3, 49) + opening(4);
    InMemoryRecordStore store = new InMemoryRecordStore();
    IngestOptions options =
        new IngestOptions(LogSources.named("postfix").orElseThrow(), null, ZoneOffset.UTC, null);
    Ingest ingest =
        new Ingest(
            store,
            Site.UNKNOWN,
            options,
            new ByteArrayInputStream(log.getBytes(StandardCharsets.US_ASCII)),
            new PrintStream(new ByteArrayOutputStream()));
    ingest.linesPerCommit(100);
    assertEquals(36 + 36, ingest.run(List.of("-")).files().getFirst().unplaced());
    for (LogStatus status : LogStatus.of(store.view())) {
      boolean other = status.host().equals("other");
      assertEquals(other ? 150 : 151, status.lines());
      assertEquals(36, status.unplaced(), status.host());
    }
  }

  /** An opening and so many deliveries. */
  private static String mailing(int number, int deliveries) {
    StringBuilder log = new StringBuilder(opening(number));
    for (int i = 0; i < deliveries; i++) {
      log.append(stamp(1))
          .append("smtp[9]: ")
          .append(id(number))
          .append(": to=<r")
          .append(i)
          .append("@x.example>, relay=x[192.0.2.9]:25, delay=1, status=sent (250 ok)\n");
    }
    return log.toString();
  }
}
