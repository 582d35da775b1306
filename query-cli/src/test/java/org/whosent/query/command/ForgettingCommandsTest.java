package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.indexer.store.Batch;
import org.whosent.indexer.store.RecordStore;
import org.whosent.indexer.store.partition.PartitionedRecordStore;
import org.whosent.indexer.store.segment.BlockText;
import org.whosent.query.Midnight;
import org.whosent.query.Program;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalCodec;
import org.whosent.record.JournalEntry;
import org.whosent.record.Origin;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;
import org.whosent.record.SourceLine;
import org.whosent.record.SubmissionRecord;

/** What is forgotten is in no file any more, the MSA's journals among them; the rest is. */
class ForgettingCommandsTest {
  @TempDir Path data;
  @TempDir Path elsewhere;
  private Path segment;

  @BeforeEach
  void journal() throws Exception {
    Midnight.pass();
    Instant then = Instant.now().minus(Duration.ofDays(12));
    String day =
        DateTimeFormatter.BASIC_ISO_DATE.format(then.atOffset(ZoneOffset.UTC).toLocalDate());
    segment =
        Files.createDirectories(data.resolve("journal")).resolve("journal-" + day + "-0000.jsonl");
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (String user : List.of("Mallory@Example.org", "alice", "mallory@example.org", "bob")) {
      String id = "ID" + lines.size() + "OF" + user.substring(0, 3).toUpperCase();
      lines.write(line(new JournalEntry.Submission(record(then, id, user))));
      lines.write(
          line(
              new JournalEntry.Outcome(
                  then,
                  "msa.example.org",
                  id,
                  List.of(outcome("rcpt-of-" + id + "@example.net")))));
    }
    lines.write(
        line(
            new JournalEntry.LoginFailure(
                then,
                "msa.example.org",
                "submission",
                "198.51.100.99",
                4711,
                "helo",
                "mallory@example.org",
                "PLAIN",
                "wrong-secret")));
    Files.write(segment, lines.toByteArray());
    Files.copy(segment, elsewhere.resolve(segment.getFileName()));
    assertEquals(0, Program.run("index", "--data", data, segment).status());
  }

  private static Recipient outcome(String address) {
    Recipient plain = Recipient.of(address);
    return new Recipient(
        plain.address(),
        null,
        false,
        Outcome.DELIVERED,
        null,
        "250 ok",
        "hop",
        "HOPID",
        Instant.now());
  }

