package org.whosent.indexer.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.InMemoryRecordStore;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.site.Site;

/** What a site says of its logs, since they cannot tell it. */
class SiteWordsTest {
  private static final String LOG =
      new String(Fixtures.bytes("postfix/logs/mail-5424.log"), StandardCharsets.UTF_8);
  private static final String CUT = LOG.replace(" postfix ", " mx-out ");

  @TempDir Path directory;
  private final InMemoryRecordStore store = Fixtures.store();

  private static Site site(String... names) {
    return site(false, names);
  }

  private static Site site(boolean loginsHaveNoColon, String... names) {
    return new Site(
        List.of(),
        List.of(),
        List.of(),
        List.of(names),
        List.of(),
        Duration.ofDays(30),
        Site.UNKNOWN.dkim(),
        loginsHaveNoColon,
        Site.UNKNOWN.privacy());
  }

  private FileReport read(Site site, String log) throws IOException {
    return read(store, site, log);
  }

  private FileReport read(InMemoryRecordStore into, Site site, String log) throws IOException {
    Path file = Files.writeString(directory.resolve("mail.log"), log);
    IngestReport report =
        new Ingest(
                into,
                site,
                new IngestOptions(null, "mail.example.com", ZoneOffset.UTC, null),
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(OutputStream.nullOutputStream()))
            .run(List.of(file.toString()));
    return report.files().getFirst();
  }

  /** Without what only the name says. */
  private static List<SubmissionRecord> nameless(InMemoryRecordStore of) throws IOException {
    return Fixtures.records(of).stream()
        .map(
            record -> {
              SubmissionRecord.Builder facts = record.toBuilder();
              facts.service = null;
              facts.instance = null;
              return facts.build();
            })
        .toList();
  }

  private List<SubmissionRecord> expected() throws IOException {
    InMemoryRecordStore other = Fixtures.store();
    read(other, site(), LOG);
    List<SubmissionRecord> records = nameless(other);
    assertTrue(records.stream().anyMatch(record -> record.user() != null));
    return records;
  }

  /** A Postfix with a syslog_name of its own, whose daemons' names the log has cut off. */
  @Test
  void theSiteSaysWhoseItIs() throws IOException {
    FileReport file = read(site("mx-out"), CUT);
    assertEquals("postfix", file.format());
    assertEquals(expected(), nameless(store));
    assertTrue(
        Fixtures.records(store).stream()
            .filter(record -> record.user() != null)
            .allMatch(record -> "mx-out".equals(record.service())));
  }

  @Test
  void withoutAWordItIsAnyProgramsAndTheOperatorIsTold() throws IOException {
    FileReport file = read(site(), CUT);
    assertEquals(List.of(), Fixtures.records(store));
    assertTrue(file.problem().contains("say syslogNames: [mx-out] in site.yaml"), file.problem());
    assertEquals(List.of(), records(site("mx-in"), CUT));
  }

  private List<SubmissionRecord> records(Site site, String log) throws IOException {
    read(site, log);
    return Fixtures.records(store);
  }

  /** Some of the lines were read as another program's: they are read again. */
  @Test
  void aWordThatComesLateCountsForWhatWasRead() throws IOException {
    String[] lines = LOG.split("(?<=\n)");
    StringBuilder mixed = new StringBuilder();
    for (int i = 0; i < lines.length; i++) {
      mixed.append(i % 2 == 0 ? lines[i] : lines[i].replace(" postfix ", " mx-out "));
    }
    read(site(), mixed.toString());
    assertFalse(expected().equals(nameless(store)));
    read(site("mx-out"), mixed.toString());
    assertEquals(expected(), nameless(store));
    assertTrue(read(site("mx-out"), mixed.toString()).upToDate());
  }

  @Test
  void soDoesOneOfLogins() throws IOException {
    String log =
        "2026-11-23 15:54:07 1xVWSK-0000Mf-2i <= a@b H=(x) [192.0.2.7] P=esmtpa A=plain:alice:a@b"
            + " S=5 id=a@b\n";
    read(site(), log);
    assertNull(Fixtures.records(store).getFirst().user());
    read(site(true), log);
    assertEquals(1, Fixtures.records(store).size());
    assertEquals("alice", Fixtures.records(store).getFirst().user());
  }
}
