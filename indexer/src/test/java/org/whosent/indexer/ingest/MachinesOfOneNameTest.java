package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;

/**
 * Several machines go by one name after {@code by} and give the same short queue ID to two users'
 * messages: what one user's message was must not be said of the other's. And one machine whose log
 * is read twice, under two names, is one.
 */
class MachinesOfOneNameTest {
  private static final String ID = "0AB12CD34F";

  /** As an operator lists them. */
  private static final Site NODES =
      Site.UNKNOWN
          .withHost("mail.example.com", "node1")
          .withHost("mail.example.com", "node1.example.com")
          .withHost("mail.example.com", "node2");

  @TempDir Path directory;
  private int files;

  private static String line(int second, String host, String rest) {
    return "2026-11-23T10:%02d:%02dZ %s postfix/%s".formatted(second / 60, second % 60, host, rest);
  }

  /** A message from its opening to its end, a second between two lines. */
  private static List<String> message(String host, String user, int from) {
    return List.of(
        line(
            from,
            host,
            "smtpd[7]: %s: client=pc[192.0.2.7], sasl_method=PLAIN, sasl_username=%s"
                .formatted(ID, user)),
        line(from, host, "cleanup[8]: %s: message-id=<%s@x.example>".formatted(ID, user)),
        line(
            from + 1,
            host,
            "qmgr[9]: %s: from=<%s@x.example>, size=500, nrcpt=1 (queue active)"
                .formatted(ID, user)),
        line(
            from + 300,
            host,
            ("smtp[4]: %s: to=<to-%s@y.example>, relay=mx[198.51.100.1]:25, delay=300,"
                    + " delays=0/0/1/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as %s1)")
                .formatted(ID, user, user.toUpperCase(java.util.Locale.ROOT))),
        line(from + 301, host, "qmgr[9]: %s: removed".formatted(ID)));
  }

  /** All lines in the order of their times; of one second, in the order of the lists. */
  @SafeVarargs
  private static List<String> central(List<String>... logs) {
    Map<String, List<String>> byTime = new TreeMap<>();
    for (List<String> log : logs) {
      for (String line : log) {
        byTime.computeIfAbsent(line.substring(0, 20), _ -> new ArrayList<>()).add(line);
      }
    }
    return byTime.values().stream().flatMap(List::stream).toList();
  }

  private void index(InMemoryRecordStore store, Site site, String host, List<String> lines)
      throws IOException {
    Path file = directory.resolve("log" + files++);
    Files.write(file, lines);
    IngestReport report =
        new Ingest(
                store,
                site,
                new IngestOptions(null, host, ZoneOffset.UTC, null),
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(OutputStream.nullOutputStream()))
            .run(List.of(file.toString()));
    assertFalse(report.failed(), () -> report.files().toString());
  }

  /** Of each user one record, with nothing of another's in it. */
  private static void assertEachHasHisOwn(InMemoryRecordStore store, String... users)
      throws IOException {
    List<String> found =
        Fixtures.records(store).stream().map(MachinesOfOneNameTest::told).sorted().toList();
    assertEquals(
        Arrays.stream(users)
            .map(
                user ->
                    "%1$s %1$s@x.example <%1$s@x.example> [to-%1$s@y.example] done".formatted(user))
            .sorted()
            .toList(),
        found);
  }

  private static String told(SubmissionRecord r) {
    return "%s %s %s %s %s"
        .formatted(
            r.user(),
            r.mailFrom(),
            r.messageId(),
            r.recipients().stream().map(to -> to.address()).toList(),
            r.completed() == null ? "open" : "done");
  }

  @Test
  void atTheSameTimeInOneFile() throws IOException {
    for (int apart : new int[] {0, 1, 2, 60, 299}) {
      InMemoryRecordStore store = Fixtures.store();
      index(
          store,
          NODES,
          null,
          central(message("node1", "alice", 0), message("node2", "bob", apart)));
      assertEachHasHisOwn(store, "alice", "bob");
    }
  }