  private static byte[] line(JournalEntry entry) {
    byte[] line = JournalCodec.encode(entry);
    String text = new String(line, StandardCharsets.UTF_8).stripTrailing() + "\n";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static SubmissionRecord record(Instant time, String id, String user) {
    SubmissionRecord.Builder b = new SubmissionRecord.Builder();
    b.time = time;
    b.transactionId = id;
    b.host = "msa.example.org";
    b.origin = Origin.AUTHENTICATED;
    b.user = user;
    b.client = "192.0.2.77";
    b.mailFrom = "from-of-" + id + "@example.org";
    b.recipients = List.of(Recipient.of("rcpt-of-" + id + "@example.net"));
    b.subject = "subject of " + id;
    return b.build();
  }

  /**
   * The MSA's names go on from the day to which its clock had gone; the lines are of other days.
   */
  @Test
  void journalsNamedByAClockThatWasAheadGoWithTheOthers() throws Exception {
    Instant ahead = Instant.now().plus(Duration.ofDays(300));
    String name =
        "journal-"
            + DateTimeFormatter.BASIC_ISO_DATE.format(ahead.atOffset(ZoneOffset.UTC).toLocalDate());
    Path old = Files.move(segment, segment.resolveSibling(name + "-0001.jsonl"));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(12))));
    Path live = Files.writeString(segment.resolveSibling(name + "-0002.jsonl"), "");
    Program.Result purge = Program.run("purge", "--data", data, "--retention", "10d");
    assertEquals(0, purge.status(), purge.err());
    assertTrue(purge.out().contains("1 journal file"), purge.out());
    assertFalse(Files.exists(old));
    assertTrue(Files.exists(live));
    assertEquals(List.of(), filesWith("alice"));
  }

  /** A link that leads where nobody may look is not taken for no journals at all. */
  @Test
  void journalsThatCannotBeLookedAtEndThePurge() throws Exception {
    Path journals = data.resolve("journal");
    Files.move(journals, elsewhere.resolve("journal"));
    Files.createSymbolicLink(journals, journals);
    Program.Result purge = Program.run("purge", "--data", data, "--retention", "10d");
    assertEquals(2, purge.status(), purge.out());
    assertEquals(1, purge.err().lines().count(), purge.err());
    assertTrue(purge.err().contains(journals + ": "), purge.err());
    assertEquals(0, Program.run("search", "--data", data, "--user", "alice").status());
  }

  /** Files, but for the access log, in which these bytes stand, as they lie or unpacked. */
  private List<Path> filesWith(String text) throws Exception {
    try (Stream<Path> files = Files.walk(data)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(data.resolve("access")))
          .filter(
              file -> {
                try {
                  // Not those that number rows which are gone.
                  boolean segment =
                      file.getFileName()
                          .toString()
                          .matches("segment-[0-9]+\\.(records|private|index)");
                  return Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)
                      || segment && BlockText.contains(file, text);
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              })
          .toList();
    }
  }

  @Test
  void eraseOverwritesTheUsersLinesInTheJournals() throws Exception {
    long length = Files.size(segment);
    String unknown = "4jY9SN0THERE0";
    String no = Program.run("trace", "--data", data, unknown).out();
    assertTrue(no.contains("NOT FOUND") && !no.contains("users were erased"), no);
    Program.Result erased =
        Program.run("erase", "--data", data, "--user", "mallory@example.org", "--case", "e-12");
    assertEquals(0, erased.status(), erased.err());
    String receipt = Files.readString(data.resolve("receipts.jsonl"));
    assertTrue(receipt.contains("\"case\":\"e-12\""), receipt);
    assertTrue(erased.err().contains("2 records erased"), erased.err());
    assertTrue(erased.err().contains("5 journal lines"), erased.err());
    assertEquals(length, Files.size(segment), "nothing moved");
    for (String planted :
        List.of("mallory", "Mallory", "OFMAL", "198.51.100.99", "rcpt-of-ID0OFMAL")) {
      assertEquals(List.of(), filesWith(planted), planted);
    }
    Program.Result again = Program.run("index", "--data", data, segment);
    assertTrue(again.err().contains(" 0 not understood"), again.err());
    assertEquals(
        1, Program.run("search", "--data", data, "--user", "mallory@example.org").status());
    assertEquals(0, Program.run("search", "--data", data, "--user", "alice").status());
    String bob = Program.run("search", "--data", data, "--user", "bob", "--output", "ids").out();
    String evidence = Program.run("trace", "--data", data, "--evidence", bob.strip()).out();
    assertFalse(evidence.contains("source gone"), "other users' lines are where they were");
    for (String asked : List.of(unknown, "<unknown@example.org>")) {
      no = Program.run("trace", "--data", data, asked).out();
      assertTrue(
          no.contains("NOT FOUND: the index has no") && no.contains("users were erased"), no);
    }
    Program.Result twice = Program.run("erase", "--data", data, "--user", "mallory@example.org");
    assertTrue(twice.err().contains("0 journal lines"), twice.err());
  }

  @Test
  void nothingIsLeftOfASealedDayThatIsPurged() throws Exception {
    Path copy = Files.copy(segment, data.resolve("journal-copy"));
    assertEquals(0, Program.run("seal", "--data", data).status());
    assertTrue(
        filesWith("example.net").stream().anyMatch(f -> f.toString().endsWith(".index")),
        "a domain is a term of the sealed day");
    assertTrue(filesWith("alice").stream().anyMatch(f -> f.toString().endsWith(".records")));
    assertTrue(filesWith("subject of").stream().anyMatch(f -> f.toString().endsWith(".private")));
    Files.writeString(data.resolve("site.yaml"), "retention: 8d\n");
    Program.Result purged = Program.run("purge", "--data", data, "--case", "4711");
    assertEquals(0, purged.status(), purged.err());
    String day = Instant.now().minus(Duration.ofDays(12)).toString().substring(0, 10);
    assertTrue(purged.out().startsWith("purged 1 day (" + day + "), 4 records"), purged.out());
    for (String asked : List.of("ID0OFMAL", "<unknown@example.org>")) {
      Program.Result gone = Program.run("trace", "--data", data, asked);
      assertEquals(1, gone.status(), gone.out());
      assertTrue(
          gone.out().contains("no time is known for it, and nothing is kept from"), gone.out());
    }
    Program.Result again = Program.run("index", "--data", data, copy);
    assertEquals(0, again.status(), again.err());
    Files.delete(copy);
    for (String planted :
        List.of("alice", "Mallory", "example.net", "192.0.2.77", "198.51.100.99", "OFBOB")) {
      assertEquals(List.of(), filesWith(planted), planted);
    }
    String receipts = Files.readString(data.resolve("receipts.jsonl"));
    assertTrue(receipts.contains("\"dates\":[\"" + day + "\"]"), receipts);
    assertTrue(receipts.contains("\"case\":\"4711\""), receipts);
    assertTrue(
        receipts.contains("\"osUser\":\"" + System.getProperty("user.name") + "\""), receipts);
  }

  /** Who reads "4 records made" would look for them, and for why they are not found. */
  @Test
  void whatIsNotKeptIsNotSaidToBeMade() throws Exception {
    Program.run("erase", "--data", data, "--user", "mallory@example.org");
    Path copy = anew(elsewhere.resolve(segment.getFileName()));
    String read = Program.run("index", "--data", data, copy).err();
    assertTrue(read.contains(" 2 records made"), read);
    assertTrue(read.contains(", 3 purged or erased before and not kept"), read);
    Program.run("purge", "--data", data, "--retention", "8d");
    read = Program.run("index", "--data", data, anew(copy)).err();
    assertTrue(read.contains(" 0 records made"), read);
    assertTrue(read.contains(", 5 purged or erased before and not kept"), read);
    String status = Program.run("status", "--data", data, "--output", "json").out();
    Matcher records = Pattern.compile("\\.new\".*?\"records\":([0-9]+)").matcher(status);
    int sum = 0;
    while (records.find()) {
      sum += Integer.parseInt(records.group(1));
    }
    assertEquals(2, sum, status);
  }

  @Test
  void heldLinesStay() throws Exception {
    assertEquals(
        0, Program.run("hold", "add", "--data", data, "--name", "h", "--id", "ID0OFMAL").status());
    Program.run("erase", "--data", data, "--user", "mallory@example.org");
    List<Path> there = filesWith("from-of-ID0OFMAL");
    assertTrue(there.contains(segment), there::toString);
    assertTrue(there.stream().anyMatch(f -> f.startsWith(data.resolve("days"))), there::toString);
    assertEquals(0, Program.run("search", "--data", data, "--id", "ID0OFMAL").status());
  }

  @Test
  void aHoldByUserKeepsTheJournalsLinesOfFailedLoginsToo() throws Exception {
    Program.run("hold", "add", "--data", data, "--name", "h", "--user", "mallory@example.org");
    Program.Result held = Program.run("erase", "--data", data, "--user", "mallory@example.org");
    assertTrue(held.err().contains("0 journal lines overwritten"), held.err());
    assertTrue(Files.readString(segment).contains("198.51.100.99"));
    Program.run("hold", "release", "--data", data, "--name", "h");
    assertFalse(Files.readString(segment).contains("198.51.100.99"));
  }

  /** Whoever answers a person's request says what there was. */
  @Test
  void failedLoginsThatWereErasedAreCounted() throws Exception {
    Instant now = Instant.now();
    JournalEntry.LoginFailure typed =
        new JournalEntry.LoginFailure(
            now, "msa.example.org", null, "203.0.113.9", 1, null, "Dora@example.org", null, "");
    journal(typed);
    hold("h", "--client", "203.0.113.9");
    Program.Result held = Program.run("erase", "--data", data, "--user", "dora@example.org");
    assertEquals(
        "whosent erase: 0 records erased, 0 kept under hold; 0 failed logins erased, 1 kept under"
            + " hold; 0 journal lines overwritten\n",
        held.err());
    JournalEntry.LoginFailure later =
        new JournalEntry.LoginFailure(
            Instant.now(), "mail", null, "203.0.113.9", 2, null, "dora@example.org", null, null);
    try (RecordStore store = PartitionedRecordStore.open(data);
        Batch batch = store.begin()) {
      batch.add(new FailedLogin(later, new SourceLine("mail.log", 0, "0123456789abcdef")));
      batch.commit();
    }
    Program.Result released = Program.run("hold", "release", "--data", data, "--name", "h");
    assertTrue(
        released
            .err()
            .contains("; 1 failed login deleted now, 0 kept under other holds, 1 journal"),
        released.err());
    Program.Result rest = Program.run("erase", "--data", data, "--user", "dora@example.org");
    assertEquals(
        "whosent erase: 0 records erased, 0 kept under hold; 1 failed login erased, 0 kept under"
            + " hold; 0 journal lines overwritten\n",
        rest.err());
  }

  @Test
  void whoWasErasedUnderAHoldGoesWhenItIsReleased() throws Exception {
    for (String hold : List.of("one", "two")) {
      Program.run("hold", "add", "--data", data, "--name", hold, "--client", "192.0.2.0/24");
    }
    Program.run("erase", "--data", data, "--user", "mallory@example.org");
    Program.Result first = Program.run("hold", "release", "--data", data, "--name", "one");
    assertTrue(first.err().contains("0 records deleted now, 2 kept"), first.err());
    Program.Result last = Program.run("hold", "release", "--data", data, "--name", "two");
    assertTrue(last.err().contains("2 records deleted now, 0 kept"), last.err());
    for (String planted : List.of("mallory", "Mallory", "OFMAL")) {
      assertEquals(List.of(), filesWith(planted), planted);
    }
    assertEquals(0, Program.run("search", "--data", data, "--user", "alice").status());
    assertEquals(0, Program.run("search", "--data", data, "--user", "bob").status());
  }

  /** Or an account could ask to be erased and send what nobody can trace. */
  @Test
  void whatAUserSendsAfterTheErasureIsRecordedAndStays() throws Exception {
    hold("h", "--user", "mallory@example.org");
    Program.run("erase", "--data", data, "--user", "mallory@example.org");
    Instant now = Instant.now();
    journal(
        new JournalEntry.Submission(record(now, "4AFTERWARDS9", "mallory@example.org")),
        new JournalEntry.LoginFailure(
            now, "msa.example.org", null, "203.0.113.9", 1, null, "mallory@example.org", null, ""));
    assertTrue(Program.run("trace", "--data", data, "4AFTERWARDS9").out().contains("mallory"));
    Program.Result released = Program.run("hold", "release", "--data", data, "--name", "h");
    assertTrue(released.err().contains("2 records deleted now, 0 kept"), released.err());
    assertTrue(released.err().contains("5 journal lines"), released.err());
    assertTrue(Program.run("trace", "--data", data, "4AFTERWARDS9").out().contains("mallory"));
    assertFalse(filesWith("203.0.113.9").isEmpty());
    assertEquals(List.of(), filesWith("198.51.100.99"));

    Program.Result erased = Program.run("erase", "--data", data, "--user", "mallory@example.org");
    assertTrue(erased.err().contains("1 record erased"), erased.err());
    assertTrue(erased.err().contains("2 journal lines"), erased.err());
    for (String planted : List.of("mallory", "Mallory", "4AFTERWARDS9", "203.0.113.9")) {
      assertEquals(List.of(), filesWith(planted), planted);
    }
  }

  /** Holds by an ID, a query and spans, which overlap, over days that are sealed and that grow. */
  @Test
  void whatIsHeldOfAnErasedUserGoesWithTheLastHoldOnIt() throws Exception {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    Instant sealed = now.minus(Duration.ofDays(10));
    journal(
        new JournalEntry.Submission(record(sealed, "IDM4", "mallory@example.org")),
        new JournalEntry.Submission(record(sealed, "IDA4", "alice")));
    assertEquals(0, Program.run("seal", "--data", data).status());
    journal(
        new JournalEntry.Submission(record(now.minusSeconds(30), "IDM1", "mallory@example.org")),
        new JournalEntry.Submission(record(now.minusSeconds(20), "IDM2", "Mallory@example.org")),
        new JournalEntry.LoginFailure(
            now.minusSeconds(20),
            "msa.example.org",
            "submission",
            "198.51.100.2",
            1,
            "helo",
            "mallory@example.org",
            "PLAIN",
            null),
        new JournalEntry.Submission(record(now.minusSeconds(10), "IDM3", "mallory@example.org")),
        new JournalEntry.Submission(record(now.minusSeconds(20), "IDB1", "bob")));
    hold("id", "--id", "ID0OFMAL");
    hold("query", "--user", "MALLORY@example.org", "--recipient", "rcpt-of-IDM4@example.net");
    String until = now.minusSeconds(25).toString();
    hold("early", "--client", "192.0.2.0/24", "--since", "1h", "--until", until);
    hold("span", "--since", "1h", "--until", now.minusSeconds(15).toString());

    Program.Result erased = Program.run("erase", "--data", data, "--user", "mallory@example.org");
    assertTrue(erased.err().contains("2 records erased, 4 kept under hold"), erased.err());
    assertLeft("ID0OFMAL", "IDM4", "IDM1", "IDM2");
    assertFalse(filesWith("198.51.100.2").isEmpty(), "a span keeps failed logins");
    release("span");
    assertLeft("ID0OFMAL", "IDM4", "IDM1");
    release("id");
    assertLeft("IDM4", "IDM1");
    release("early");
    assertLeft("IDM4");
    release("query");
    assertLeft();
    erased = Program.run("erase", "--data", data, "--user", "mallory@example.org");
    assertTrue(erased.err().contains("0 records erased, 0 kept under hold; 0 "), erased.err());
    for (String planted : List.of("mallory", "Mallory", "OFMAL", "IDM", "198.51.100.")) {
      assertEquals(List.of(), filesWith(planted), planted);
    }
  }

  /** Else no purge would end any more, or what is under hold would go with the journal. */
  @Test
  void whatAHoldKeptFromAnErasureIsIndexedAfterItAndThenItsJournalGoes() throws Exception {
    Instant then = Instant.now().truncatedTo(ChronoUnit.MICROS).minus(Duration.ofDays(12));
    String name = segment.getFileName().toString();
    Path second = segment.resolveSibling(name.replace("-0000", "-0001"));
    Files.write(
        second, line(new JournalEntry.Submission(record(then, "IDM9", "mallory@example.org"))));
    Path third = segment.resolveSibling(name.replace("-0000", "-0002"));
    Files.write(
        third,
        line(
            new JournalEntry.LoginFailure(
                then,
                "msa.example.org",
                "submission",
                "198.51.100.2",
                1,
                "helo",
                "mallory@example.org",
                "PLAIN",
                null)));
    hold("court", "--user", "mallory@example.org");
    Program.Result erased = Program.run("erase", "--data", data, "--user", "mallory@example.org");
    assertTrue(erased.err().contains("2 kept under hold; 0 failed logins"), erased.err());
    for (Path needed : List.of(second, third)) {
      Program.Result purge = Program.run("purge", "--data", data, "--retention", "10d");
      assertEquals(2, purge.status(), purge.err());
      assertTrue(purge.err().contains(": has records under hold"), purge.err());
      assertTrue(needed.equals(second) || purge.err().contains(third.toString()), purge.err());
      assertEquals(0, Program.run("index", "--data", data, needed).status());
    }
    Program.Result purge = Program.run("purge", "--data", data, "--retention", "10d");
    assertEquals(0, purge.status(), purge.err());
    assertFalse(Files.exists(second) || Files.exists(third));
    assertFalse(filesWith("IDM9").isEmpty());
    Object[] failed = {
      "search", "--data", data, "--failed-logins", "--user", "mallory@example.org"
    };
    assertTrue(Program.run(failed).out().contains("198.51.100.2"));
    release("court");
    assertEquals(1, Program.run(failed).status());
    assertEquals(0, Program.run("purge", "--data", data, "--retention", "10d").status());
    for (String planted : List.of("mallory", "Mallory", "IDM9")) {
      assertEquals(List.of(), filesWith(planted), planted);
    }
  }

  /** The MSA's segment of the day of the first, read into the index; a copy is kept elsewhere. */
  private void journal(JournalEntry... entries) throws Exception {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (JournalEntry entry : entries) {
      lines.write(line(entry));
    }
    String day = entries[0].time().toString().substring(0, 10).replace("-", "");
    Path file = segment.resolveSibling("journal-" + day + "-0000.jsonl");
    Files.write(file, lines.toByteArray());
    Files.copy(file, elsewhere.resolve(file.getFileName()));
    assertEquals(0, Program.run("index", "--data", data, file).status());
  }

  private void hold(String name, String... filters) throws Exception {
    List<Object> arguments = new ArrayList<>(List.of("hold", "add", "--data", data, "--name"));
    arguments.add(name);
    arguments.addAll(List.of(filters));
    assertEquals(0, Program.run(arguments.toArray()).status());
  }

  private void release(String name) throws Exception {
    assertEquals(0, Program.run("hold", "release", "--data", data, "--name", name).status());
  }

  /** In index and journals is what was held of mallory, in no file the rest; read again, too. */
  private void assertLeft(String... held) throws Exception {
    Set<String> expected = Set.of(held);
    for (String id : List.of("ID0OFMAL", "IDM1", "IDM2", "IDM3", "IDM4")) {
      List<Path> there = filesWith("from-of-" + id);
      boolean journaled = there.stream().anyMatch(f -> f.startsWith(data.resolve("journal")));
      boolean indexed = there.stream().anyMatch(f -> f.startsWith(data.resolve("days")));
      assertEquals(expected.contains(id), journaled, id + there);
      assertEquals(expected.contains(id), indexed, id + there);
    }
    List<Object> again = new ArrayList<>(List.of("index", "--data", data));
    try (Stream<Path> copies = Files.list(elsewhere)) {
      for (Path copy : copies.filter(file -> file.toString().endsWith(".jsonl")).toList()) {
        again.add(anew(copy));
      }
    }
    assertEquals(3, again.size() - 3, "a copy for each day");
    Program.Result read = Program.run(again.toArray());
    assertEquals(0, read.status(), read.err());
    String all = Program.run("export", "--data", data, "--output", "json").out();
    Set<String> theirs = new HashSet<>();
    for (String record : all.lines().toList()) {
      Matcher id = Pattern.compile("\"transactionId\":\"(\\w+)\"").matcher(record);
      assertTrue(id.find(), record);
      if (record.toLowerCase(Locale.ROOT).contains("\"user\":\"mallory@example.org\"")) {
        theirs.add(id.group(1));
      }
    }
    assertEquals(expected, theirs);
    assertEquals(expected.size() + 4, all.lines().count(), "others' are all there");
  }

  /** With another first line, or nothing of it would be read. */
  private Path anew(Path journal) throws Exception {
    ByteArrayOutputStream anew = new ByteArrayOutputStream();
    anew.write(line(new JournalEntry.Heartbeat(Instant.now(), "msa.example.org")));
    anew.write(Files.readAllBytes(journal));
    return Files.write(elsewhere.resolve(journal.getFileName() + ".new"), anew.toByteArray());
  }

  /** Which the journal may be the only copy of then. */
  @Test
  void aDayUnderHoldThatCannotBeReadStaysWithItsJournalAndThePurgeSaysSo() throws Exception {
    Program.run("hold", "add", "--data", data, "--name", "h", "--user", "alice");
    Path records;
    try (Stream<Path> files = Files.walk(data.resolve("days"))) {
      records = files.filter(f -> f.toString().endsWith(".records")).findFirst().orElseThrow();
    }
    byte[] whole = Files.readAllBytes(records);
    byte[] damaged = whole.clone();
    damaged[60] ^= 1;
    Files.write(records, damaged);
    Program.Result purge = Program.run("purge", "--data", data, "--retention", "8d");
    assertEquals(2, purge.status(), purge.err());
    assertTrue(purge.out().startsWith("purged 0 days, 0 records, 0 journal files"), purge.out());
    assertTrue(purge.err().contains(segment + ": stays"), purge.err());
    assertTrue(purge.err().contains("nothing of it was forgotten"), purge.err());
    Files.write(records, whole);
    assertEquals(0, Program.run("purge", "--data", data, "--retention", "8d").status());
    assertFalse(Files.exists(segment));
    assertEquals(0, Program.run("search", "--data", data, "--user", "alice").status());
    assertEquals(1, Program.run("search", "--data", data, "--user", "bob").status());
  }

  /** Purged with its segment it would be nowhere: the hold would be broken. */
  @Test
  void aHeldFailedLoginThatIsNotIndexedKeepsItsJournal() throws Exception {
    Path unread = segment.resolveSibling(segment.getFileName().toString().replace("0000", "0001"));
    Instant then = Instant.now().minus(Duration.ofDays(12));
    Files.write(
        unread,
        line(
            new JournalEntry.LoginFailure(
                then,
                "msa.example.org",
                "submission",
                "203.0.113.5",
                1,
                "helo",
                "carol",
                null,
                null)));
    Program.run("hold", "add", "--data", data, "--name", "h", "--user", "carol");
    Program.Result refused = Program.run("purge", "--data", data, "--retention", "8d");
    assertEquals(2, refused.status(), refused.err());
    assertTrue(refused.err().contains(unread.toString()), refused.err());
    // Nor does one that the index will never take keep it for ever.
    Program.run("erase", "--data", data, "--user", "mallory@example.org");
    Program.run("hold", "add", "--data", data, "--name", "m", "--user", "mallory@example.org");
    Files.writeString(
        unread,
        Files.readString(unread)
                .lines()
                .findFirst()
                .orElseThrow()
                .replace("carol", "mallory@example.org")
            + "\n",
        StandardOpenOption.APPEND);
    assertEquals(0, Program.run("index", "--data", data, unread).status());
    // One of many that is not there is enough, wherever it stands among them.
    List<String> read = Files.readAllLines(unread);
    String other = read.getFirst().replace("\"host\":\"msa.", "\"host\":\"msa2.");
    Files.write(unread, List.of(other, read.get(0), read.get(1)));
    refused = Program.run("purge", "--data", data, "--retention", "8d");
    assertEquals(2, refused.status(), refused.err());
    assertTrue(refused.err().contains(unread.toString()), refused.err());
    Files.write(unread, read);
    Program.Result purged = Program.run("purge", "--data", data, "--retention", "8d");
    assertEquals(0, purged.status(), purged.err());
    assertFalse(Files.exists(unread));
    Program.Result kept = Program.run("search", "--data", data, "--failed-logins");
    assertTrue(kept.out().contains("carol"), kept.out());
    assertFalse(kept.out().contains("mallory"), kept.out());
  }

  @Test
  void maskingForgetsClientAndSubjectAndKeepsTheUser() throws Exception {
    Files.writeString(data.resolve("site.yaml"), "retention: 30d\nmaskAfter: 7d\n");
    Program.Result dry = Program.run("purge", "--data", data, "--dry-run");
    assertEquals(0, dry.status(), dry.err());
    assertTrue(dry.out().contains("1 day and 1 journal file would be masked"), dry.out());
    String json = Program.run("purge", "--data", data, "--dry-run", "--output", "json").out();
    assertTrue(json.contains("\"maskedDays\":1,\"maskedJournalFiles\":1"), json);
    assertTrue(json.contains("\"dryRun\":true"), json);
    assertTrue(Files.exists(segment));
    assertFalse(filesWith("192.0.2.77").isEmpty(), "a dry run changes nothing");
    // What goes for its age is not masked besides.
    String aged = Program.run("purge", "--data", data, "--retention", "8d", "--dry-run").out();
    assertFalse(aged.contains("masked"), aged);
    Program.Result purged = Program.run("purge", "--data", data);
    assertEquals(0, purged.status(), purged.err());
    assertTrue(purged.out().contains("1 day and 1 journal file masked"), purged.out());
    assertEquals(List.of(), filesWith("192.0.2.77"));
    assertEquals(List.of(), filesWith("subject of"));
    String alice =
        Program.run("search", "--data", data, "--user", "alice", "--output", "json").out();
    assertTrue(alice.contains("\"client\":null") && alice.contains("\"subject\":null"), alice);
    assertTrue(alice.contains("from-of-"), alice);
  }

  /** Who asks for a client and hears nothing takes that for nobody. */
  @Test
  void thatOlderClientsAreMaskedIsSaidToWhoAsksForOne() throws Exception {
    hold("h", "--user", "bob");
    Files.writeString(data.resolve("site.yaml"), "maskAfter: 7d\n");
    String unmasked = Program.run("search", "--data", data, "--client", "192.0.2.77").err();
    assertEquals("", unmasked);
    assertEquals(0, Program.run("purge", "--data", data).status());
    String masked = ": --client: client addresses from before ";
    for (List<String> look :
        List.of(
            List.of("search", "--output", "ids"),
            List.of("search", "--failed-logins"),
            List.of("export", "--output", "json"),
            List.of("hold", "add", "--name", "m"))) {
      List<Object> arguments = new ArrayList<>(look);
      arguments.addAll(List.of("--data", data, "--client", "192.0.2.0/24"));
      Program.Result told = Program.run(arguments.toArray());
      assertTrue(told.err().contains("whosent " + look.getFirst() + masked), told.err());
      assertTrue(told.status() < 2, told.err());
      assertEquals(look.contains("ids") || look.contains("json") ? 1 : 0, told.lines().size());
    }
    for (List<String> other : List.of(List.of("--user", "bob"), List.of("--since", "6d"))) {
      List<Object> arguments = new ArrayList<>(List.of("search", "--data", data));
      arguments.addAll(other);
      if (other.contains("--since")) {
        arguments.addAll(List.of("--client", "192.0.2.77"));
      }
      String err = Program.run(arguments.toArray()).err();
      assertFalse(err.contains("masked"), err);
    }
    assertEquals(0, Program.run("purge", "--data", data, "--retention", "7d").status());
    Program.Result purged = Program.run("search", "--data", data, "--client", "192.0.2.77");
    assertEquals(1, purged.lines().size(), "what is held: " + purged.out());
    assertEquals("", purged.err(), "what was masked is gone");
  }

  @Test
  void aJournalThatWasNotReadIsKeptWhenMasking() throws Exception {
    Files.write(
        segment,
        line(
            new JournalEntry.Submission(
                record(Instant.now().minus(Duration.ofDays(12)), "IDNEW", "carol"))),
        java.nio.file.StandardOpenOption.APPEND);
    Files.writeString(data.resolve("site.yaml"), "retention: 30d\nmaskAfter: 7d\n");
    Program.Result purged = Program.run("purge", "--data", data);
    assertTrue(purged.err().contains("run 'whosent index'"), purged.err());
    assertTrue(Files.exists(segment));
  }

  /** The index keeps failed logins and what became of messages too. */
  @Test
  void norIsOneOfWhichFailedLoginsOrOutcomesWereNotRead() throws Exception {
    Files.writeString(data.resolve("site.yaml"), "retention: 30d\nmaskAfter: 7d\n");
    Instant day = Instant.now().minus(Duration.ofDays(12)).truncatedTo(ChronoUnit.MICROS);
    JournalEntry failure =
        new JournalEntry.LoginFailure(
            day, "mail.example.org", "submission", "192.0.2.9", 1, "pc", "carol", "PLAIN", "wrong");
    SubmissionRecord waiting = record(day, "IDWAIT", "carol");
    JournalEntry outcome =
        new JournalEntry.Outcome(
            day,
            waiting.host(),
            "IDWAIT",
            List.of(
                new Recipient(
                    waiting.recipients().getFirst().address(),
                    null,
                    null,
                    Outcome.DELIVERED,
                    "2.0.0",
                    "250 ok",
                    "hop",
                    "HOPID1",
                    day)));
    Files.write(segment, line(new JournalEntry.Submission(waiting)), StandardOpenOption.APPEND);
    assertEquals(0, Program.run("index", "--data", data, segment).status());
    for (JournalEntry unread : List.of(failure, outcome)) {
      Files.write(segment, line(unread), StandardOpenOption.APPEND);
      Program.Result purged = Program.run("purge", "--data", data);
      assertTrue(purged.err().contains("run 'whosent index'"), unread.type() + purged.err());
      assertTrue(Files.exists(segment), unread.type());
      assertEquals(0, Program.run("index", "--data", data, segment).status());
    }
    assertEquals(0, Program.run("purge", "--data", data).status());
    assertFalse(Files.exists(segment));
  }
}
