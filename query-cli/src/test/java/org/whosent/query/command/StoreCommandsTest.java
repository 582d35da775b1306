package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.query.Midnight;
import org.whosent.query.Program;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;
import org.whosent.record.Origin;
import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/** search, export, purge, hold, erase, status: the real program on a real index. */
class StoreCommandsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** When the present test began. */
  private Instant now;

  @TempDir Path data;

  @BeforeEach
  void fill() throws Exception {
    Midnight.pass();
    now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    try (RecordStore store = PartitionedRecordStore.open(data);
        Batch batch = store.begin()) {
      batch.add(record("Q1", "Alice@Example.org", "192.0.2.10", 1, "bob@example.net", "=1+1"));
      batch.add(record("Q2", "bob", "198.51.100.7", 2, "carol@example.com", "hello"));
      batch.add(record("Q3", "bob", "2001:db8::7", 50, "dave@EXAMPLE.com", "\u001b[31mred"));
      batch.commit();
    }
  }

  /** As the system reads a name: what is above a link's target, and not what is beside the link. */
  @Test
  void aDirectoryIsWhereTheSystemFindsIt(@TempDir Path directory) throws Exception {
    Path target = Files.createDirectories(directory.resolve("real/inner"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), target);
    Path log =
        Files.writeString(
            directory.resolve("mail.log"),
            "2026-11-23T15:52:45.000000+00:00 mx1 postfix/submission/smtpd[12]: 4jY9Sc3VmzzbyS5:"
                + " client=unknown[192.0.2.1], sasl_method=PLAIN, sasl_username=alice\n");
    String named = link + "/../data";
    assertEquals(0, Program.run("index", "--data", named, log).status());
    assertFalse(Files.exists(directory.resolve("data")));
    Path real = directory.resolve("real/data");
    assertEquals(0, Program.run("search", "--data", real, "--user", "alice").status());
    assertEquals(0, Program.run("search", "--data", named, "--user", "alice").status());
  }

  private SubmissionRecord record(
      String id, String user, String client, int daysAgo, String recipient, String subject) {
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.time = now.minus(Duration.ofDays(daysAgo));
    b.transactionId = id;
    b.host = "mail.example.org";
    b.origin = Origin.AUTHENTICATED;
    b.user = user;
    b.client = client;
    b.mailFrom = user + "-sender@example.org";
    b.recipients = List.of(Recipient.of(recipient), Recipient.of("second@" + id + ".example"));
    b.messageId = "<" + id + "@example.org>";
    b.subject = subject;
    b.size = 100L;
    b.provenance = List.of(new SourceLine("mail.log", 5, "0123456789abcdef"));
    return b.build();
  }

  @Test
  void searchFindsByEachFilterAndByAllTogether() throws Exception {
    for (List<String> filter :
        List.of(
            List.of("--user", "ALICE@example.ORG"),
            List.of("--client", "192.0.2.0/24"),
            List.of("--client", "192.0.2.10"),
            List.of("--sender", "alice@example.org-sender@example.org"),
            List.of("--recipient", "bob@example.net"),
            List.of("--recipient", "@example.NET"),
            List.of("--message-id", "Q1@example.org"),
            List.of("--id", "Q1"),
            List.of("--since", "36h"),
            List.of("--user", "alice@example.org", "--client", "192.0.2.10", "--since", "7d"))) {
      List<Object> arguments =
          new ArrayList<>(List.of("search", "--data", data, "--output", "ids"));
      arguments.addAll(filter);
      Program.Result result = Program.run(arguments.toArray());
      assertEquals("Q1\n", result.out(), filter + ": " + result.err());
      assertEquals(0, result.status());
    }
  }

  @Test
  void newestFirstAndLimitedOnlyWhenAsked() throws Exception {
    assertEquals("Q1\nQ2\nQ3\n", Program.run("search", "--data", data, "--output", "ids").out());
    Program.Result two = Program.run("search", "--data", data, "--output", "ids", "--limit", "2");
    assertEquals("Q1\nQ2\n", two.out());
    assertTrue(two.err().contains("--limit"), "a cut is said: " + two.err());
  }

  @Test
  void nothingFoundIsOneAndMistakesAreTwoWithOneLine() throws Exception {
    assertEquals(1, Program.run("search", "--data", data, "--user", "nobody").status());
    for (List<Object> wrong :
        List.of(
            List.<Object>of("search", "--data", data, "--client", "300.1.1.1"),
            List.<Object>of("search", "--data", data, "--since", "yesterday"),
            List.<Object>of("search", "--data", data, "--limit", "0"),
            List.<Object>of("search", "--data", data, "--usr", "x"),
            List.<Object>of("search", "--data", data.resolve("absent")),
            List.<Object>of("export", "--data", data, "--to", data),
            List.<Object>of("purge", "--data", data, "--retention", "long"),
            List.<Object>of("hold", "--data", data, "add", "--user", "bob"),
            List.<Object>of("hold", "--data", data, "add", "--name", "x"),
            List.<Object>of("serch"),
            List.<Object>of())) {
      Program.Result result = Program.run(wrong.toArray());
      assertEquals(2, result.status(), wrong + result.err());
      assertEquals("", result.out());
      assertFalse(result.err().contains("\tat "), "no stack trace for a mistake: " + result.err());
      if (!wrong.isEmpty()) {
        assertEquals(1, result.err().lines().count(), result.err());
      }
    }
  }

  @Test
  void jsonHasEveryNameOfTheContract() throws Exception {
    Program.Result result = Program.run("search", "--data", data, "--output", "json", "--id", "Q3");
    JsonNode record = MAPPER.readTree(result.out());
    for (String name :
        List.of(
            "time",
            "transactionId",
            "aliases",
            "host",
            "user",
            "localUser",
            "client",
            "mailFrom",
            "recipients",
            "messageId",
            "headerFrom",
            "subject",
            "size",
            "source")) {
      assertTrue(record.has(name), name);
    }
    assertTrue(record.get("localUser").isNull());
    assertEquals("mail.log:5", record.get("source").asText());
    assertEquals("\u001b[31mred", record.get("subject").asText(), "JSON keeps what was there");
    assertFalse(result.out().contains("\u001b"), "and escapes it");
    assertFalse(
        Program.run("search", "--data", data, "--id", "Q3").out().contains("\u001b"),
        "text is made safe");
  }

  @Test
  void csvHasTheContractsColumnsAndNoFormula() throws Exception {
    Path file = data.resolve("out.csv");
    Program.Result result = Program.run("export", "--data", data, "--to", file);
    assertEquals(0, result.status(), result.err());
    assertEquals("", result.out());
    assertEquals(
        "rw-------",
        java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    String text = Files.readString(file);
    assertTrue(
        text.startsWith(
            "time,transactionId,host,user,client,mailFrom,recipients,messageId,headerFrom,subject,size,source\r\n"),
        text);
    try (var rows =
        CSVFormat.RFC4180
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .get()
            .parse(new java.io.StringReader(text))) {
      var first = rows.iterator().next();
      assertEquals("bob@example.net second@Q1.example", first.get("recipients"));
      assertEquals("'=1+1", first.get("subject"));
      assertEquals("mail.log:5", first.get("source"));
    }
    assertEquals(text, Program.run("export", "--data", data).out());
    assertEquals(3, Program.run("export", "--data", data, "--output", "json").lines().size());
  }

  @Test
  void aClosedPipeIsNoError() throws Exception {
    try (RecordStore store = PartitionedRecordStore.open(data);
        Batch batch = store.begin()) {
      for (int i = 0; i < 5000; i++) {
        batch.add(record("M" + i, "mass", "192.0.2.9", 3, "x@example.net", "s"));
      }
      batch.commit();
    }
    Process process = Program.command("export", "--data", data).start();
    try (InputStream out = process.getInputStream()) {
      assertTrue(out.read() >= 0);
    }
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(300, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), err);
    assertFalse(err.contains("Exception"), err);
  }

  @Test
  void purgeForgetsWholeDaysButNotWhatIsHeld() throws Exception {
    Path journal = Files.createDirectories(data.resolve("journal"));
    Files.writeString(journal.resolve("journal-20200101-0000.jsonl"), "old");
    Files.writeString(journal.resolve("journal-29990101-0000.jsonl"), "young");
    Files.writeString(journal.resolve("notes.txt"), "not ours");

    Program.Result dry = Program.run("purge", "--data", data, "--dry-run", "--output", "json");
    assertEquals(1, MAPPER.readTree(dry.out()).get("records").asInt(), dry.out());
    assertEquals(
        0, Program.run("search", "--data", data, "--id", "Q3").status(), "a dry run only looks");
    assertTrue(Files.exists(journal.resolve("journal-20200101-0000.jsonl")));

    assertEquals(1, Program.run("hold", "--data", data, "list").status());
    assertEquals(
        0,
        Program.run("hold", "--data", data, "add", "--name", "case 1", "--user", "BOB").status());
    assertEquals(
        2, Program.run("hold", "--data", data, "add", "--name", "case 1", "--user", "x").status());
    assertTrue(Program.run("hold", "--data", data, "list").out().contains("case 1"));

    Program.Result purged = Program.run("purge", "--data", data, "--output", "json");
    assertEquals(0, purged.status(), purged.err());
    assertEquals(1, MAPPER.readTree(purged.out()).get("held").asInt(), purged.out());
    assertEquals(
        "Q3\n", Program.run("search", "--data", data, "--id", "Q3", "--output", "ids").out());
    assertFalse(Files.exists(journal.resolve("journal-20200101-0000.jsonl")));
    assertTrue(Files.exists(journal.resolve("journal-29990101-0000.jsonl")));
    assertTrue(Files.exists(journal.resolve("notes.txt")));

    assertEquals(0, Program.run("hold", "--data", data, "release", "--name", "case 1").status());
    assertEquals(1, Program.run("hold", "--data", data, "release", "--name", "case 1").status());
    assertEquals(0, Program.run("purge", "--data", data).status());
    assertEquals(1, Program.run("search", "--data", data, "--id", "Q3").status());
    assertEquals(0, Program.run("search", "--data", data, "--id", "Q2").status());
  }

  @Test
  void aJournalWithHeldRecordsThatWereNeverIndexedIsNotDeleted() throws Exception {
    Path journal = Files.createDirectories(data.resolve("journal"));
    Path segment = journal.resolve("journal-20200101-0001.jsonl");
    SubmissionRecord held = record("NEVERREAD", "bob", "192.0.2.1", 45, "x@example.net", "s");
    byte[] line = JournalCodec.encode(new JournalEntry.Submission(withoutProvenance(held)));
    Files.writeString(segment, new String(line, StandardCharsets.UTF_8) + "\n{\"torn");
    Program.run("hold", "--data", data, "add", "--name", "n", "--user", "bob");

    Program.Result refused = Program.run("purge", "--data", data);
    assertEquals(2, refused.status(), refused.out());
    assertEquals(1, refused.err().lines().count(), refused.err());
    assertTrue(Files.exists(segment));
    assertEquals(0, Program.run("search", "--data", data, "--id", "Q3").status(), "nothing went");

    assertEquals(0, Program.run("index", "--data", data, segment).status());
    assertEquals(0, Program.run("purge", "--data", data).status());
    assertFalse(Files.exists(segment));
    assertEquals(0, Program.run("search", "--data", data, "--id", "NEVERREAD").status());
  }

  private static SubmissionRecord withoutProvenance(SubmissionRecord record) {
    SubmissionRecord.Builder builder = record.toBuilder();
    builder.provenance = List.of();
    return builder.build();
  }

  @Test
  void eraseForgetsOneUser() throws Exception {
    assertEquals(0, Program.run("erase", "--data", data, "--user", "Bob").status());
    assertEquals("Q1\n", Program.run("search", "--data", data, "--output", "ids").out());
  }

  @Test
  void statusCountsAndNamesDamage() throws Exception {
    Files.writeString(data.resolve("site.yaml"), "retention: 60d\n");
    Program.Result sound = Program.run("status", "--data", data, "--output", "json");
    assertEquals(0, sound.status(), sound.err());
    assertEquals(3, MAPPER.readTree(sound.out()).get("records").asInt());
    String day = now.minus(Duration.ofDays(2)).toString().substring(0, 10);
    try (Stream<Path> files = Files.walk(data.resolve("days").resolve(day))) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().endsWith(".records")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 9)); // its end is gone
      }
    }
    Program.Result damaged = Program.run("verify", "--data", data);
    assertFalse(damaged.out().contains("nothing is damaged"), damaged.out());
    assertEquals(2, damaged.status(), damaged.out());
    assertTrue(damaged.out().contains("whosent rebuild --day " + day), damaged.out());
    Program.Result others = Program.run("search", "--data", data, "--output", "ids");
    assertEquals("Q1\nQ3\n", others.out(), "the other days still answer");
    assertTrue(others.err().contains(day), "and the gap is said: " + others.err());
    assertEquals(0, Program.run("rebuild", "--data", data, "--day", day).status());
    Program.Result whole = Program.run("verify", "--data", data);
    assertEquals(0, whole.status());
    assertTrue(whole.out().contains("verified   all of it was read, and nothing"), whole.out());
    assertFalse(Program.run("status", "--data", data).out().contains("verified"));
    assertEquals(
        "Q2\n", Program.run("search", "--data", data, "--output", "ids", "--id", "Q2").out());
  }

  @Test
  void sealPacksTheDaysThatAreOver() throws Exception {
    Program.Result sealed = Program.run("seal", "--data", data, "--older-than", "1d");
    assertEquals(0, sealed.status(), sealed.err());
    assertTrue(sealed.err().contains("days packed"), sealed.err());
    assertEquals(
        "Q2\n", Program.run("search", "--data", data, "--output", "ids", "--id", "Q2").out());
    Program.Result again = Program.run("seal", "--data", data, "--older-than", "1d");
    assertTrue(again.err().contains("0 days packed"), again.err());
    assertEquals(0, Program.run("verify", "--data", data).status());
    assertEquals(2, Program.run("seal", "--data", data, "--older-than", "soon").status());
  }

  @Test
  void sealMakesWhatIsLargeInLaterDaysQuickerToAsk(@TempDir Path large) throws Exception {
    try (RecordStore store = PartitionedRecordStore.open(large);
        Batch batch = store.begin()) {
      for (int i = 0; i < 5000; i++) {
        batch.add(record("L" + i, "user" + i % 7, "192.0.2.10", 1, "bob@example.net", null));
      }
      batch.add(record("T1", "alice", "192.0.2.10", 0, "bob@example.net", null));
      batch.commit();
    }
    String[] asked = {"search", "--data", large.toString(), "--user", "user3", "--output", "ids"};
    List<String> before = Program.run((Object[]) asked).out().lines().sorted().toList();
    Program.Result sealed = Program.run("seal", "--data", large, "--older-than", "5d");
    assertTrue(sealed.err().contains(" 0 days packed"), sealed.err());
    assertTrue(sealed.err().contains("packed for faster look-ups"), sealed.err());
    assertEquals(before, Program.run((Object[]) asked).out().lines().sorted().toList());
    Program.Result again = Program.run("seal", "--data", large, "--older-than", "5d");
    assertFalse(again.err().contains("packed for faster look-ups"), again.err());
    assertEquals(0, Program.run("verify", "--data", large).status());
  }

  @Test
  void anEmptyIndexIsSaidToBeEmpty(@TempDir Path empty) throws Exception {
    assertEquals(1, Program.run("status", "--data", empty).status());
    assertEquals(1, Program.run("search", "--data", empty).status());
    try (Stream<Path> files = Files.list(empty)) {
      assertEquals(
          List.of(empty.resolve("access")), files.toList(), "looking leaves its own trace alone");
    }
  }

  @Test
  void anOverduePurgeMakesStatusFail() throws Exception {
    Program.Result due = Program.run("status", "--data", data);
    assertEquals(2, due.status(), "Q3 is 50 days old, the retention is 30");
    assertTrue(due.err().contains("overdue since"), due.err());
    JsonNode json =
        MAPPER.readTree(Program.run("status", "--data", data, "--output", "json").out());
    Instant since = Instant.parse(json.get("purgeOverdueSince").asText());
    assertTrue(Duration.between(since, now).toDays() >= 18, since.toString());

    Files.writeString(data.resolve("site.yaml"), "retention: 30d\npurgeGrace: 30d\n");
    assertEquals(0, Program.run("status", "--data", data).status(), "within the grace");
    Files.writeString(data.resolve("site.yaml"), "retention: 60d\n");
    assertEquals(0, Program.run("status", "--data", data).status(), "within the retention");

    Files.delete(data.resolve("site.yaml"));
    assertEquals(
        0, Program.run("hold", "add", "--data", data, "--name", "h", "--id", "Q3").status());
    assertEquals(0, Program.run("purge", "--data", data).status());
    Program.Result held = Program.run("status", "--data", data);
    assertEquals(0, held.status(), "what is held may stay: " + held.err());
  }

  /** Each of what a purge sees to is missed by itself, where all else is as it should be. */
  @Test
  void soDoesAllElseThatAPurgeSeesTo() throws Exception {
    assertEquals(0, Program.run("purge", "--data", data).status());
    assertEquals(0, Program.run("status", "--data", data).status());

    Instant old = now.minus(Duration.ofDays(40));
    String day =
        DateTimeFormatter.BASIC_ISO_DATE.format(old.atOffset(ZoneOffset.UTC).toLocalDate());
    Path journal = Files.createDirectory(data.resolve("journal"));
    Path segment = Files.createFile(journal.resolve("journal-" + day + "-0000.jsonl"));
    assertOverdue("journals older than the retention", 8);
    Files.delete(segment);

    Path looks = data.resolve("access/access-20200101.jsonl");
    Files.createFile(looks);
    assertOverdue("lines of the access log older than accessLogRetention", 365);
    Files.delete(looks);

    Path site = data.resolve("site.yaml");
    Files.writeString(site, "retention: 30d\nmaskAfter: 7d\n");
    assertEquals(0, Program.run("status", "--data", data).status());
    Instant masked = now.minus(Duration.ofDays(12));
    try (RecordStore store = PartitionedRecordStore.open(data);
        Batch batch = store.begin()) {
      batch.add(record("Q4", "bob", "198.51.100.7", 12, "carol@example.com", "hello"));
      batch.commit();
    }
    assertOverdue("client addresses and subjects older than maskAfter", 4);
    assertEquals(0, Program.run("purge", "--data", data).status());
    assertEquals(0, Program.run("status", "--data", data).status());
    String name = DateTimeFormatter.BASIC_ISO_DATE.format(masked.atOffset(ZoneOffset.UTC));
    segment = Files.createFile(journal.resolve("journal-" + name.substring(0, 8) + "-0000.jsonl"));
    assertOverdue("client addresses and subjects older than maskAfter", 4);
    Files.delete(segment);
  }

  @Test
  void andADayThatHasFailedLoginsOnly() throws Exception {
    assertEquals(0, Program.run("purge", "--data", data).status());
    String old = now.minus(Duration.ofDays(40)).toString();
    String line =
        old
            + " mail postfix/submission/smtpd[7]: warning: unknown[198.51.100.33]: SASL LOGIN"
            + " authentication failed: x, sasl_username=%s\n";
    // Not the same data: there the horizon of the purge keeps them out.
    Path other = data.resolve("other");
    Path log =
        Files.writeString(
            data.resolve("mail.log"), line.formatted("carol") + line.formatted("dave"));
    assertEquals(0, Program.run("index", "--data", other, log).status());
    assertEquals(2, Program.run("status", "--data", other).status());
    assertEquals(
        0, Program.run("hold", "add", "--data", other, "--name", "h", "--user", "carol").status());
    Program.Result due = Program.run("status", "--data", other);
    assertEquals(2, due.status(), due.out());
    assertTrue(due.err().contains("failed logins older than the retention"), due.err());
    assertEquals(0, Program.run("purge", "--data", other).status());
    Program.Result held = Program.run("status", "--data", other);
    assertEquals(1, held.status(), "nothing but what is held: " + held.err());
  }

  private void assertOverdue(String what, int leastDays) throws Exception {
    Program.Result due = Program.run("status", "--data", data, "--output", "json");
    assertEquals(2, due.status(), due.out());
    assertTrue(due.err().contains(": " + what + " are still there"), due.err());
    Instant since = Instant.parse(MAPPER.readTree(due.out()).get("purgeOverdueSince").asText());
    assertTrue(Duration.between(since, now).toDays() >= leastDays, since + " of " + what);
  }

  @Test
  void aRetentionBelowAWeekMustBeMeant() throws Exception {
    Program.Result refused = Program.run("purge", "--data", data, "--retention", "3d");
    assertEquals(2, refused.status());
    assertTrue(refused.err().contains("--allow-short-retention"), refused.err());
    Files.writeString(data.resolve("site.yaml"), "retention: 3d\n");
    assertEquals(2, Program.run("search", "--data", data).status());
    Files.writeString(data.resolve("site.yaml"), "retention: 3d\nallowShortRetention: true\n");
    assertEquals(0, Program.run("purge", "--data", data, "--dry-run").status());
    Files.writeString(data.resolve("site.yaml"), "retention: 60h\nallowShortRetention: true\n");
    String status = Program.run("status", "--data", data).out();
    assertTrue(status.contains("retention  60 hours; nothing"), status);
    Program.Result none =
        Program.run("purge", "--data", data, "--retention", "0d", "--allow-short-retention");
    assertEquals(2, none.status());
    assertFalse(none.err().contains("the least is"), "1h is taken: " + none.err());
    Files.delete(data.resolve("site.yaml"));
    Program.Result meant =
        Program.run("purge", "--data", data, "--retention", "3d", "--allow-short-retention");
    assertEquals(0, meant.status(), meant.err());
  }
}