  @Test
  void underANameThatIsSaidOfAllLines() throws IOException {
    InMemoryRecordStore store = Fixtures.store();
    index(
        store,
        Site.UNKNOWN,
        "mail.example.com",
        central(message("node1", "alice", 0), message("node2", "bob", 1)));
    assertEachHasHisOwn(store, "alice", "bob");
  }

  /** A container's name says nothing by itself; where two come by turns both are there. */
  @ParameterizedTest
  @CsvSource({
    "postfix-7c9d8f6b5d-x2x9k,postfix-7c9d8f6b5d-b4b7z",
    "4f3c2a1b0c9d,0d9c8b7a6f5e",
  })
  void replicasWhoseNamesAreMadeAnew(String one, String other) throws IOException {
    String started = "master[1]: daemon started -- version 3.7.11, configuration /etc/postfix";
    for (int apart : new int[] {0, 1, 60, 299}) {
      List<String> lines =
          new ArrayList<>(
              List.of(
                  line(0, one, started),
                  line(1, other, started),
                  line(2, one, started),
                  line(3, other, started)));
      lines.addAll(central(message(one, "alice", 10), message(other, "bob", 10 + apart)));
      InMemoryRecordStore store = Fixtures.store();
      index(store, Site.UNKNOWN, "mail.example.com", lines);
      assertEachHasHisOwn(store, "alice", "bob");
    }
  }

  /** With another name, and the queue that it had. */
  @Test
  void aContainerThatStartsAgain() throws IOException {
    List<String> lines = new ArrayList<>(message("4f3c2a1b0c9d", "alice", 10).subList(0, 3));
    lines.addAll(message("0d9c8b7a6f5e", "alice", 10).subList(3, 5));
    lines.addAll(message("00998877aabb", "bob", 400));
    InMemoryRecordStore store = Fixtures.store();
    index(store, Site.UNKNOWN, "mail.example.com", lines);
    assertEachHasHisOwn(store, "alice", "bob");
  }

  /** What is told of one machine only by the log of another's lines is nobody's. */
  @Test
  void whereOneOpeningIsNotThere() throws IOException {
    List<String> bobs = message("node2", "bob", 1);
    InMemoryRecordStore store = Fixtures.store();
    index(store, NODES, null, central(message("node1", "alice", 0), bobs.subList(1, bobs.size())));
    for (SubmissionRecord record : Fixtures.records(store)) {
      boolean alices = "alice".equals(record.user());
      assertEquals(alices, "<alice@x.example>".equals(record.messageId()), record::toString);
    }
    assertEquals(2, Fixtures.records(store).size());
  }

  @Test
  void inAnyPiecesInAnyOrder() throws IOException {
    long seed = System.nanoTime();
    System.out.println("MachinesOfOneNameTest: seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      int apart = random.nextInt(4);
      List<String> lines = new ArrayList<>();
      lines.addAll(message("node1", "alice", 0));
      lines.addAll(message("node2", "bob", apart));
      if (random.nextBoolean()) {
        lines.addAll(message("node1.example.com", "alice", 0)); // once more, with the domain
      }
      InMemoryRecordStore store = Fixtures.store();
      if (random.nextBoolean()) {
        Collections.shuffle(lines, random);
      }
      for (int at = 0; at < lines.size(); ) {
        int to = Math.min(lines.size(), at + 1 + random.nextInt(4));
        List<String> piece = new ArrayList<>(lines.subList(at, to));
        Collections.sort(piece);
        index(store, NODES, null, piece);
        at = to;
      }
      assertEachHasHisOwn(store, "alice", "bob");
    }
  }

