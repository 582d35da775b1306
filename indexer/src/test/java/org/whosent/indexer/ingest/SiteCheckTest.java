package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Coverage;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.View;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;

/** What is told of a site whose settings and logs do not agree, and of its logs. */
class SiteCheckTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  @TempDir Path directory;

  private static Coverage read(String... hosts) {
    Coverage coverage = Coverage.NONE;
    for (String host : hosts) {
      coverage = coverage.with(new Coverage.Span(host, NOON, NOON));
    }
    return coverage;
  }

  private static Site site(List<String> relays, Site.Host... hosts) {
    return new Site(
        List.of(hosts),
        List.of(),
        relays,
        List.of(),
        List.of(),
        Site.DEFAULT_RETENTION,
        Site.UNKNOWN.dkim(),
        false,
        Site.UNKNOWN.privacy());
  }

  private static void finds(List<String> findings, String... words) {
    assertEquals(words.length, findings.size(), findings.toString());
    for (int i = 0; i < words.length; i++) {
      assertTrue(findings.get(i).contains(words[i]), findings.get(i));
    }
  }

  @Test
  void namesThatOnlyOneOfTheTwoKnowsAreTold() {
    Site site = site(List.of(), new Site.Host("mail.example.com", List.of("mail")));
    assertEquals(List.of(), SiteCheck.of(site, read("Mail.Example.com"), List.of(), Map.of()));
    finds(
        SiteCheck.of(site, read("mail.example.com", "mx2"), List.of(), Map.of()),
        "mx2: its log is indexed, and site.yaml does not name it");
    finds(
        SiteCheck.of(site, read("mx2"), List.of(), Map.of()),
        "mx2: its log",
        "mail.example.com: stands in site.yaml, and no log of it");
    finds(
        SiteCheck.of(Site.UNKNOWN, read("localhost"), List.of(), Map.of()),
        "logs that name no host");
    assertEquals(
        List.of(),
        SiteCheck.of(Site.UNKNOWN, read("msa.example.org"), List.of(), Map.of()),
        "the name after 'by' is known from the log");
    assertEquals(
        List.of(), SiteCheck.of(site, Coverage.NONE, List.of(), Map.of()), "nothing read yet");
  }

  /** The advice was followed: what was read under the log's own name is found. */
  @Test
  void whoNamesAServerLaterHearsNoMoreOfIt() {
    Site site = site(List.of(), new Site.Host("mail.example.com", List.of("mail")));
    Coverage before = read("mail");
    assertEquals(List.of(), SiteCheck.of(site, before, List.of(), Map.of()));
    Coverage goneOn =
        before.with(new Coverage.Span("mail.example.com", NOON, NOON.plusSeconds(60)));
    assertEquals(List.of(), SiteCheck.of(site, goneOn, List.of(), Map.of()));
    Coverage readAgain =
        goneOn.with(new Coverage.Span("MAIL", NOON.minusSeconds(60), NOON.plusSeconds(1)));
    finds(
        SiteCheck.of(site, readAgain, List.of(), Map.of()),
        "read under this name and, since it was named, under mail.example.com");
  }

  @Test
  void oneLogHostOfTwoServersIsAContradiction() {
    Site site =
        site(
            List.of(),
            new Site.Host("a.example", List.of("mail")),
            new Site.Host("b.example", List.of("MAIL")));
    finds(
        SiteCheck.of(site, read("a.example", "b.example"), List.of(), Map.of()),
        "MAIL: is said of both a.example and b.example");
  }

  @Test
  void aRelayInAPrivateNetworkShouldBeKnown() {
    List<String> hops = List.of("out.example[10.1.2.3]:25");
    Site.Host host = new Site.Host("mail.example.com", List.of());
    finds(
        SiteCheck.of(site(List.of(), host), read("mail.example.com"), hops, Map.of()),
        "out.example[10.1.2.3]:25: takes mail");
    for (String relay : List.of("OUT.example", "10.1.2.3", "10.1.0.0/16")) {
      assertEquals(
          List.of(),
          SiteCheck.of(site(List.of(relay), host), read("mail.example.com"), hops, Map.of()),
          relay);
    }
    for (String hop : List.of("a[10.0.0.1]:25", "a[192.168.1.1]", "a[172.16.0.1]", "a[fd00::1]")) {
      assertTrue(LogCounts.isPrivate(hop), hop);
    }
    for (String hop :
        List.of("a[127.0.0.1]:25", "a[192.0.2.1]", "a", "a[10.0.0.1", "a[1x]", "private/lmtp")) {
      assertFalse(LogCounts.isPrivate(hop), hop);
    }
  }

  @Test
  void aLogIsOneSourceHoweverItIsRotatedAndCountsOnce() throws IOException {
    String first =
        "2026-11-23T12:00:00Z mail postfix/smtpd[1]: 4jY9Sc2QmxzbySQ: client=x[192.0.2.1]\n"
            + "2026-11-23T12:00:01Z mail postfix/smtpd[1]: something that nobody knows\n";
    String second =
        "2026-11-23T13:00:00Z mail postfix/smtp[2]: 4jY9Sc2QmxzbySQ: to=<a@b.example>,"
            + " relay=out.example[10.1.2.3]:25, delay=1, dsn=2.0.0, status=sent (250 ok)\n"
            + "2026-11-23T13:00:01Z mail2 postfix/qmgr[3]: 4jY9Sc2QmxzbySQ: removed\n";
    Path live = directory.resolve("mail.log");
    Files.writeString(live, first);
    RecordStore store = new InMemoryRecordStore();
    Fixtures.run(store, directory);
    Fixtures.run(store, directory);
    Files.writeString(live, first + second);
    Fixtures.run(store, directory);
    Files.move(live, directory.resolve("mail.log.1"));
    Files.writeString(live, second.replace("T13:", "T14:"));
    Fixtures.run(store, directory);
    try (View view = store.view()) {
      List<LogStatus> logs = LogStatus.of(view);
      assertEquals(2, logs.size(), logs.toString());
      LogStatus mail = logs.getFirst();
      assertEquals(live.toAbsolutePath().toString(), mail.source());
      assertEquals("postfix", mail.format());
      assertEquals("mail", mail.host());
      assertEquals(Instant.parse("2026-11-23T12:00:00Z"), mail.first());
      assertEquals(Instant.parse("2026-11-23T14:00:00Z"), mail.last());
      assertEquals(List.of(4L, 1L, 1L), List.of(mail.lines(), mail.records(), mail.unknown()));
      assertEquals("mail2", logs.getLast().host());
      assertEquals(2, logs.getLast().lines());
      assertTrue(
          SiteCheck.of(Site.UNKNOWN, view).stream().anyMatch(f -> f.startsWith("out.example[")));
    }
  }

  /** Whoever reads a log in pieces is told the same, and the same mail names somebody. */
  @Test
  void aLogWithTextsOfClientsIsToldOf() throws IOException {
    String from = " H=(x) [192.0.2.9] P=esmtpa A=plain:";
    StringBuilder log = new StringBuilder();
    int cut = 0;
    for (int i = 0; i < 300; i++) {
      String stamp = "2026-11-23 15:54:%02d 1xVWM".formatted(i / 5);
      switch (i) {
        case 60 -> log.append(stamp + "s-00006e-1u <= m@a" + from + "mallory:x S=5 id=a@b\n");
        case 61 -> log.append(stamp + "s-0001Yi-2g <= v@a" + from + "victim S=5 id=c@b\n");
        case 62 -> log.append(stamp + "s-0001Yi-2h <= v@a" + from + "alice S=5 id=d@b\n");
        case 290 -> log.append(stamp + "s-0001Yi-2h Completed\n");
        default -> log.append(stamp + "0-0001AA-00 => u@example.org R=r T=t\n");
      }
      cut = i == 70 ? log.length() : cut;
    }
    Path live = directory.resolve("mainlog");
    RecordStore store = new InMemoryRecordStore();
    Files.writeString(live, log.substring(0, cut));
    Fixtures.run(store, directory);
    Files.writeString(live, log);
    Fixtures.run(store, directory);
    try (View view = store.view()) {
      finds(SiteCheck.of(Site.UNKNOWN, view), "logs that name no host", "leave smtp_mailauth out");
    }
    List<String> users =
        Fixtures.records(store).stream()
            .map(SubmissionRecord::user)
            .filter(Objects::nonNull)
            .toList();
    assertEquals(List.of("alice"), users);
  }

  @Test
  void rowsAreBoundedByTheOnesReadLast() throws IOException {
    InMemoryRecordStore store = new InMemoryRecordStore();
    try (org.whosent.indexer.store.Batch batch = store.begin()) {
      for (int i = 0; i < LogStatus.MOST + 10; i++) {
        LogStatus.add(
            batch,
            List.of(
                new LogStatus(
                    "s" + i, "f", "h\"\n", NOON, NOON, 1, 0, 0, 0, 0, NOON.plusSeconds(i))));
      }
      batch.commit();
    }
    try (View view = store.view()) {
      List<LogStatus> logs = LogStatus.of(view);
      assertEquals(LogStatus.MOST, logs.size());
      assertTrue(logs.stream().noneMatch(log -> log.source().equals("s9")));
      assertEquals("h\"\n", logs.getFirst().host());
    }
  }

  @Test
  void whatClientsWriteIntoALogIsToldUntilItHasGoneOnForAWhile() {
    Site site = site(List.of(), new Site.Host("mail.example.com", List.of("mail")));
    Map<String, Instant> texts = Map.of("mail.example.com set 'tls_alpn ='", NOON);
    Coverage coverage = read("mail.example.com");
    finds(SiteCheck.of(site, coverage, List.of(), texts), "There, set 'tls_alpn ='");
    Instant later = NOON.plusSeconds(7 * 86_400 + 1);
    coverage = coverage.with(new Coverage.Span("mail.example.com", NOON, later));
    assertEquals(List.of(), SiteCheck.of(site, coverage, List.of(), texts));
  }
}