  /** One machine by three names: its own log, the central one's, a collector's. */
  @Test
  void oneMachineReadByManyWaysIsOne() throws IOException {
    List<List<String>> ways = new ArrayList<>();
    for (String name :
        List.of("node1", "node1.example.com", "NODE1", "203.0.113.5", "4f3c2a1b0c9d")) {
      ways.add(message(name, "alice", 0));
    }
    List<String> collected = new ArrayList<>();
    for (String line : message("node1", "alice", 0)) {
      String rest = line.substring(27);
      String program = rest.substring(0, rest.indexOf('['));
      collected.add(
          ("{\"@timestamp\":\"%s\",\"host\":{\"name\":\"collector\"},\"program\":\"%s\","
                  + "\"message\":\"%s\"}")
              .formatted(line.substring(0, 20), program, rest.substring(rest.indexOf(": ") + 2)));
    }
    ways.add(collected);
    Random random = new Random(17);
    for (int round = 0; round < 20; round++) {
      Collections.shuffle(ways, random);
      InMemoryRecordStore store = Fixtures.store();
      for (List<String> way : ways) {
        index(store, Site.UNKNOWN, "mail.example.com", way);
      }
      assertEachHasHisOwn(store, "alice");
    }
  }

  /** What comes back from a filter is the message of its own machine. */
  @Test
  void behindAFilter() throws IOException {
    InMemoryRecordStore store = Fixtures.store();
    index(
        store,
        NODES,
        null,
        central(filtered("node1", "alice", "0AAAAAAAA1"), filtered("node2", "bob", "0BBBBBBBB1")));
    List<SubmissionRecord> records = Fixtures.records(store);
    assertEquals(
        List.of("alice to-alice@y.example", "bob to-bob@y.example"),
        records.stream()
            .map(r -> r.user() + " " + r.recipients().getFirst().address())
            .sorted()
            .toList());
    records.forEach(r -> assertEquals("queued as X" + r.user(), reply(r), r::toString));
  }

  private static String reply(SubmissionRecord record) {
    String reply = record.recipients().getFirst().reply();
    return reply.substring(reply.indexOf("queued"));
  }

  /** Both nodes' filters give the message back under the same ID at the same time. */
  private static List<String> filtered(String host, String user, String first) {
    return List.of(
        line(
            0,
            host,
            "smtpd[7]: %s: client=pc[192.0.2.7], sasl_method=PLAIN, sasl_username=%s"
                .formatted(first, user)),
        line(0, host, "cleanup[8]: %s: message-id=<%s@x.example>".formatted(first, user)),
        line(
            1,
            host,
            "qmgr[9]: %s: from=<%s@x.example>, size=500, nrcpt=1 (queue active)"
                .formatted(first, user)),
        line(2, host, "smtpd[10]: %s: client=localhost[127.0.0.1]".formatted(ID)),
        line(2, host, "cleanup[8]: %s: message-id=<%s@x.example>".formatted(ID, user)),
        line(
            2,
            host,
            "qmgr[9]: %s: from=<%s@x.example>, size=700, nrcpt=1 (queue active)"
                .formatted(ID, user)),
        line(
            3,
            host,
            ("smtp[4]: %s: to=<to-%s@y.example>, relay=127.0.0.1[127.0.0.1]:10024, delay=3,"
                    + " delays=0/0/1/0, dsn=2.0.0, status=sent (250 2.0.0 from"
                    + " MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as %s)")
                .formatted(first, user, ID)),
        line(3, host, "qmgr[9]: %s: removed".formatted(first)),
        line(
            4,
            host,
            ("smtp[4]: %s: to=<to-%s@y.example>, relay=mx[198.51.100.1]:25, delay=3,"
                    + " delays=0/0/1/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as X%s)")
                .formatted(ID, user, user)),
        line(4, host, "qmgr[9]: %s: removed".formatted(ID)));
  }

  @Test
  void aSiteOfOneMachineKeepsNoName() throws IOException {
    InMemoryRecordStore store = Fixtures.store();
    Site one = Site.UNKNOWN.withHost("mail.example.com", "mail");
    index(store, one, null, message("mail", "alice", 0));
    assertEquals(List.of(), Fixtures.records(store).getFirst().logHosts());
    InMemoryRecordStore several = Fixtures.store();
    index(several, NODES, null, message("node1", "alice", 0));
    assertEquals(List.of("node1"), Fixtures.records(several).getFirst().logHosts());
  }
}
